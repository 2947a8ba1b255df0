"""The axes, the legend and the level names of a panel, for plotly.js."""

from collections.abc import Sequence
from html import escape
from typing import Any

from lossatlas.evidence import Heatmap, Levels, Panel

from ._extent import bar_names, broken_names, decade_step, horizontal_span, labelled, steady_range
from ._style import is_fielded
from ._ticks import Ticks, axis_ticks


def panel_layout(panel: Panel, traces: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The layout of a panel; the page adds fonts, grounds and the colours of roles."""
    fielded = is_fielded(panel)
    layout = {
        "xaxis": _axis(panel, "x") | _horizontal_range(panel),
        "yaxis": _axis(panel, "y") | _vertical_range(panel),
        "showlegend": _needs_legend(traces, least=1 if fielded else 2),
        "annotations": [_level_name(place, name) for place, name in labelled(panel)],
    }
    return layout | ({"legend": _INSIDE, "margin": _UNDER_A_BAR} if fielded else {})


# Over a field the legend lies inside the axes: the colour bar with its title and its numbers has the
# room above them, which the library does not keep free by itself.
_UNDER_A_BAR = {"l": 12, "r": 14, "t": 58, "b": 12}
_INSIDE = {
    "x": 0.02,
    "y": 0.98,
    "yanchor": "top",
    "bgcolor": "@shade",
    "font": {"size": 11, "color": "@over"},
}


def panel_height(panel: Panel) -> dict[str, float]:
    """How tall a panel is: a share of its width, within bounds in pixels."""
    num_levels = sum(len(mark.values) for mark in panel.marks if isinstance(mark, Levels))
    if is_fielded(panel):
        return {"share": 1.05, "least": 300, "most": 460}
    if num_levels > _MANY_LEVELS:
        return {"share": 1.15, "least": 420, "most": 520}
    return {"share": 0.8, "least": 310, "most": 390}


_MANY_LEVELS = 6


def _axis(panel: Panel, name: str) -> dict[str, Any]:
    label = panel.x_label if name == "x" else panel.y_label
    decades, ticks = decade_step(panel, name), _ticks(panel, name)
    scale: dict[str, Any] = {"exponentformat": "power", "tickfont": {"size": 11}}
    if decades is not None:
        scale |= {"type": "log"}
    if ticks is not None:
        scale |= {
            "tickmode": "array",
            "tickvals": [place for place, _ in ticks],
            "ticktext": [name for _, name in ticks],
            # the name under the last bar may reach beyond the axis
            "ticklabeloverflow": "allow",
        }
    elif decades:
        scale |= {"dtick": decades}
    return {
        "title": {"text": escape(label), "standoff": 8},
        "automargin": True,
        "gridcolor": "@grid",
        "linecolor": "@grid",
        "zerolinecolor": "@grid",
        "tickcolor": "@grid",
        "showline": True,
        **scale,
    }


def _ticks(panel: Panel, axis: str) -> Ticks | None:
    """The names of bars, each under its bar, or the ticks of numbers."""
    names = bar_names(panel) if axis == "x" else []
    if not names:
        return axis_ticks(panel, axis)
    return [(float(place), name) for place, name in enumerate(broken_names(names))]


def _field_range(panel: Panel, axis: str) -> dict[str, Any]:
    """A field fills its axes, to the outer edges of its cells."""
    fields = [mark for mark in panel.marks if isinstance(mark, Heatmap)]
    places = sorted({place for field in fields for place in (field.x if axis == "x" else field.y)})
    if len(places) < 2 or panel.x_log or panel.y_log:
        return {}
    first, last = places[1] - places[0], places[-1] - places[-2]
    return {"range": [places[0] - first / 2, places[-1] + last / 2]}


def _vertical_range(panel: Panel) -> dict[str, Any]:
    """Rounding is not blown up to a landscape."""
    steady = steady_range(panel)
    return _field_range(panel, "y") if steady is None else {"range": list(steady)}


def _horizontal_range(panel: Panel) -> dict[str, Any]:
    """Levels reach both edges; without levels the axis finds its own range."""
    if is_fielded(panel):
        return _field_range(panel, "x")
    if not any(isinstance(mark, Levels) for mark in panel.marks):
        return {}
    return {"range": list(horizontal_span(panel))}


def _needs_legend(traces: Sequence[dict[str, Any]], *, least: int) -> bool:
    """Whether at least so many names are to be told apart."""
    named = [t for t in traces if t.get("showlegend", True) and t["type"] != "heatmap"]
    return len(named) >= least


def _level_name(place: float, name: str) -> dict[str, Any]:
    return {
        "xref": "x domain",
        "x": 1,
        "xanchor": "right",
        "y": place,
        "yanchor": "bottom",
        "yshift": -1,
        "text": escape(name),
        "showarrow": False,
        "font": {"size": 10.5, "color": "@muted"},
        "bgcolor": "@veil",
        "borderpad": 1,
    }
