"""The axes, the legend and the level names of a panel, for plotly.js."""

from collections.abc import Sequence
from html import escape
from typing import Any

from lossatlas.evidence import Heatmap, Levels, Panel

from ._extent import across, horizontal_span, labelled


def panel_layout(panel: Panel, traces: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The layout of a panel; the page adds fonts, grounds and the colours of roles."""
    return {
        "xaxis": _axis(panel.x_label, panel.x_log) | _horizontal_range(panel),
        "yaxis": _axis(panel.y_label, panel.y_log),
        "showlegend": _needs_legend(traces),
        "annotations": [_level_name(place, name) for place, name in labelled(panel)],
    }


def _axis(label: str, log: bool) -> dict[str, Any]:
    scale = {"type": "log", "exponentformat": "power"} if log else {}
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


def _horizontal_range(panel: Panel) -> dict[str, Any]:
    """Levels reach both edges; without levels the axis finds its own range."""
    spans = any(isinstance(mark, Levels) for mark in panel.marks)
    fielded = any(isinstance(mark, Heatmap) for mark in panel.marks)
    if not spans or fielded or isinstance(across(panel)[0], str):
        return {}
    return {"range": list(horizontal_span(panel))}


def _needs_legend(traces: Sequence[dict[str, Any]]) -> bool:
    named = [trace for trace in traces if trace.get("name") and trace["type"] != "heatmap"]
    return len(named) > 1


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
