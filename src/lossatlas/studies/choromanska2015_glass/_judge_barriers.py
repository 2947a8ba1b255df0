"""C11: exact minimax levels between minima, and the elastic band on the same pairs."""

from collections.abc import Sequence

import numpy as np

from lossatlas.evidence import Check, Strength

from ._claims import LEVEL_TOLERANCE
from ._rows import Row, Rows, by_size, count

MEASURED = Strength.MEASURED


def check_barriers(rows: Rows) -> list[Check]:
    """C11: joined minima, a band that reaches every level, and none that passes below one."""
    distances = [abs(row["band"] - row["minimax"]) for row in rows.pairs]
    return [
        Check.no_exception(
            "On completely enumerated instances the descents from saddles of index 1 join all minima",
            exceptions=count(rows.barriers, lambda row: row["parts"] != 1),
            sample_size=len(rows.barriers),
            strength=MEASURED,
        ),
        Check.no_exception(
            "Pairs of minima whose exact minimax level the elastic band reaches within "
            f"{LEVEL_TOLERANCE:g} (farthest {max(distances, default=0.0):.2g})",
            exceptions=count(rows.pairs, _missed),
            sample_size=len(rows.pairs),
            strength=MEASURED,
            tolerance=LEVEL_TOLERANCE,
        ),
        Check.no_exception(
            "No elastic band passes below the exact minimax level",
            exceptions=count(rows.pairs, _below),
            sample_size=len(rows.pairs),
            strength=MEASURED,
            tolerance=LEVEL_TOLERANCE,
        ),
    ]


def _missed(row: Row) -> bool:
    return not abs(row["band"] - row["minimax"]) <= LEVEL_TOLERANCE


def _below(row: Row) -> bool:
    """A level below the minimax would be a path that the mountain-pass theorem forbids."""
    return bool(row["band"] < row["minimax"] - LEVEL_TOLERANCE)


def barrier_notes(rows: Rows) -> list[str]:
    """The barrier out of the deepest minimum beside Lambda (E_0 - E_1)."""
    walled = [row for row in rows.barriers if row["minima"] > 1]
    return [_compared(size, own) for size, own in by_size(walled).items()]


def _compared(size: int, rows: Sequence[Row]) -> str:
    heights = np.array([row["height"] for row in rows])
    bound = rows[0]["bound"]
    above = int((heights >= bound).sum())
    return (
        f"Λ = {size}: the barrier out of the deepest minimum is {np.median(heights):.4g} in the "
        f"median, {heights.min():.4g} to {heights.max():.4g}, over {len(heights)} instances; "
        f"Λ (E_0 - E_1) = {bound:.4g} lies below {above} of them. The bound speaks of Λ to infinity."
    )
