"""A figure for those who do not see it: what is drawn, in a sentence and in tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import final

from lossatlas.evidence import Bars, Heatmap, Levels, Line, Mark, Panel, Scatter

from ._text import count, number, value

MAX_ROWS = 24


@final
@dataclass(frozen=True)
class DataTable:
    """Some rows of a mark; `caption` says how many there are in all."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def panel_description(panel: Panel) -> str:
    """One sentence that names the axes and counts what is drawn on them."""
    drawn = "; ".join(_counted(mark) for mark in panel.marks) or "nothing"
    name = f"{panel.title}. " if panel.title else ""
    return f"{name}{panel.y_label} against {panel.x_label}: {drawn}."


def data_tables(panel: Panel) -> list[DataTable]:
    """The numbers behind a panel, a table a mark."""
    return [_table(mark, panel) for mark in panel.marks]


def _counted(mark: Mark) -> str:
    name = f" ({mark.label})" if mark.label else ""
    match mark:
        case Scatter(x=x, group=group):
            kinds = len(set(group))
            told = f" in {count(kinds, 'class', 'classes')}" if kinds else ""
            return f"{count(len(x), 'point')}{told}{name}"
        case Line(x=x):
            return f"a line through {count(len(x), 'point')}{name}"
        case Levels(values=values):
            return f"{count(len(values), 'level')}{name}"
        case Bars(heights=heights):
            return f"{count(len(heights), 'bar')}{name}"
        case Heatmap(x=x, y=y):
            return f"a field of {len(y)} by {len(x)} values{name}"


def _table(mark: Mark, panel: Panel) -> DataTable:
    match mark:
        case Scatter():
            return _scatter_table(mark, panel)
        case Line(x=x, y=y):
            rows = [(number(a), number(b)) for a, b in zip(x, y, strict=True)]
            return _thinned(mark.label or "line", (panel.x_label, panel.y_label), rows)
        case Levels(values=values, names=names):
            said = names or [str(i + 1) for i in range(len(values))]
            rows = [(name, number(v)) for name, v in zip(said, values, strict=True)]
            return _thinned(mark.label or "levels", ("level", panel.y_label), rows)
        case Bars(x=x, heights=heights):
            rows = [(value(a), number(b)) for a, b in zip(x, heights, strict=True)]
            return _thinned(mark.label or "bars", (panel.x_label, panel.y_label), rows)
        case Heatmap():
            return _field_table(mark, panel)


def _scatter_table(mark: Scatter, panel: Panel) -> DataTable:
    columns = [panel.x_label, panel.y_label]
    fields = [[number(x) for x in mark.x], [number(y) for y in mark.y]]
    if mark.group:
        columns.append(mark.group_label or "class")
        fields.append([str(group) for group in mark.group])
    if mark.hover:
        columns.append("remark")
        fields.append([text.replace("\n", "; ") for text in mark.hover])
    rows = list(zip(*fields, strict=True))
    return _thinned(mark.label or "points", tuple(columns), rows)


def _field_table(mark: Heatmap, panel: Panel) -> DataTable:
    """The extremes of a field and where they are: the cells themselves are too many to read."""
    columns = ("", mark.label or "value", panel.x_label, panel.y_label)
    cells = [
        (z, x, y)
        for y, row in zip(mark.y, mark.z, strict=True)
        for x, z in zip(mark.x, row, strict=True)
        if z is not None and isfinite(z)
    ]
    rows = [
        (name, *(number(entry) for entry in pick(cells)))
        for name, pick in (("smallest", min), ("largest", max))
        if cells
    ]
    caption = f"{mark.label or 'field'}: the extremes of {len(mark.y)} by {len(mark.x)} values"
    return DataTable(caption, columns, tuple(rows))


def _thinned(name: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> DataTable:
    """All rows of a short table, evenly spaced ones of a long table."""
    total = len(rows)
    if total <= MAX_ROWS:
        return DataTable(f"{name}: {count(total, 'row')}", columns, tuple(rows))
    chosen = [rows[place * (total - 1) // (MAX_ROWS - 1)] for place in range(MAX_ROWS)]
    return DataTable(
        f"{name}: {MAX_ROWS} of {count(total, 'row')}, evenly spaced", columns, tuple(chosen)
    )
