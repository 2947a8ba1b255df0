"""C6 and C8: the floor, and the layers above it."""

from collections.abc import Sequence
from itertools import pairwise
from math import exp

from lossatlas.evidence import Check, Strength

from ._claims import LAYER_TOLERANCE, MARGIN
from ._judge_counts import check_lowest_window
from ._rows import Row, Rows, by, by_order
from ._steps import falls, sizes

MEASURED = Strength.MEASURED


def check_floor(rows: Rows) -> list[Check]:
    """C6: below the ground state energy means vanish; the lowest points that were counted."""
    checks = [
        check for order, own in by_order(rows.grounds).items() for check in _floor(order, own)
    ]
    return [*checks, *check_lowest_window(rows)]


def _floor(order: int, rows: Sequence[Row]) -> list[Check]:
    limit = rows[-1]["limit"]
    what = f"p = {order}: the exact mean number of points below -(E_0 + {MARGIN:g})"
    rate = Check.at_most(
        f"p = {order}: Θ_p at -(E_0 + {MARGIN:g}), the rate of the limit",
        bound=0.0,
        measured=limit,
        sample_size=1,
        strength=MEASURED,
    )
    return [falls(what, rows, lambda row: row["log_beyond"]), rate]


def floor_notes(rows: Rows) -> list[str]:
    """What lies below -E_0 itself: it vanishes too, but slowly."""
    notes = []
    for order, own in by_order(rows.grounds).items():
        means = ", ".join(f"{exp(row['log_below']):.4g}" for row in own)
        notes.append(
            f"p = {order}: below -E_0 itself the exact means are {means} at N = {sizes(own)}."
        )
    return notes


def check_layers(rows: Rows) -> list[Check]:
    """C8: the levels are roots of the complexities, fall, and nothing of index k lies below them."""
    checks = []
    for order, own in by_order(rows.layers).items():
        levels = by(lambda row: row["level"], own)
        checks += [_roots(order, own), _ordered(order, levels)]
        checks += [
            falls(
                f"p = {order}: the exact mean number of points of index {k} or more below "
                f"-(E_{k} + {MARGIN:g})",
                at_level,
                lambda row: row["log_beyond"],
            )
            for k, at_level in levels.items()
        ]
    return checks


def _roots(order: int, rows: Sequence[Row]) -> Check:
    farthest = max(abs(row["complexity"]) for row in rows)
    return Check.at_most(
        f"p = {order}: the largest |Θ_k(-E_k)|",
        bound=LAYER_TOLERANCE,
        measured=farthest,
        sample_size=len(rows),
        strength=MEASURED,
    )


def _ordered(order: int, levels: dict[int, list[Row]]) -> Check:
    energies = [own[0]["energy"] for _, own in sorted(levels.items())]
    ladder = [*energies, next(iter(levels.values()))[0]["threshold"]]
    return Check.no_exception(
        f"p = {order}: the levels E_k fall towards E_∞ "
        f"({', '.join(f'{energy:.6f}' for energy in ladder)})",
        exceptions=sum(not lower < higher for higher, lower in pairwise(ladder)),
        sample_size=len(ladder) - 1,
        strength=MEASURED,
    )


def layer_notes(rows: Rows) -> list[str]:
    """What lies below -E_k itself."""
    notes = []
    for order, own in by_order(rows.layers).items():
        for k, at_level in by(lambda row: row["level"], own).items():
            means = ", ".join(f"{exp(row['log_literal']):.3g}" for row in at_level)
            notes.append(
                f"p = {order}: of index {k} or more below -E_{k} itself there are exactly {means} "
                f"points on average at N = {sizes(at_level)}."
            )
    return notes
