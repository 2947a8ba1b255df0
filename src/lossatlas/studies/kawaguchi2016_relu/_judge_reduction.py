"""K8: gates drawn against closed forms, and the theorem carried over to the reduced surface."""

from collections.abc import Callable, Sequence

from lossatlas.evidence import Check, Strength

from ._claims import BEST_PRESET, CASES_NEEDED, DEPTHS, DRAWS_NEEDED, EXACT, STANDARD_ERRORS
from ._rows import Row, Rows

MEASURED = Strength.MEASURED
_LOCAL_MINIMUM = "local minimum"
_RESOLVED = 1e-12
"""A fall of the loss, relative, that rounding does not make."""


def check_reduction(rows: Rows) -> list[Check]:
    """Enough cases; the three statements of the draws; the exact ones."""
    cases = [row for row in rows.gates if row["draws"] >= DRAWS_NEEDED]
    return [*_enough(cases), *_drawn(rows.gates), *_carried_over(rows.reduced)]


def _enough(cases: Sequence[Row]) -> list[Check]:
    return [
        Check.enough(
            f"Cases with at least {DRAWS_NEEDED} draws",
            needed=CASES_NEEDED,
            counted=len(cases),
            strength=MEASURED,
        ),
        Check.enough(
            f"Numbers of hidden layers, of {', '.join(map(str, DEPTHS))}, with such a case",
            needed=len(DEPTHS),
            counted=len({row["hidden_layers"] for row in cases} & set(DEPTHS)),
            strength=MEASURED,
        ),
    ]


def _drawn(rows: Sequence[Row]) -> list[Check]:
    limit = STANDARD_ERRORS
    return [
        _all(f"The loss of the mean output lies within {limit:g} standard errors of the deep linear "
             "loss", rows, lambda row: abs(row["reduced_z"]) <= limit),
        _all(f"The mean loss lies within {limit:g} standard errors of the deep linear loss with the "
             "variance term", rows, lambda row: abs(row["expected_z"]) <= limit),
        _all("The mean outputs agree in every entry", rows,
             lambda row: row["output_z"] <= row["output_limit"]),
        _all("With q = 1/rho the reduced loss is that of the deep linear network", rows,
             lambda row: row["linear_distance"] <= EXACT, tolerance=EXACT),
        _all("The reduced loss is neither convex nor concave: its Hessian has eigenvalues of both "
             "signs", rows, lambda row: row["lowest"] < 0 < row["highest"]),
    ]  # fmt: skip


def _carried_over(rows: Sequence[Row]) -> list[Check]:
    labelled = [row for row in rows if row["predicted_index"] is not None]
    others = [row for row in rows if not row["global"]]
    full = [row for row in others if row["inner_full"]]
    return [
        _all("Constructed critical points have the index and nullity of the deep linear theory",
             labelled, _as_predicted),
        _all("Constructed critical points that are not global minima are saddles", others,
             _is_saddle),
        _all("Those of them with rank(W_H ... W_2) = p have a negative eigenvalue", full,
             lambda row: row["index"] > 0),
    ]  # fmt: skip


def _is_saddle(row: Row) -> bool:
    """There is a negative eigenvalue, or the loss falls on the path that the theory names."""
    falls = row["drop"] is not None and row["drop"] > _RESOLVED
    return bool(row["kind"] != _LOCAL_MINIMUM and (row["index"] > 0 or falls))


def _as_predicted(row: Row) -> bool:
    counted = row["index"], row["undecided"]
    return counted == (row["predicted_index"], row["predicted_nullity"])


def _all(
    what: str,
    rows: Sequence[Row],
    good: Callable[[Row], bool],
    *,
    tolerance: float | None = None,
) -> Check:
    return Check.no_exception(
        what,
        exceptions=sum(not good(row) for row in rows),
        sample_size=len(rows),
        strength=MEASURED,
        tolerance=tolerance,
    )


def reduction_notes(rows: Rows) -> list[str]:
    """What the expected loss is without its variance term, and what was not labelled."""
    notes = []
    if rows.gates:
        beyond = sum(abs(row["unreduced_z"]) > STANDARD_ERRORS for row in rows.gates)
        ratio = sorted(row["expected"] / row["reduced"] for row in rows.gates)
        notes.append(
            "The expected loss is not the deep linear loss: with the variance term it is "
            f"{ratio[0]:.3g} to {ratio[-1]:.3g} times as large, and without the term {beyond} of "
            f"{len(rows.gates)} cases are off by more than {STANDARD_ERRORS:g} standard errors. The "
            "theorem is about the loss of the expected output."
        )
    nameless = sum(row["predicted_index"] is None for row in rows.reduced)
    if nameless:
        notes.append(
            f"{nameless} of {len(rows.reduced)} constructed critical points could not be labelled from "
            "their numbers; they are judged by their eigenvalues alone."
        )
    if len({row["hidden_layers"] for row in rows.gates}) < len(DEPTHS):
        notes.append(f"Not every number of hidden layers was drawn; {BEST_PRESET}.")
    return notes
