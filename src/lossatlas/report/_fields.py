"""A field of values over a plane: colours, and thin contour lines over those of a fine grid.

Fields of one figure that show the same quantity at the same places share their scale. A cell without a finite value stays empty. On a logarithmic scale the colour is the exponent; the
pointer still reads the value itself.
"""

from html import escape
from math import ceil, floor, log10
from typing import Any

from lossatlas.evidence import Heatmap, Panel

from ._finite import drawable
from ._style import Style
from ._text import template_label

Cells = list[list[float | None]]


def field_traces(mark: Heatmap, panel: Panel, style: Style) -> list[dict[str, Any]]:
    """The coloured cells and the contour lines of a heatmap."""
    z = scaled_cells(mark)
    across, up = (template_label(escape(label)) for label in (panel.x_label, panel.y_label))
    place = {"x": list(mark.x), "y": list(mark.y), "z": z}
    cells = {
        "type": "heatmap",
        **place,
        "name": escape(mark.label),
        "customdata": [drawable(row) for row in mark.z],
        "hovertemplate": f"{across}: %{{x:.4~g}}<br>{up}: %{{y:.4~g}}<br>%{{customdata:.4~g}}<extra></extra>",
        "hoverongaps": False,
        "colorscale": "Viridis",
        "colorbar": _colour_bar(mark, z),
    }
    if style.scale:
        cells |= {"zmin": style.scale[0], "zmax": style.scale[1]}
    if not has_contours(mark):
        return [cells]
    lines = {
        "type": "contour",
        **place,
        "name": "",
        "hoverinfo": "skip",
        "showscale": False,
        "showlegend": False,
        "contours": {"coloring": "none"},
        "ncontours": 14,
        "line": {"color": "@over", "width": 0.7},
        "opacity": 0.45,
    }
    return [cells, lines]


def has_contours(mark: Heatmap) -> bool:
    """Between a few large cells nothing is known, and a smooth line would pretend that it is."""
    return min(len(mark.x), len(mark.y)) >= _FINE


_FINE = 16


def scaled_cells(mark: Heatmap) -> Cells:
    """The cells as drawn: exponents on a logarithmic scale, None where nothing can be drawn."""
    rows = [drawable(row, log=mark.log) for row in mark.z]
    return [[_scaled(cell, mark.log) for cell in row] for row in rows]


def _scaled(cell: object, log: bool) -> float | None:
    if not isinstance(cell, int | float):
        return None
    return log10(cell) if log else cell


def _colour_bar(mark: Heatmap, z: Cells) -> dict[str, Any]:
    bar: dict[str, Any] = {
        "title": {"text": escape(mark.label), "side": "top"},
        "orientation": "h",
        "x": 0.5,
        "y": 1,
        "yref": "container",
        "yanchor": "top",
        "ypad": 4,
        "thickness": 8,
        "outlinewidth": 0,
        "nticks": 5,
    }
    finite = [cell for row in z for cell in row if cell is not None]
    return bar | _decades(min(finite), max(finite)) if mark.log and finite else bar


def _decades(low: float, high: float) -> dict[str, Any]:
    """Ticks at powers of ten when the values span at least two of them, else the values."""
    first, last = ceil(low), floor(high)
    if last - first < 1:
        ticks = [low + share * (high - low) for share in (0, 0.25, 0.5, 0.75, 1)]
        return {"tickvals": ticks, "ticktext": [f"{10**tick:.3g}" for tick in ticks]}
    step = max(1, (last - first) // 5)
    exponents = list(range(first, last + 1, step))
    return {"tickvals": exponents, "ticktext": [f"10<sup>{k}</sup>" for k in exponents]}
