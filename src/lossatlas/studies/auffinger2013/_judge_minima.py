"""C9 and C19: minima dominate at the bottom, and are rare above the band."""

from collections.abc import Sequence
from itertools import pairwise
from math import exp

from lossatlas.evidence import Check, Strength

from ._claims import BAND_MARGIN, DOMINANCE_MARGIN
from ._rows import Row, Rows, by, by_order
from ._steps import falls, sizes

MEASURED = Strength.MEASURED


def check_dominance(rows: Rows) -> list[Check]:
    """C9: saddles per minimum, below the threshold and well below it."""
    checks = []
    for order, own in by_order(rows.layers).items():
        for k, at_level in by(lambda row: row["level"], own).items():
            checks += [_fewer(order, k, at_level), _exponentially(order, k, at_level)]
    return checks


def _fewer(order: int, k: int, rows: Sequence[Row]) -> Check:
    ratios = ", ".join(f"{exp(row['log_dominance']):.3g}" for row in rows)
    return Check.no_exception(
        f"p = {order}: below -E_∞ there are fewer points of index {k} than minima on average "
        f"({ratios} for each minimum at N = {sizes(rows)})",
        exceptions=sum(not row["log_dominance"] < 0 for row in rows),
        sample_size=len(rows),
        strength=MEASURED,
    )


def _exponentially(order: int, k: int, rows: Sequence[Row]) -> Check:
    return falls(
        f"p = {order}: the number of points of index {k} for each minimum below "
        f"-(E_∞ + {DOMINANCE_MARGIN:g})",
        rows,
        lambda row: row["log_dominance_beyond"],
    )


def dominance_notes(rows: Rows) -> list[str]:
    """Where the ratio rises instead: at the threshold itself its rate is zero."""
    rising = [
        (order, k)
        for order, own in by_order(rows.layers).items()
        for k, at_level in by(lambda row: row["level"], own).items()
        if any(b["log_dominance"] > a["log_dominance"] for a, b in pairwise(at_level))
    ]
    if not rising:
        return []
    named = "; ".join(f"p = {order}, index {k}" for order, k in rising)
    return [
        "With no margin, below -E_∞ itself, the share of saddles rises with N at these sizes "
        f"({named}): the difference of the complexities vanishes at -E_∞, and the exponential "
        "decay is a statement about every level strictly below."
    ]


def check_band(rows: Rows) -> list[Check]:
    """C19: the share of minima above the band."""
    checks = []
    for order, own in by_order(rows.bands).items():
        judged = [row for row in own if row["size"] >= 4 / BAND_MARGIN**2]
        shares = ", ".join(f"{exp(row['log_share']):.3g}" for row in judged)
        what = f"p = {order}: the share of minima above -(E_∞ - {BAND_MARGIN:g}) ({shares})"
        checks += [falls(what, judged, lambda row: row["log_share"]), _no_slower(order, judged)]
    return checks


def _no_slower(order: int, rows: Sequence[Row]) -> Check:
    decays = [row["decay"] for row in rows]
    return Check.no_exception(
        f"p = {order}: it falls at least exponentially, -(1/N) ln of it "
        f"({', '.join(f'{decay:.3f}' for decay in decays)}) does not fall",
        exceptions=sum(not later >= earlier for earlier, later in pairwise(decays)),
        sample_size=max(0, len(decays) - 1),
        minimum=2,
        strength=MEASURED,
    )
