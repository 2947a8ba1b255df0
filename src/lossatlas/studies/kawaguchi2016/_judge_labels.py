"""K6 and K7: the list of critical values, and index, nullity and class from ranks alone."""

from collections.abc import Sequence

from lossatlas.evidence import Check, Strength

from ._claims import UNLABELLED_SHARE, VALUE_TOLERANCE
from ._rows import Row, Rows, contradicted, count, counts_agree, critical

MEASURED, PROVED = Strength.MEASURED, Strength.PROVED
SPECTRUM_TOLERANCE = 1e-8


def check_values(rows: Rows) -> list[Check]:
    """K6: found points lie on the list and carry their label, or say that they have none."""
    found = critical(rows.searched)
    resolved = [row for row in found if row["resolved"]]
    farthest = max((row["value_distance"] for row in resolved), default=0.0)
    labelled = [row for row in found if row["label"] == "labelled"]
    return [
        Check.no_exception(
            f"Found critical points lie on the list of values (farthest {farthest:.1e} away)",
            exceptions=count(resolved, lambda row: not row["value_distance"] <= VALUE_TOLERANCE),
            sample_size=len(resolved),
            strength=MEASURED,
            tolerance=VALUE_TOLERANCE,
        ),
        Check.no_exception(
            "Labelled points have the index and nullity of their label, as far as the signs of "
            f"their eigenvalues are certain (of all eigenvalues for {count(labelled, counts_agree)})",
            exceptions=count(labelled, contradicted),
            sample_size=len(labelled),
            strength=MEASURED,
        ),
        _unlabelled(found, len(found) - len(labelled)),
    ]


def _unlabelled(found: Sequence[Row], unlabelled: int) -> Check:
    return Check.at_most(
        "Share of found critical points without a label",
        bound=UNLABELLED_SHARE,
        measured=unlabelled / len(found) if found else 0.0,
        sample_size=len(found),
        strength=MEASURED,
    )


def unlabelled_notes(rows: Rows) -> list[str]:
    """Why points stayed without a label, and how wide their spectral gap was."""
    unlabelled = [row for row in critical(rows.searched) if row["label"] != "labelled"]
    if not unlabelled:
        return []
    gaps = [row["gap"] for row in unlabelled]
    reasons = sorted({row["unlabelled_reason"] for row in unlabelled})
    return [
        f"{len(unlabelled)} points stay unlabelled ({'; '.join(reasons)}), "
        f"with spectral gaps from {min(gaps):.1e} to {max(gaps):.1e}."
    ]


def check_classification(rows: Rows) -> list[Check]:
    """K7: index, nullity and class, counted and predicted, agree at every constructed point."""
    reduced = [row for row in rows.constructed if row["reduced"]]
    checks = [
        _agree(rows.built, "Constructed points", MEASURED),
        _agree(rows.exact, "Rational points", PROVED),
        _balanced(rows.spectra),
    ]
    if reduced:
        words = (
            "Constructed points on inputs of deficient rank, nullity + d_1 (d_x - rank X) included,"
        )
        checks.append(_agree(reduced, words, MEASURED))
    return checks


def _agree(rows: Sequence[Row], what: str, how: Strength) -> Check:
    return Check.no_exception(
        f"{what} have the predicted index, nullity and class",
        exceptions=count(rows, lambda row: not (counts_agree(row) and _class_agrees(row))),
        sample_size=len(rows),
        strength=how,
    )


def _class_agrees(row: Row) -> bool:
    """The class by tightened pivots is the one that the counts and the loss show."""
    return bool(row["kind"] == row["predicted_kind"])


def _balanced(spectra: Sequence[Row]) -> Check:
    """The whole spectrum at balanced points, where it is known in closed form."""
    return Check.at_most(
        "Distance of the Hessian's eigenvalues at balanced points from the closed form, relative "
        "to the largest",
        bound=SPECTRUM_TOLERANCE,
        measured=max((row["distance"] for row in spectra), default=0.0),
        sample_size=len(spectra),
        strength=MEASURED,
    )
