"""Each kind of mark, drawn on matplotlib's axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Literal, final

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patheffects import withStroke

from lossatlas.evidence import Band, Bars, Globe, Heatmap, Levels, Line, Mark, Panel, Scatter

from ._fields import has_contours
from ._finite import drawable
from ._landmarks import is_landmark, name_side
from ._palette import LIGHT, SYMBOLS
from ._paper_globe import draw_globe
from ._style import Style, class_name, classed_sets, rim

_MARKERS = dict(zip(SYMBOLS, "osD^Px*v", strict=True))
_CROWD = 60
_FEW_NAMES = 6


def draw_mark(mark: Mark, axes: Axes, panel: Panel, style: Style) -> None:
    """Draw one mark of a panel."""
    match mark:
        case Globe():
            draw_globe(mark, axes)
        case Heatmap():
            _heatmap(mark, axes, style)
        case Levels():
            _levels(mark, axes, panel)
        case Bars():
            _bars(mark, axes, panel, LIGHT[style.role(mark, panel)])
        case Line():
            _line(mark, axes, panel, LIGHT[style.role(mark, panel)])
        case Band():
            _band(mark, axes, panel, LIGHT[style.role(mark, panel)])
        case Scatter(group=()):
            _single(mark, axes, panel, LIGHT[style.role(mark, panel)])
        case Scatter() if style.classes is None:
            _graded(mark, axes, panel, style)
        case Scatter():
            _classed(mark, axes, panel, style)


def draw_set_keys(panel: Panel, axes: Axes) -> None:
    """What the symbols mean, where they tell sets of points apart and colours tell classes."""
    sets = classed_sets(panel)
    for mark in sets:
        if len(sets) > 1 and mark.label:
            key = Scatter((nan,), (nan,), symbol=mark.symbol)
            _points(key, axes, panel, range(1), Look(LIGHT["muted"], mark.symbol, mark.label))


@final
@dataclass(frozen=True)
class Look:
    """What tells one set of points from another."""

    colour: str
    symbol: str
    name: str


def plain(text: str) -> str:
    """Text as it is: a dollar sign starts no formula."""
    return text.replace("$", r"\$")


def shown(values: Sequence[float | str], *, log: bool) -> Float[np.ndarray, " n"]:
    """Numbers to draw; what an axis cannot show is `nan`, at which a line breaks."""
    return np.array([nan if item is None else item for item in drawable(values, log=log)], float)


def _places(
    mark: Scatter | Line, panel: Panel
) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    return shown(mark.x, log=panel.x_log), shown(mark.y, log=panel.y_log)


def _points(mark: Scatter, axes: Axes, panel: Panel, chosen: Sequence[int], look: Look) -> None:
    x, y = _places(mark, panel)
    keep = [i for i in chosen if np.isfinite(x[i]) and np.isfinite(y[i])]
    base = look.symbol.removesuffix("-open")
    hollow = base != look.symbol
    axes.plot(
        x[keep],
        y[keep],
        linestyle="none",
        marker=_MARKERS.get(base, "o"),
        markersize=_size(len(mark.x)) * (1.5 if hollow or base == "star" else 1),
        markerfacecolor="none" if hollow else look.colour,
        markeredgecolor=look.colour if hollow or base == "x" else LIGHT[rim(panel)],
        markeredgewidth=1.0 if hollow or base == "x" else 0.4,
        label=plain(look.name) or None,
        zorder=4,
    )


def _size(num_points: int) -> float:
    return 4.6 if num_points <= 60 else 3.6 if num_points <= 600 else 2.4


def _single(mark: Scatter, axes: Axes, panel: Panel, colour: str) -> None:
    """Points without classes; one named point over a field bears its name."""
    named = is_landmark(mark, panel)
    look = Look(colour, mark.symbol, "" if named else mark.label)
    _points(mark, axes, panel, range(len(mark.x)), look)
    if not named:
        return
    vertical, horizontal = name_side(mark, panel)
    axes.annotate(
        plain(mark.label),
        (mark.x[0], mark.y[0]),
        xytext=(0, 6 if vertical == "top" else -6),
        textcoords="offset points",
        verticalalignment="bottom" if vertical == "top" else "top",
        horizontalalignment=_ALIGNMENT[horizontal],
        color="white",
        fontsize=7,
        path_effects=[withStroke(linewidth=1.6, foreground=LIGHT["outline"])],
        zorder=5,
    )


# A name that stands to the left of its point ends there.
_ALIGNMENT: dict[str, Literal["left", "center", "right"]] = {
    "left": "right",
    "center": "center",
    "right": "left",
}


def _classed(mark: Scatter, axes: Axes, panel: Panel, style: Style) -> None:
    for group in sorted(set(mark.group)):
        chosen = [i for i, g in enumerate(mark.group) if g == group]
        colour = LIGHT[f"c{style.slot(group)}"]
        look = Look(colour, style.symbol(mark, panel, group), class_name(mark, group))
        _points(mark, axes, panel, chosen, look)


def _graded(mark: Scatter, axes: Axes, panel: Panel, style: Style) -> None:
    x, y = _places(mark, panel)
    keep = np.isfinite(x) & np.isfinite(y)
    drawn = axes.scatter(
        x[keep],
        y[keep],
        c=np.array(mark.group)[keep],
        s=_size(len(mark.x)) ** 2,
        marker=_MARKERS.get(mark.symbol, "o"),
        cmap="viridis",
        vmin=style.least_class,
        vmax=style.greatest_class,
        edgecolors=LIGHT["ground"] if mark.symbol != "x" else None,
        # in a crowd the light rims would cover the colours
        linewidths=0.3 if len(mark.x) <= _CROWD else 0.0,
        label=plain(mark.label) or None,
        zorder=4,
    )
    # One scale a panel: every set of points has the same.
    if axes.figure is not None and mark is classed_sets(panel)[0]:
        axes.figure.colorbar(drawn, ax=axes, label=plain(mark.group_label or mark.label))


def _line(mark: Line, axes: Axes, panel: Panel, colour: str) -> None:
    x, y = _places(mark, panel)
    axes.plot(
        x,
        y,
        color=colour,
        linestyle="--" if mark.dashed else "-",
        linewidth=1.4,
        label=plain(mark.label) or None,
        zorder=3,
    )


def _band(mark: Band, axes: Axes, panel: Panel, colour: str) -> None:
    x, low, high = (
        shown(values, log=log)
        for values, log in (
            (mark.x, panel.x_log), (mark.low, panel.y_log), (mark.high, panel.y_log)
        )
    )  # fmt: skip
    keep = np.isfinite(x) & np.isfinite(low) & np.isfinite(high)
    label = plain(mark.label) or None
    axes.fill_between(
        x[keep], low[keep], high[keep], color=colour, alpha=0.18, linewidth=0, label=label, zorder=1
    )


def _levels(mark: Levels, axes: Axes, panel: Panel) -> None:
    heights = shown(mark.values, log=panel.y_log)
    for place, height in enumerate(heights[np.isfinite(heights)]):
        label = plain(mark.label or "levels") if place == 0 else None
        axes.axhline(height, color=LIGHT["muted"], linewidth=0.6, label=label, zorder=2)


def _bars(mark: Bars, axes: Axes, panel: Panel, colour: str) -> None:
    """Bars at the same names stand side by side, or on each other where the panel stacks them."""
    series = [other for other in panel.marks if isinstance(other, Bars)]
    names = list(dict.fromkeys(x for other in series for x in other.x if isinstance(x, str)))
    side_by_side = 1 if panel.stacked else len(series)
    share = 0.8 / side_by_side
    place = 0 if panel.stacked else series.index(mark)
    shift = (place - (side_by_side - 1) / 2) * share
    x = np.array([names.index(x) if isinstance(x, str) else x for x in mark.x], float)
    axes.bar(
        x + (shift if names else 0.0),
        shown(mark.heights, log=panel.y_log),
        bottom=panel.bases(mark),
        width=share if names else 0.8,
        color=colour,
        label=plain(mark.label) or None,
        zorder=2,
    )
    if names:
        _name_places(axes, names)


def _name_places(axes: Axes, names: Sequence[str]) -> None:
    """The words of few names one below the other; many names would run into each other, and lean."""
    if len(names) <= _FEW_NAMES:
        axes.set_xticks(range(len(names)), [plain(name).replace(" ", "\n") for name in names])
        return
    axes.set_xticks(range(len(names)), [plain(name) for name in names], rotation=40, ha="right")


def _heatmap(mark: Heatmap, axes: Axes, style: Style) -> None:
    z = np.array([shown(row, log=mark.log) for row in mark.z])
    axes.grid(visible=False)
    if not np.isfinite(z).any():
        axes.text(0.5, 0.5, "no finite value", transform=axes.transAxes, ha="center")
        return
    axes.set_facecolor(LIGHT["grid"])
    cells = np.ma.masked_invalid(z)
    norm = LogNorm() if mark.log else Normalize(*style.scale) if style.scale else None
    mesh = axes.pcolormesh(
        mark.x, mark.y, cells, shading="nearest", cmap="viridis", norm=norm, rasterized=True
    )
    if has_contours(mark) and cells.max() > cells.min():
        lines = np.ma.log10(cells) if mark.log else cells
        axes.contour(
            mark.x, mark.y, lines, levels=12, colors="white", linewidths=0.4, linestyles="solid"
        )
    if axes.figure is not None:
        axes.figure.colorbar(mesh, ax=axes, label=plain(mark.label))
