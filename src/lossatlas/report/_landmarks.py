"""Single points over a field bear their names beside them, on the side where there is room."""

from math import isfinite

from lossatlas.evidence import Heatmap, Mark, Panel, Scatter

_NEAR_EDGE = 0.22


def is_landmark(mark: Mark, panel: Panel) -> bool:
    """Whether a mark is one named point over a field."""
    fielded = any(isinstance(other, Heatmap) for other in panel.marks)
    return (
        fielded
        and isinstance(mark, Scatter)
        and bool(mark.label)
        and not mark.group
        and len(mark.x) == 1
        and isfinite(mark.x[0])
        and isfinite(mark.y[0])
    )


def name_side(mark: Scatter, panel: Panel) -> tuple[str, str]:
    """Where the name of a landmark stands: (top or bottom, left, center or right) of it."""
    across = _share(mark.x[0], [x for field in _fields(panel) for x in field.x])
    up = _share(mark.y[0], [y for field in _fields(panel) for y in field.y])
    horizontal = "center"
    if across < _NEAR_EDGE:
        horizontal = "right"
    elif across > 1 - _NEAR_EDGE:
        horizontal = "left"
    return ("bottom" if up > 1 - _NEAR_EDGE else "top"), horizontal


def _fields(panel: Panel) -> list[Heatmap]:
    return [mark for mark in panel.marks if isinstance(mark, Heatmap)]


def _share(place: float, ends: list[float]) -> float:
    low, high = min(ends), max(ends)
    return (place - low) / (high - low) if high > low else 0.5
