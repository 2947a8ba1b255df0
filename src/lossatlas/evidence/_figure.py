"""Figures as data: what to draw, with its caption and what it cannot show.

A mark holds plain numbers; `nan` marks a gap. Renderers decide colours and fonts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from math import isfinite, nan
from typing import Any, TypeAlias, final

from lossatlas.errors import misuse

from ._globe import Globe
from ._plain import Numbers, same_length


@final
@dataclass(frozen=True)
class Scatter:
    """Points, coloured by an integer class where `group` is given (for example the index)."""

    x: Numbers
    y: Numbers
    label: str = ""
    group: tuple[int, ...] = ()
    group_label: str = ""
    hover: tuple[str, ...] = ()
    symbol: str = "circle"

    def __post_init__(self) -> None:
        same_length("y", self.y, "x", self.x)
        same_length("group", self.group, "x", self.x, may_be_empty=True)
        same_length("hover", self.hover, "x", self.x, may_be_empty=True)


@final
@dataclass(frozen=True)
class Line:
    """A polyline."""

    x: Numbers
    y: Numbers
    label: str = ""
    dashed: bool = False

    def __post_init__(self) -> None:
        same_length("y", self.y, "x", self.x)


@final
@dataclass(frozen=True)
class Band:
    """The region between two curves; under a line of the same label it takes its colour."""

    x: Numbers
    low: Numbers
    high: Numbers
    label: str = ""

    def __post_init__(self) -> None:
        same_length("low", self.low, "x", self.x)
        same_length("high", self.high, "x", self.x)


@final
@dataclass(frozen=True)
class Levels:
    """Horizontal lines across the panel, each with its name."""

    values: Numbers
    names: tuple[str, ...] = ()
    label: str = ""

    def __post_init__(self) -> None:
        same_length("names", self.names, "values", self.values, may_be_empty=True)


@final
@dataclass(frozen=True)
class Heatmap:
    """Values on a grid: `z[i][j]` belongs to `y[i]`, `x[j]`."""

    x: Numbers
    y: Numbers
    z: tuple[Numbers, ...]
    label: str = ""
    log: bool = False

    def __post_init__(self) -> None:
        same_length("z", self.z, "y", self.y)
        for row in self.z:
            same_length("z[i]", row, "x", self.x)


@final
@dataclass(frozen=True)
class Bars:
    """Bars at named or numbered places."""

    x: tuple[str, ...] | Numbers
    heights: Numbers
    label: str = ""

    def __post_init__(self) -> None:
        same_length("heights", self.heights, "x", self.x)


Mark: TypeAlias = Scatter | Line | Band | Levels | Heatmap | Bars | Globe
_MARKS: dict[str, type[Any]] = {
    m.__name__: m for m in (Scatter, Line, Band, Levels, Heatmap, Bars, Globe)
}


@final
@dataclass(frozen=True)
class Panel:
    """One pair of axes, or one globe, which has none and whose labels stay empty.

    With `stacked` bars at the same place stand on each other, in the order of the marks, and not side by
    side.
    """

    title: str
    x_label: str
    y_label: str
    marks: tuple[Mark, ...]
    x_log: bool = False
    y_log: bool = False
    stacked: bool = False

    def __post_init__(self) -> None:
        if self.stacked and self.y_log:
            raise misuse(
                "stacked",
                should="be left out on a logarithmic axis",
                got=True,
                remedy="A part of a sum has no length there: draw the bars side by side.",
            )
        if len(self.marks) > 1 and self.globe is not None:
            raise misuse(
                "marks",
                should="hold a globe alone",
                got=[type(mark).__name__ for mark in self.marks],
                remedy="Give the other marks a panel of their own.",
            )

    def bases(self, bars: Bars) -> Numbers:
        """Where each of a mark's bars begins: at zero, or on the bars that it is stacked on."""
        if not self.stacked:
            return (0.0,) * len(bars.x)
        heights = dict[str | float, float]()
        for mark in self.marks[: [mark is bars for mark in self.marks].index(True)]:
            if isinstance(mark, Bars):
                places: Iterable[str | float] = mark.x
                for place, height in zip(places, mark.heights, strict=True):
                    heights[place] = heights.get(place, 0.0) + (height if isfinite(height) else 0.0)
        return tuple(heights.get(place, 0.0) for place in bars.x)

    @property
    def globe(self) -> Globe | None:
        """The panel's globe, where it has one."""
        return next((mark for mark in self.marks if isinstance(mark, Globe)), None)


@final
@dataclass(frozen=True)
class Figure:
    """A picture as data. `caption` says what it shows, `limits` what it cannot show."""

    id: str
    title: str
    claims: tuple[str, ...]
    caption: str
    limits: str
    panels: tuple[Panel, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON once `nan` is dealt with; `from_dict` is the inverse."""
        panels = [
            {**asdict(panel), "marks": [_mark_to_dict(mark) for mark in panel.marks]}
            for panel in self.panels
        ]
        return {**asdict(self), "panels": panels}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Figure":
        """The inverse of `to_dict`."""
        panels = tuple(_panel_from_dict(panel) for panel in values["panels"])
        fields: dict[str, Any] = {**values, "claims": tuple(values["claims"]), "panels": panels}
        return cls(**fields)


def _panel_from_dict(values: dict[str, Any]) -> Panel:
    marks = tuple(_mark_from_dict(mark) for mark in values["marks"])
    fields: dict[str, Any] = {**values, "marks": marks}
    return Panel(**fields)


def _mark_to_dict(mark: Mark) -> dict[str, Any]:
    return {"mark": type(mark).__name__, **asdict(mark)}


def _mark_from_dict(values: dict[str, Any]) -> Mark:
    fields: dict[str, Any] = {k: _tupled(v) for k, v in values.items() if k != "mark"}
    mark: Mark = _MARKS[values["mark"]](**fields)
    return mark


def _tupled(value: object) -> object:
    """Lists back to tuples, however deep; a missing number, as JSON writes `nan`, is `nan`."""
    if value is None:
        return nan
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_tupled(item) for item in value)
    return value
