"""Figures for papers: the same data, drawn by matplotlib on a light ground.

Figures are made without pyplot, so nothing is kept in a global list and no screen is asked for. The
same data give the same bytes.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FixedFormatter, FixedLocator, NullFormatter

from lossatlas.evidence import Figure, Panel

from ._extent import decade_step, labelled
from ._palette import LIGHT
from ._paper_marks import draw_mark, draw_set_keys, plain
from ._style import Style, figure_style, is_fielded, stacked
from ._ticks import axis_ticks

_MOST_COLUMNS = 3
_STYLE: dict[Any, Any] = {
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": LIGHT["muted"],
    "axes.labelcolor": LIGHT["ink"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LIGHT["grid"],
    "xtick.color": LIGHT["muted"],
    "ytick.color": LIGHT["muted"],
    "legend.frameon": False,
    # Element names in an SVG are hashes; with a fixed salt they are the same in every run.
    "svg.hashsalt": "lossatlas",
}


def painted(figure: Figure) -> dict[str, bytes]:
    """A figure as the content of its files, by their ending."""
    with matplotlib.rc_context(_STYLE):
        canvas = _canvas(figure)
        # The layout is found once and kept for both files.
        canvas.draw_without_rendering()
        canvas.set_layout_engine("none")
        return {
            "svg": _saved(canvas, "svg", {"Date": None, "Creator": None}),
            "png": _saved(canvas, "png", {"Software": None}),
        }


def _saved(canvas: Canvas, ending: str, metadata: dict[str, Any]) -> bytes:
    content = BytesIO()
    canvas.savefig(content, format=ending, dpi=200, metadata=metadata)
    return content.getvalue()


def _canvas(figure: Figure) -> Canvas:
    columns = max(1, min(_MOST_COLUMNS, len(figure.panels)))
    rows = max(1, -(-len(figure.panels) // columns))
    canvas = Canvas(
        figsize=(_panel_width(figure) * columns, 2.9 * rows + 0.4), layout="constrained"
    )
    places = list(np.ravel(canvas.subplots(rows, columns, squeeze=False)))
    style = figure_style(figure.panels)
    for panel, axes in zip(figure.panels, places, strict=False):
        _draw_panel(panel, axes, style)
    for axes in places[len(figure.panels) :]:
        axes.set_axis_off()
    keyed = [a for p, a in zip(figure.panels, places, strict=False) if not is_fielded(p)]
    _legend(canvas, keyed, most=3 if figure.panels[:1] and figure.panels[0].globe else 5)
    return canvas


def _panel_width(figure: Figure) -> float:
    """In inches; a globe shows two sides."""
    return 5.6 if any(panel.globe for panel in figure.panels) else 3.3


def _draw_panel(panel: Panel, axes: Axes, style: Style) -> None:
    axes.set_title(plain(panel.title))
    axes.set_xlabel(plain(panel.x_label))
    axes.set_ylabel(plain(panel.y_label))
    for mark in stacked(panel.marks):
        draw_mark(mark, axes, panel, style)
    if style.classes is not None:
        draw_set_keys(panel, axes)
    # An axis on which nothing positive lies cannot be logarithmic.
    if panel.x_log and _any_positive(axes, 0):
        axes.set_xscale("log")
    if panel.y_log and _any_positive(axes, 1):
        axes.set_yscale("log")
    _tick(panel, axes)
    _name_levels(panel, axes)
    if is_fielded(panel) and axes.get_legend_handles_labels()[1]:
        # The marks are light: their legend stands on dark ground.
        axes.legend(
            frameon=True, facecolor=LIGHT["outline"], labelcolor="white", framealpha=0.6, fontsize=7
        )


def _tick(panel: Panel, axes: Axes) -> None:
    """The ticks of the page, and no names at those that a logarithmic axis has in between."""
    for name, axis in (("x", axes.xaxis), ("y", axes.yaxis)):
        ticks = axis_ticks(panel, name)
        log = axis.get_scale() == "log"
        if log:
            axis.set_minor_formatter(NullFormatter())
        if ticks is not None and log == (decade_step(panel, name) is not None):
            axis.set_major_locator(FixedLocator([place for place, _ in ticks]))
            axis.set_major_formatter(FixedFormatter([name for _, name in ticks]))


def _any_positive(axes: Axes, which: int) -> bool:
    ends = axes.dataLim.get_points()[:, which]
    return bool(np.isfinite(ends).all() and ends.max() > 0)


def _name_levels(panel: Panel, axes: Axes) -> None:
    for place, name in labelled(panel):
        axes.annotate(
            plain(name),
            (1.01, 10.0**place if panel.y_log else place),
            xycoords=("axes fraction", "data"),
            verticalalignment="center",
            fontsize=5.5,
            color=LIGHT["muted"],
        )


def _legend(canvas: Canvas, places: Sequence[Axes], *, most: int) -> None:
    """One legend for all panels: a class has the same look in each."""
    found: dict[str, Artist] = {}
    for axes in places:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            found.setdefault(label, handle)
    if len(found) > 1:
        canvas.legend(
            list(found.values()),
            list(found),
            loc="outside lower center",
            ncols=min(most, len(found)),
            fontsize=7,
        )
