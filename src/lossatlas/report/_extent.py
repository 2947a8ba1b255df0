"""How far a panel's data reach, for what must span it: levels and their names."""

from collections.abc import Iterable, Sequence
from html import escape
from math import log10
from typing import Any

from lossatlas.evidence import Band, Bars, Globe, Heatmap, Levels, Line, Panel, Scatter

from ._finite import drawable
from ._text import told

_FEW_BARS = 8
_MARGIN = 0.04
# Room on the right for the names of levels, where no point lies under them.
_NAME_MARGIN = 0.3
_LETTER = 0.02
_NAME_GAP = 0.042
_ROUNDING = 1e-10
_STEADY = 0.05
_MAX_NAMES = 18


def across(panel: Panel) -> list[float]:
    """Abscissae from one side of the panel to the other, for a line that spans it."""
    low, high = horizontal_span(panel)
    num = 25 if sum(len(m.values) for m in panel.marks if isinstance(m, Levels)) <= 60 else 5
    ends = [low + (high - low) * step / (num - 1) for step in range(num)]
    return [10.0**end for end in ends] if panel.x_log else ends


def bar_names(panel: Panel) -> list[str]:
    """The names under a panel's bars: they stand at 0, 1, 2, ..., as other marks of the panel know."""
    bars = [mark for mark in panel.marks if isinstance(mark, Bars)]
    return list(dict.fromkeys(x for mark in bars for x in mark.x if isinstance(x, str)))


def broken_names(names: Sequence[str]) -> list[str]:
    """The names as an axis takes them; the words of a few stand one below the other."""
    few = len(names) <= _FEW_BARS
    printed = [escape(told(name)) for name in names]
    return [name.replace(" ", "<br>") for name in printed] if few else printed


def horizontal_span(panel: Panel) -> tuple[float, float]:
    """The data's range with a margin, in exponents where the axis is logarithmic."""
    names = bar_names(panel)
    low, high = (-0.5, len(names) - 0.5) if names else spanned(panel, "x")
    longest = max((len(name) for _, name in labelled(panel)), default=0)
    right = _MARGIN + min(_NAME_MARGIN, _LETTER * longest)
    return low - _MARGIN * (high - low), high + right * (high - low)


def steady_range(panel: Panel) -> tuple[float, float] | None:
    """A range that shows heights which differ by rounding alone as what they are, one height.

    None where the heights differ by more, and the axis finds its own range.
    """
    low, high = _span(_heights(panel), log=False)
    centre = (low + high) / 2
    if panel.y_log or high - low > _ROUNDING * abs(centre):
        return None
    return centre - _STEADY * abs(centre), centre + _STEADY * abs(centre)


def decade_step(panel: Panel, axis: str) -> int | None:
    """Decades from tick to tick; 0 when the data span too few for it, None on a linear axis."""
    if not (panel.x_log if axis == "x" else panel.y_log):
        return None
    low, high = horizontal_span(panel) if axis == "x" else _span(_heights(panel), log=True)
    return 0 if high - low < 2 else max(1, round((high - low) / 6))


def spanned(panel: Panel, axis: str) -> tuple[float, float]:
    """What the data span along an axis, in exponents where it is logarithmic."""
    if axis == "y":
        return _span(_heights(panel), log=panel.y_log)
    return _span(_abscissae(panel), log=panel.x_log)


def labelled(panel: Panel) -> list[tuple[float, str]]:
    """The levels whose names have room: from below, each well above the last one named, no name twice."""
    low, high = _span(_heights(panel), log=panel.y_log)
    chosen: list[tuple[float, str]] = []
    named = set[str]()
    last = float("-inf")
    for height, name in sorted(_named_levels(panel)):
        place = _place(height, panel.y_log)
        roomy = place - last >= _NAME_GAP * (high - low) and len(chosen) < _MAX_NAMES
        if name and roomy and name not in named:
            chosen.append((place, name))
            named.add(name)
            last = place
    return chosen


def _named_levels(panel: Panel) -> Iterable[tuple[float, str]]:
    for mark in panel.marks:
        if isinstance(mark, Levels) and mark.names:
            for height, name in zip(mark.values, mark.names, strict=True):
                if drawable([height], log=panel.y_log) != [None]:
                    yield height, name


def _abscissae(panel: Panel) -> Iterable[object]:
    return (x for mark in panel.marks if not isinstance(mark, Levels | Globe) for x in mark.x)


def _heights(panel: Panel) -> Iterable[object]:
    for mark in panel.marks:
        match mark:
            case Levels(values=heights):
                yield from heights
            case Bars(heights=heights):
                yield from (a + b for a, b in zip(heights, panel.bases(mark), strict=True))
            case Band(low=low, high=high):
                yield from (*low, *high)
            case Heatmap(y=heights) | Line(y=heights) | Scatter(y=heights):
                yield from heights


def _span(values: Iterable[object], *, log: bool) -> tuple[float, float]:
    numbers: list[Any] = [
        item for item in drawable(values, log=log) if isinstance(item, int | float)
    ]
    if not numbers:
        return 0.0, 1.0
    low, high = _place(min(numbers), log), _place(max(numbers), log)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _place(number: float, log: bool) -> float:
    return log10(number) if log else float(number)
