"""C1 to C4: sums over paths, sizes, few distinct weights, uniform counts."""

from collections.abc import Sequence

from lossatlas.evidence import Check, Strength

from ._claims import (
    DEPTHS,
    EXACT,
    QUANTISED_NEEDED,
    SHAPES_NEEDED,
    STANDARD_ERRORS,
    TUPLES_NEEDED,
)
from ._rows import Row, Rows, by, of

MEASURED, PROVED = Strength.MEASURED, Strength.PROVED


def check_path_sums(rows: Rows) -> list[Check]:
    """C1: dynamic programming and listing against the forward pass."""
    untrained, trained = rows.path_sums, of(rows.checkpoints, finite=True)
    listed = [row for row in untrained if row["listed_error"] is not None]
    depths = {row["hidden_layers"] for row in (*untrained, *trained)}
    return [
        Check.enough(
            f"Numbers of hidden layers, of {', '.join(map(str, DEPTHS))}",
            needed=len(DEPTHS),
            counted=len(depths & set(DEPTHS)),
            strength=MEASURED,
        ),
        _exact("Untrained networks: the sum over paths is the output", untrained, "path_sum_error"),
        _exact("Small networks: the sum over listed paths is the output", listed, "listed_error"),
        _exact("Networks in training: the sum over paths is the output", trained, "path_sum_error"),
    ]


def _exact(what: str, rows: Sequence[Row], column: str) -> Check:
    largest = max((row[column] for row in rows), default=0.0)
    return Check.no_exception(
        f"{what} (largest relative error {largest:.1e})",
        exceptions=sum(not row[column] <= EXACT for row in rows),
        sample_size=len(rows),
        strength=MEASURED,
        tolerance=EXACT,
    )


def check_sizes(rows: Rows) -> list[Check]:
    """C2: the inequalities, by two counts in integers."""
    counted = sum(row["shapes"] for row in rows.sizes)
    return [
        Check.no_exception(
            what,
            exceptions=sum(row[column] for row in rows.sizes),
            sample_size=counted,
            strength=PROVED,
            minimum=SHAPES_NEEDED,
        )
        for what, column in (
            ("Shapes that satisfy all three inequalities", "exceptions"),
            ("Shapes that satisfy them when counted from the widths alone", "exceptions_again"),
        )
    ]


def size_notes(rows: Rows) -> list[str]:
    """What ten outputs do, and the sizes of the paper's networks."""
    notes = [
        f"With ten outputs, of which the theorem does not speak, {row['exceptions_ten_outputs']} of "
        f"{row['shapes']} shapes violate one of the three."
        for row in rows.sizes
    ]
    if rows.paper_sizes:
        sizes = ", ".join(f"{row['size']:.4g} at n1 = {row['width']}" for row in rows.paper_sizes)
        notes.append(
            f"The paper's networks 100-n1-10, with one output of the ten, have the size Λ = {sizes}; "
            f"their H is {rows.paper_sizes[0]['depth']}, and the spin glass needs at least 3."
        )
    return notes


def check_few_values(rows: Rows) -> list[Check]:
    """C3: the bound, where signs are balanced."""
    found = rows.few_values
    balanced = sum(row["balanced"] for row in found)
    nearest = min((row["nearest"] for row in found if row["nearest"] is not None), default=None)
    tail = "" if nearest is None else f" (the smallest margin is {nearest:.3g})"
    return [
        Check.no_exception(
            f"Correlations of balanced signs that reach the bound{tail}",
            exceptions=sum(row["exceptions"] for row in found),
            sample_size=balanced,
            strength=MEASURED,
            minimum=QUANTISED_NEEDED,
        )
    ]


def few_values_notes(rows: Rows) -> list[str]:
    """Outputs that are not balanced, and how many values a network needs."""
    found = rows.few_values
    if not found:
        return []
    compared, constant, unbalanced, broken = (
        sum(row[name] for row in found)
        for name in ("compared", "constant", "unbalanced", "unbalanced_exceptions")
    )
    kept = ", ".join(
        f"{number} values {_mean(own, 'other_answers'):.1%}"
        for number, own in sorted(by("values", found).items())
    )
    return [
        f"Of {compared} comparisons {constant} have an output of one sign, and {unbalanced} are not "
        f"balanced enough for the bound to follow from ε; {broken} of these are below it. The paper "
        "does not state the condition.",
        "Digits that get another answer when all weights of a trained network are replaced by few "
        f"values, without training again, means over networks: {kept}.",
    ]


def check_tuples(rows: Rows) -> list[Check]:
    """C4: above the bound, and equal to the exact correlation; equal counts leave only rounding."""
    found = rows.tuples
    kinds = (
        ("Correlations that reach 1 / c²",
         [row["measured"] < row["bound"] - _reach(row) for row in found]),
        (f"Correlations within {STANDARD_ERRORS:g} standard errors of the exact one",
         [not abs(row["measured"] - row["exact"]) <= _reach(row) for row in found]),
    )  # fmt: skip
    return [
        Check.no_exception(
            what,
            exceptions=sum(bad),
            sample_size=len(found),
            strength=MEASURED,
            minimum=TUPLES_NEEDED,
        )
        for what, bad in kinds
    ]


def _reach(row: Row) -> float:
    return float(STANDARD_ERRORS * row["standard_error"] + EXACT)


def tuple_notes(rows: Rows) -> list[str]:
    """How far above the bound, and what can be said more sharply."""
    if not rows.tuples:
        return []
    largest = max(row["spread"] for row in rows.tuples)
    apart = [row["exact"] - row["bound"] for row in rows.tuples if row["spread"] > 1]
    above = min(apart, default=0.0)
    broken = sum(row["exact"] < row["sharp_bound"] - EXACT for row in rows.tuples)
    return [
        f"The factors c go up to {largest:.3g}; the exact correlation is at least {above:.3g} above "
        f"1 / c², and below the sharper 2 / (1 + c) in {broken} of {len(rows.tuples)} tables.",
        "Tables are synthetic. In real networks with few values some combinations lie along no path at "
        "all, c is infinite and the theorem says nothing: the audit of A3p tells how far they are.",
    ]


def _mean(rows: Sequence[Row], column: str) -> float:
    return float(sum(row[column] for row in rows) / len(rows))
