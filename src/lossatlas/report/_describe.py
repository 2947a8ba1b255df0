"""A figure for those who do not see it: what is drawn, in a sentence and in tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import final

from lossatlas.evidence import Band, Bars, Globe, Heatmap, Levels, Line, Mark, Panel, Scatter

from ._globe import globe_summary, kind_name
from ._text import count, number, short, value

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
            return _heights(mark.label or "line", panel, rows, y)
        case Band():
            return _band_table(mark, panel)
        case Levels(values=values, names=names):
            said = names or [str(i + 1) for i in range(len(values))]
            rows = [(name, number(v)) for name, v in zip(said, values, strict=True)]
            return _thinned(mark.label or "levels", ("level", panel.y_label), rows)
        case Bars(x=x, heights=heights):
            rows = [(value(a), number(b)) for a, b in zip(x, heights, strict=True)]
            return _heights(mark.label or "bars", panel, rows, heights)
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
    name = f"{mark.label}, from the lower to the upper end" if mark.label else "band"
    return _thinned(name, columns, [tuple(map(number, row)) for row in places])


def _heights(
    name: str, panel: Panel, rows: Sequence[tuple[str, str]], heights: Sequence[float]
) -> DataTable:
    """The rows of a long run of heights that say something: a histogram is nearly all empty bins."""
    columns = (panel.x_label, panel.y_label)
    told = [row for row, height in zip(rows, heights, strict=True) if height != 0]
    if len(rows) <= MAX_ROWS or not 0 < 2 * len(told) <= len(rows):
        return _thinned(name, columns, rows, heights)
    kept = [height for height in heights if height != 0]
    return _thinned(
        f"{name} (of {count(len(rows), 'row')} those that are not 0)", columns, told, kept
    )


_FEW = 12


def _cells_table(mark: Heatmap, panel: Panel) -> DataTable:
    """A row of cells for each ordinate."""
    columns = (f"{panel.y_label}, and {panel.x_label} across", *map(short, mark.x))
    rows = [(short(y), *map(short, row)) for y, row in zip(mark.y, mark.z, strict=True)]
    return DataTable(f"{mark.label or 'field'}: every value", columns, tuple(rows))


def _field_table(mark: Heatmap, panel: Panel) -> DataTable:
    """All cells of a small field; of a large one the extremes and where they are."""
    if len(mark.x) <= _FEW and len(mark.y) <= _FEW:
        return _cells_table(mark, panel)
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


def _thinned(
    name: str,
    columns: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    heights: Sequence[float] = (),
) -> DataTable:
    """All rows of a short table; of a long one evenly spaced rows, and those of the extreme heights."""
    total = len(rows)
    if total <= MAX_ROWS:
        return DataTable(f"{name}: {count(total, 'row')}", columns, tuple(rows))
    chosen = {place * (total - 1) // (MAX_ROWS - 1) for place in range(MAX_ROWS)}
    extremes = _extremes(heights)
    how = "evenly spaced, with the least and the greatest" if extremes else "evenly spaced"
    return DataTable(
        f"{name}: {len(chosen | extremes)} of {count(total, 'row')}, {how}",
        columns,
        tuple(rows[place] for place in sorted(chosen | extremes)),
    )


def _extremes(heights: Sequence[float]) -> set[int]:
    """Where the least and the greatest finite heights are."""
    finite = [place for place, height in enumerate(heights) if isfinite(height)]
    ends = (min, max) if finite else ()
    return {end(finite, key=lambda place: heights[place]) for end in ends}
