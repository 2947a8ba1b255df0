"""K3 to K5: all other critical points are saddles; where curvature shows it, and where not.

Constructed points count twice. Their normal form (subset, arcs, gauges) with certified data proves
index and class; the eigenvalue count of the stored point measures them. Rational instances are
exact both ways. Points found by search are measured.
"""

from collections.abc import Callable, Sequence

from lossatlas.evidence import Check, Strength

from ._rows import (
    BAD,
    Row,
    Rows,
    certified,
    contradicted,
    count,
    counts_agree,
    critical,
    left_downhill,
    not_global,
)

MEASURED, PROVED = Strength.MEASURED, Strength.PROVED
LEAST_ORDER = 3
ORDER_TOLERANCE = 0.05


def check_saddles(rows: Rows) -> list[Check]:
    """K3: index > 0, or a descent from the point."""
    built, exact = not_global(rows.built), not_global(rows.exact)
    words = "have index > 0 or are left downhill"
    return [
        _none_but(_saddle_by_form, certified(built), f"{_BUILT} are saddles {_FORM}", PROVED),
        _none_but(_saddle_by_count, built, f"{_BUILT} {words}", MEASURED),
        _none_but(_saddle_by_count, exact, f"{_EXACT} {words}", PROVED),
    ]


def check_full_inner_rank(rows: Rows) -> list[Check]:
    """K4: where rank(W_H...W_2) = p, index >= (p - r)(d_y - r) + inv(S) >= 1, and exact."""
    built, exact = (_full(not_global(group)) for group in (rows.built, rows.exact))
    found = _full(not_global(_labelled(rows.searched)))
    words = "with full inner rank have index at least (p - r)(d_y - r) + inv(S) ≥ 1"
    return [
        _none_but(_bound_by_form, certified(built), f"{_BUILT} {words} {_FORM}", PROVED),
        _none_but(_bound_by_count, built, f"{_BUILT} {words}, equal to the exact index", MEASURED),
        _none_but(_bound_by_count, exact, f"{_EXACT} {words}, equal to the exact index", PROVED),
        *([_none_but(_bound_by_count, found, f"{_FOUND} {words}", MEASURED)] if found else []),
    ]


def check_depth(rows: Rows) -> list[Check]:
    """K5: no bad saddle in shallow networks; bad saddles in deep ones, left downhill."""
    return [*_shallow(rows), *_deep(rows), _higher_order(rows.escapes)]


def _shallow(rows: Rows) -> list[Check]:
    built, exact, found = (
        [row for row in not_global(group) if row["hidden_layers"] == 1]
        for group in (rows.built, rows.exact, _labelled(rows.searched))
    )
    words = "with one hidden layer have index > 0"
    return [
        _none_but(_index_by_form, certified(built), f"{_BUILT} {words} {_FORM}", PROVED),
        _none_but(_index_by_count, built, f"{_BUILT} {words}", MEASURED),
        _none_but(_index_by_count, exact, f"{_EXACT} {words}", PROVED),
        *([_none_but(_index_by_count, found, f"{_FOUND} {words}", MEASURED)] if found else []),
    ]


def _deep(rows: Rows) -> list[Check]:
    built, exact = (
        [row for row in group if row["hidden_layers"] > 1 and row["predicted_kind"] == BAD]
        for group in (rows.built, rows.exact)
    )
    words = "have no negative eigenvalue and a loss above the global value"
    networks = {row["architecture"] for row in rows.built if row["hidden_layers"] > 1}
    origins = {row["architecture"] for row in built if row["origin"]}
    return [
        _none_but(_bad_by_count, built, f"Constructed bad saddles {words}", MEASURED),
        _none_but(_bad_by_count, exact, f"Bad saddles over the rationals {words}", PROVED),
        Check.no_exception(
            "Deep networks have W = 0 among these bad saddles",
            exceptions=len(networks - origins),
            sample_size=len(networks),
            strength=MEASURED,
        ),
        _none_but(left_downhill, built, "Constructed bad saddles are left downhill", MEASURED),
    ]


def _higher_order(escapes: Sequence[Row]) -> Check:
    """The power of t with which the loss falls along each escape path."""
    fitted = [row["fitted_order"] for row in escapes]
    span = f"{min(fitted):.3f} to {max(fitted):.3f}" if fitted else "none"
    return Check.no_exception(
        f"Escape paths fall with the predicted power of the step, at least {LEAST_ORDER} "
        f"(fitted {span})",
        exceptions=count(escapes, lambda row: not _falls_as_predicted(row)),
        sample_size=len(escapes),
        strength=MEASURED,
        tolerance=ORDER_TOLERANCE,
    )


def _falls_as_predicted(row: Row) -> bool:
    close = abs(row["fitted_order"] - row["order"]) <= ORDER_TOLERANCE
    return bool(close and row["order"] >= LEAST_ORDER and row["descent"] < 0)


_BUILT = "Constructed points other than global minima"
_EXACT = "Rational points other than global minima"
_FOUND = "Found points other than global minima"
_FORM = "by their normal form"


def _none_but(holds: Callable[[Row], bool], rows: Sequence[Row], what: str, how: Strength) -> Check:
    return Check.no_exception(
        what,
        exceptions=count(rows, lambda row: not holds(row)),
        sample_size=len(rows),
        strength=how,
    )


def _labelled(rows: Sequence[Row]) -> list[Row]:
    """Labelled ends whose counts are decided, for the label or against it."""
    labelled = [row for row in critical(rows) if row["label"] == "labelled"]
    return [row for row in labelled if counts_agree(row) or contradicted(row)]


def _full(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["inner_full"]]


def _saddle_by_form(row: Row) -> bool:
    """Index > 0, or the tightened class, whose points are no minima."""
    return bool(row["predicted_index"] > 0 or row["predicted_kind"] == BAD)


def _saddle_by_count(row: Row) -> bool:
    return bool(row["index"] > 0) or left_downhill(row)


def _index_by_form(row: Row) -> bool:
    return bool(row["predicted_index"] > 0)


def _index_by_count(row: Row) -> bool:
    return bool(row["index"] > 0)


def _bound_by_form(row: Row) -> bool:
    return bool(row["predicted_index"] >= row["index_bound"] >= 1)


def _bound_by_count(row: Row) -> bool:
    return bool(row["index"] == row["predicted_index"] >= row["index_bound"] >= 1)


def _bad_by_count(row: Row) -> bool:
    return bool(row["index"] == 0 and row["predicted_index"] == 0 and row["global_distance"] > 0)
