"""A figure for those who do not see it: what is drawn, in a sentence and in tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import final

from lossatlas.evidence import Band, Bars, Globe, Heatmap, Levels, Line, Mark, Panel, Scatter

from ._globe import globe_summary, kind_name
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
    if panel.globe:
        return ". ".join(part for part in (panel.title, f"{globe_summary(panel.globe)}.") if part)
    drawn = "; ".join(_counted(mark) for mark in panel.marks) or "nothing"
    name = f"{panel.title}. " if panel.title else ""
    return f"{name}{panel.y_label} against {panel.x_label}: {drawn}."


def data_tables(panel: Panel) -> list[DataTable]:
    """The numbers behind a panel, a table a mark."""
    tables = [_table(mark, panel) for mark in panel.marks]
    return [*tables, _ways(panel.globe)] if panel.globe and panel.globe.lines else tables


def _counted(mark: Mark) -> str:
    name = f" ({mark.label})" if mark.label else ""
    match mark:
        case Scatter(x=x, group=group):
            kinds = len(set(group))
            told = f" in {count(kinds, 'class', 'classes')}" if kinds else ""
            return f"{count(len(x), 'point')}{told}{name}"
        case Line(x=x):
            return f"a line through {count(len(x), 'point')}{name}"
        case Band(x=x):
            return f"a band through {count(len(x), 'point')}{name}"
        case Levels(values=values):
            return f"{count(len(values), 'level')}{name}"
        case Bars(heights=heights):
            return f"{count(len(heights), 'bar')}{name}"
        case Heatmap(x=x, y=y):
            return f"a field of {len(y)} by {len(x)} values{name}"
        case Globe():
            return globe_summary(mark)


def _table(mark: Mark, panel: Panel) -> DataTable:
    match mark:
        case Scatter():
            return _scatter_table(mark, panel)
        case Line(x=x, y=y):
            rows = [(number(a), number(b)) for a, b in zip(x, y, strict=True)]
            return _thinned(mark.label or "line", (panel.x_label, panel.y_label), rows)
        case Band():
            return _band_table(mark, panel)
        case Levels(values=values, names=names):
            said = names or [str(i + 1) for i in range(len(values))]
            rows = [(name, number(v)) for name, v in zip(said, values, strict=True)]
            return _thinned(mark.label or "levels", ("level", panel.y_label), rows)
        case Bars(x=x, heights=heights):
            rows = [(value(a), number(b)) for a, b in zip(x, heights, strict=True)]
            return _thinned(mark.label or "bars", (panel.x_label, panel.y_label), rows)
        case Heatmap():
            return _field_table(mark, panel)
        case Globe():
            return _globe_table(mark)


def _scatter_table(mark: Scatter, panel: Panel) -> DataTable:
    columns = [panel.x_label, panel.y_label]
    fields = [[number(x) for x in mark.x], [number(y) for y in mark.y]]
    if mark.group:
        columns.append(mark.group_label or "class")
        fields.append([str(group) for group in mark.group])
    if mark.hover:
        columns.append("remark")
        fields.append([_one_line(text) for text in mark.hover])
    rows = list(zip(*fields, strict=True))
    return _thinned(mark.label or "points", tuple(columns), rows)


def _band_table(mark: Band, panel: Panel) -> DataTable:
    columns = (panel.x_label, f"{panel.y_label}, lower", f"{panel.y_label}, upper")
    places = zip(mark.x, mark.low, mark.high, strict=True)
    return _thinned(mark.label or "band", columns, [tuple(map(number, row)) for row in places])


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


def _globe_table(mark: Globe) -> DataTable:
    """The points of a globe; the cells of its field are too many to read."""
    columns = ["point", "kind", "index", mark.label or "value", "x", "y", "z"]
    rows = [
        [str(i + 1), kind_name(mark, i), str(mark.index[i]), number(mark.heights[i])]
        + [number(round(x, _PLACES)) for x in point]
        for i, point in enumerate(mark.points)
    ]
    if mark.hover:
        columns.append("remark")
        rows = [[*row, _one_line(said)] for row, said in zip(rows, mark.hover, strict=True)]
    return _thinned("points", tuple(columns), [tuple(row) for row in rows])


_PLACES = 9


def _ways(mark: Globe) -> DataTable:
    """Where each line leads."""
    rows = [
        (str(start + 1), "none" if end < 0 else str(end + 1))
        for start, end in zip(mark.starts, mark.ends, strict=True)
    ]
    return _thinned("lines", ("from point", "to point"), rows)


def _one_line(text: str) -> str:
    return text.replace("\n", "; ")


def _thinned(name: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> DataTable:
    """All rows of a short table, evenly spaced ones of a long table."""
    total = len(rows)
    if total <= MAX_ROWS:
        return DataTable(f"{name}: {count(total, 'row')}", columns, tuple(rows))
    chosen = [rows[place * (total - 1) // (MAX_ROWS - 1)] for place in range(MAX_ROWS)]
    return DataTable(
        f"{name}: {MAX_ROWS} of {count(total, 'row')}, evenly spaced", columns, tuple(chosen)
    )
