"""A panel as the traces and the layout that plotly.js draws.

They are plain dictionaries made by hand: no figure is ever validated by a library, and a page of
twenty figures costs milliseconds. A colour is a role such as `@c0`, which the page turns into the
colour of the reader's scheme.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

from lossatlas.evidence import Band, Bars, Globe, Heatmap, Levels, Line, Mark, Panel, Scatter

from ._extent import across, bar_names
from ._fields import field_traces
from ._finite import drawable
from ._landmarks import is_landmark, name_side
from ._style import Style, class_name, classed_sets, rim, stacked
from ._text import template_label

Trace = dict[str, Any]


def panel_traces(panel: Panel, style: Style) -> list[Trace]:
    """The traces of a panel, fields first so that points lie on top.

    Args:
        panel: The panel.
        style: The look of the figure that it belongs to.

    Returns:
        One dictionary a trace, every colour by role.
    """
    traces = [trace for mark in stacked(panel.marks) for trace in _mark_traces(mark, panel, style)]
    keys = [] if style.classes is None else _set_keys(panel)
    return _named_once([*traces, *keys])


def _named_once(traces: list[Trace]) -> list[Trace]:
    """Each name stands in the legend once, and each colour scale beside the axes once."""
    seen: set[str] = set()
    for trace in traces:
        if trace["name"] in seen or not trace["name"]:
            trace["showlegend"] = False
        seen.add(trace["name"])
    for scaled in [t for t in traces if "colorbar" in t.get("marker", {})][1:]:
        scaled["marker"]["showscale"] = False
    return traces


def _set_keys(panel: Panel) -> list[Trace]:
    """What the symbols mean, where they tell sets of points apart and colours tell classes."""
    sets = classed_sets(panel)
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": escape(mark.label),
            "x": [None],
            "y": [None],
            "hoverinfo": "skip",
            "marker": {"symbol": mark.symbol, "color": "@muted", "size": 8},
        }
        for mark in sets
        if len(sets) > 1 and mark.label
    ]


def _mark_traces(mark: Mark, panel: Panel, style: Style) -> list[Trace]:
    match mark:
        case Globe():
            return []  # a script of its own draws it
        case Heatmap():
            return field_traces(mark, panel, style)
        case Levels():
            return [_levels(mark, panel)]
        case Bars():
            return [_bars(mark, panel, f"@{style.role(mark, panel)}")]
        case Line():
            return [_line(mark, panel, f"@{style.role(mark, panel)}")]
        case Band():
            return [_band(mark, panel, f"@{style.role(mark, panel)}")]
        case Scatter(group=()):
            colour = f"@{style.role(mark, panel)}"
            return [_single(mark, panel, colour)]
        case Scatter() if style.classes is None:
            return [_graded(mark, panel, style)]
        case Scatter():
            return _classed(mark, panel, style)


def _classed(mark: Scatter, panel: Panel, style: Style) -> list[Trace]:
    """One trace a class, each with its colour and symbol."""
    traces = []
    for group in sorted(set(mark.group)):
        chosen = [i for i, g in enumerate(mark.group) if g == group]
        colour = f"@c{style.slot(group)}"
        trace = _points(mark, panel, chosen, colour, class_name(mark, group))
        trace["marker"]["symbol"] = style.symbol(mark, panel, group)
        traces.append({**trace, "legendgroup": f"class {group}"})
    return traces


def _single(mark: Scatter, panel: Panel, colour: str) -> Trace:
    """Points without classes; one named point over a field bears its name."""
    trace = _points(mark, panel, range(len(mark.x)), colour, mark.label)
    if not is_landmark(mark, panel):
        return trace
    name = {
        "mode": "markers+text",
        "text": [escape(mark.label)],
        "textposition": " ".join(name_side(mark, panel)),
        "textfont": {"color": "@over", "size": 12, "shadow": "auto"},
        "hovertemplate": _template(panel, told=True),
        "cliponaxis": False,
        "showlegend": False,
    }
    trace["marker"] |= {"size": 11}
    return trace | name


def _graded(mark: Scatter, panel: Panel, style: Style) -> Trace:
    """Too many classes to tell apart by name: their number on a colour scale."""
    trace = _points(mark, panel, range(len(mark.x)), "@muted", mark.label)
    trace["marker"] |= {
        "color": list(mark.group),
        "cmin": style.least_class,
        "cmax": style.greatest_class,
        "colorscale": "Viridis",
        # The darkest end of the scale would be lost on a dark ground without an edge.
        "line": {"width": 0.4, "color": "@muted"},
        "colorbar": _bar_title(mark.group_label or mark.label),
    }
    trace["text"] = [
        f"{said}{'<br>' if said else ''}{escape(mark.group_label)} {group}"
        for said, group in zip(trace["text"], mark.group, strict=True)
    ]
    return trace


def _bar_title(text: str) -> dict[str, Any]:
    return {"title": {"text": escape(text), "side": "right"}, "thickness": 10, "outlinewidth": 0}


def _points(mark: Scatter, panel: Panel, chosen: Sequence[int], colour: str, name: str) -> Trace:
    hover = mark.hover or ("",) * len(mark.x)
    open_symbol = mark.symbol.endswith("-open")
    edge = colour if open_symbol else f"@{rim(panel)}"
    return {
        "type": "scatter",
        "mode": "markers",
        "name": escape(name),
        "x": drawable((mark.x[i] for i in chosen), log=panel.x_log),
        "y": drawable((mark.y[i] for i in chosen), log=panel.y_log),
        "text": [_broken(hover[i]) for i in chosen],
        "hovertemplate": _template(panel, told=mark.hover != ()),
        "marker": {
            "color": colour,
            "symbol": mark.symbol,
            "size": _size(len(mark.x)) + 3 * open_symbol,
            "opacity": 0.9,
            "line": {"width": 2 if open_symbol else 1, "color": edge},
        },
    }


def _size(num_points: int) -> int:
    return 9 if num_points <= 60 else 7 if num_points <= 600 else 5


def _line(mark: Line, panel: Panel, colour: str) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": escape(mark.label),
        "x": drawable(mark.x, log=panel.x_log),
        "y": drawable(mark.y, log=panel.y_log),
        "hovertemplate": _template(panel, told=False),
        "connectgaps": False,
        "line": {"color": colour, "width": 2, "dash": "dash" if mark.dashed else "solid"},
    }


def _band(mark: Band, panel: Panel, colour: str) -> Trace:
    """A closed outline, there along the upper curve and back along the lower; it has no gaps."""
    x = drawable(mark.x, log=panel.x_log)
    low, high = (drawable(ends, log=panel.y_log) for ends in (mark.low, mark.high))
    whole = [place for place in zip(x, low, high, strict=True) if None not in place]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": escape(mark.label),
        "x": [x for x, _, _ in whole] + [x for x, _, _ in reversed(whole)],
        "y": [high for _, _, high in whole] + [low for _, low, _ in reversed(whole)],
        "hoverinfo": "skip",
        "fill": "toself",
        "fillcolor": colour,
        "opacity": 0.18,
        "line": {"color": colour, "width": 0},
    }


def _bars(mark: Bars, panel: Panel, colour: str) -> Trace:
    names = bar_names(panel)
    heights = drawable(mark.heights, log=panel.y_log)
    places = [float(names.index(x)) if isinstance(x, str) else x for x in mark.x]
    # a stacked bar ends at a sum, and the pointer reads the part
    stack = {"base": list(panel.bases(mark)), "offsetgroup": "stack"} if panel.stacked else {}
    x, y = (template_label(escape(label)) for label in (panel.x_label, panel.y_label))
    said = [escape(x) if isinstance(x, str) else f"{x:.6g}" for x in mark.x]
    return {
        "type": "bar",
        "name": escape(mark.label),
        "x": drawable(places, log=panel.x_log),
        "y": heights,
        "customdata": [list(pair) for pair in zip(said, heights, strict=True)],
        "hovertemplate": f"{x}: %{{customdata[0]}}<br>{y}: %{{customdata[1]:.6~g}}"
        "<extra>%{fullData.name}</extra>",
        "marker": {"color": colour, "opacity": 0.85},
        **stack,
    }


def _levels(mark: Levels, panel: Panel) -> Trace:
    """All levels in one trace, with enough vertices for the pointer to find them."""
    x: list[Any] = []
    y: list[Any] = []
    text: list[str] = []
    stops = list(across(panel))
    names = mark.names or ("",) * len(mark.values)
    for height, name in zip(drawable(mark.values, log=panel.y_log), names, strict=True):
        x += [*stops, None]
        y += [*([height] * len(stops)), None]
        text += [*([_broken(name)] * len(stops)), ""]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": escape(mark.label or "levels"),
        "x": x,
        "y": y,
        "text": text,
        "hovertemplate": "%{text}<br>%{y:.6~g}<extra></extra>",
        "line": {"color": "@muted", "width": 1},
    }


def _template(panel: Panel, *, told: bool) -> str:
    x, y = (template_label(escape(label)) for label in (panel.x_label, panel.y_label))
    head = "%{text}<br>" if told else ""
    return f"{head}{x}: %{{x:.6~g}}<br>{y}: %{{y:.6~g}}<extra>%{{fullData.name}}</extra>"


def _broken(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")
