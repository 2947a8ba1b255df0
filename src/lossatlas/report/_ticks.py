"""Where an axis has its ticks, the same for both renderers.

A few measured places are ticked themselves: widths of 16, 32, 64 and 128, layers of 1, 2 and 3. A
logarithmic axis of less than two decades, on which powers of ten are too few, has ticks at round
numbers, each written whole and all at one size. Every other axis finds its own ticks.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import ceil, floor, log10
from typing import TypeAlias

from lossatlas.evidence import Globe, Heatmap, Levels, Panel

from ._extent import bar_names, decade_step, spanned
from ._finite import drawable
from ._text import told

Ticks: TypeAlias = list[tuple[float, str]]

_MOST = 10
# As shares of the axis: how near two ticks may be, and how far beyond the data one may lie.
_NEAREST = 0.07
_BEYOND = 0.06
_LETTERS = 5
_ROOM = 32  # letters of all names along a horizontal axis
# Within a decade, tried until three lie on the axis.
_ROUND = ((1.0,), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0))


def axis_ticks(panel: Panel, axis: str) -> Ticks | None:
    """The places of the ticks and what they are called; None where the axis finds its own."""
    if axis == "x" and bar_names(panel):
        return None
    log = panel.x_log if axis == "x" else panel.y_log
    measured = _measured(panel, axis, log=log)
    if measured:
        return [(place, _name(place, 4)) for place in measured]
    if decade_step(panel, axis) != 0:
        return None
    places = _round(*spanned(panel, axis))
    ticks = [(place, _name(place, _digits(places))) for place in places]
    # side by side there is less room than one above the other
    crowd = axis == "x" and sum(len(name) for _, name in ticks) > _ROOM
    return ticks[:: -(-len(ticks) // 3)] if crowd else ticks


def _name(place: float, digits: int) -> str:
    """The number whole where it is not too long for that."""
    return told(f"{float(f'{place:.{digits}g}'):.{max(6, digits)}g}")


def _digits(places: Sequence[float]) -> int:
    """As few digits, from three on, as tell the places apart."""
    enough = (n for n in range(3, 17) if len({f"{x:.{n}g}" for x in places}) == len(places))
    return next(enough, 17)


def _measured(panel: Panel, axis: str, *, log: bool) -> list[float]:
    """The places of the marks, where they are few, short to write and well apart; else none."""
    places = sorted(set(_places(panel, axis, log=log)))
    if not 2 < len(places) <= _MOST or not all(map(_brief, places)):
        return []
    heights = [log10(place) if log else place for place in places]
    gaps = [after - before for before, after in pairwise(heights)]
    return places if min(gaps) >= _NEAREST * sum(gaps) else []


def _places(panel: Panel, axis: str, *, log: bool) -> Iterable[float]:
    for mark in panel.marks:
        if isinstance(mark, Levels | Globe) or (axis == "y" and not isinstance(mark, Heatmap)):
            continue
        found = mark.y if axis == "y" and isinstance(mark, Heatmap) else mark.x
        for place in drawable(found, log=log):
            if place is not None:
                yield place if isinstance(place, float | int) else float("nan")


def _brief(place: float) -> bool:
    text = f"{place:.4g}"
    return len(text) <= _LETTERS and float(text) == place


def _round(low: float, high: float) -> Sequence[float]:
    """Round numbers from about 10^low to about 10^high, at least three of them."""
    low, high = low - _BEYOND * (high - low), high + _BEYOND * (high - low)
    for digits in _ROUND:
        decades = range(floor(low), ceil(high) + 1)
        places = [digit * 10.0**decade for decade in decades for digit in digits]
        inside = [place for place in places if low <= log10(place) <= high]
        if len(inside) > 2:
            return inside
    return _even(10.0**low, 10.0**high)


def _even(low: float, high: float) -> list[float]:
    """Multiples of a round step, for a logarithmic axis so short that it is nearly even."""
    rough = (high - low) / 6  # at most doubled by rounding, which leaves three multiples inside
    size = 10.0 ** floor(log10(rough))
    step = next(size * digit for digit in (1, 2, 2.5, 5, 10) if size * digit >= rough)
    return [step * k for k in range(ceil(low / step), floor(high / step) + 1)]
