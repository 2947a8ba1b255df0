"""Which colour and symbol a mark takes, the same for both renderers and all panels of a figure.

A class of points keeps its slot, and a label its colour, from panel to panel; marks without classes
never take a colour that could be taken for a class of the same figure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from re import sub
from typing import Any, final

from lossatlas.evidence import Band, Bars, Globe, Heatmap, Levels, Line, Mark, Panel, Scatter

from ._palette import NUM_CLASSES, SYMBOLS, class_slots

_DEPTH: dict[type[Any], int] = {
    Globe: 0,
    Heatmap: 0,
    Band: 1,
    Bars: 2,
    Levels: 3,
    Line: 4,
    Scatter: 5,
}


@final
@dataclass(frozen=True)
class Style:
    """The look of a figure: a slot for each class (None: too many), a role for each label.

    `scale` holds the ends of the one colour scale of all its fields, where they can be compared.
    """

    classes: dict[int, int] | None
    labels: dict[str, str]
    least_class: int = 0
    greatest_class: int = 0
    scale: tuple[float, float] | None = None

    def role(self, mark: Mark, panel: Panel) -> str:
        """The role of a mark without classes; over a field it is light."""
        return "over" if is_fielded(panel) else self.labels[_key(mark.label)]

    def symbol(self, mark: Scatter, panel: Panel, group: int) -> str:
        """A class has its own symbol, unless symbols tell one set of points from another."""
        if mark.symbol == "circle" and len(classed_sets(panel)) == 1:
            return SYMBOLS[self.slot(group)]
        return mark.symbol

    def slot(self, group: int) -> int:
        """The slot of a class, of which there are not too many."""
        return (self.classes or {})[group]


def figure_style(panels: Sequence[Panel]) -> Style:
    """The look of a figure's marks."""
    marks = [mark for panel in panels for mark in panel.marks]
    groups = [group for mark in marks if isinstance(mark, Scatter) for group in mark.group]
    classes = class_slots(groups)
    free = ["ink", "muted"] if classes else [f"c{slot}" for slot in range(NUM_CLASSES)]
    labels = dict.fromkeys(_key(mark.label) for mark in marks if _is_single(mark))
    roles = {label: free[place % len(free)] for place, label in enumerate(labels)}
    fields = [mark for mark in marks if isinstance(mark, Heatmap)]
    return Style(
        classes, roles, min(groups, default=0), max(groups, default=0), _shared_scale(fields)
    )


def _shared_scale(fields: Sequence[Heatmap]) -> tuple[float, float] | None:
    """One scale for fields of the same quantity at the same places; values span it from end to end."""
    kinds = {(field.label, field.log, field.x, field.y) for field in fields}
    values = [z for field in fields for row in field.z for z in row if isfinite(z)]
    if len(fields) < 2 or len(kinds) > 1 or fields[0].log or not values:
        return None
    return min(values), max(values)


def classed_sets(panel: Panel) -> list[Scatter]:
    """The sets of points of a panel that are coloured by class."""
    return [mark for mark in panel.marks if isinstance(mark, Scatter) and mark.group]


def class_name(mark: Scatter, group: int) -> str:
    """What a class is called."""
    return f"{mark.group_label or mark.label or 'class'} {group}"


def stacked(marks: Iterable[Mark]) -> list[Mark]:
    """The marks in the order of drawing: what covers most lies lowest."""
    return sorted(marks, key=lambda mark: _DEPTH[type(mark)])


def is_fielded(panel: Panel) -> bool:
    """Whether a field of colours lies beneath the other marks."""
    return any(isinstance(mark, Heatmap) for mark in panel.marks)


def rim(panel: Panel) -> str:
    """The role of a thin edge that parts a point from its neighbour, or from a field beneath."""
    return "outline" if is_fielded(panel) else "ground"


def _key(label: str) -> str:
    """What a colour belongs to: a prediction and its measurement are of the same thing."""
    return sub(r"^(predicted|computed|measured), (?=.)", "", label)


def _is_single(mark: Mark) -> bool:
    return isinstance(mark, Line | Band | Bars) or (isinstance(mark, Scatter) and not mark.group)
