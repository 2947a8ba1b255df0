"""A globe on paper: its front and, beside it, its back as seen through the axis of the page.

Both are orthographic views. The back is what a reader sees who walks round to the other side, so
that left and right change places there.
"""

from typing import Any, TypeAlias

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from lossatlas.evidence import Globe

from ._globe import ASCENT, DESCENT, ascends, front, sign_counts, value_range
from ._palette import LIGHT, SYMBOLS

View: TypeAlias = Float[np.ndarray, "3 3"]

_PIXELS = 420
_GAP = 1.12
_MARKERS = dict(zip(SYMBOLS[:3], "osD", strict=True))
_SIZES = (4.4, 4.2, 4.0)


def draw_globe(globe: Globe, axes: Axes) -> None:
    """Draw both sides of a globe side by side, with a colour scale."""
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.set_xlim(-_GAP - 1.05, _GAP + 1.05)
    axes.set_ylim(-1.25, 1.08)
    towards = np.array(front(globe))
    for name, side, centre in (("front", towards, -_GAP), ("back", -towards, _GAP)):
        view = _view(side)
        _field(globe, axes, view, centre)
        _lines(globe, axes, view, centre)
        _points(globe, axes, view, centre)
        axes.text(centre, -1.2, name, ha="center", fontsize=7, color=LIGHT["muted"])
    _scale(globe, axes)
    _key(globe, axes)


def _view(towards: Float[np.ndarray, " 3"]) -> View:
    """Rows to the right, up, and towards the reader."""
    north = np.array([0.0, 1.0, 0.0] if abs(towards[2]) > 0.999 else [0.0, 0.0, 1.0])
    right = np.cross(north, towards)
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(towards, right), towards])


def _field(globe: Globe, axes: Axes, view: View, centre: float) -> None:
    place = (np.arange(_PIXELS) + 0.5) / _PIXELS * 2 - 1
    x, y = np.meshgrid(place, place)
    rest = 1 - x**2 - y**2
    seen = np.stack([x, y, np.sqrt(np.maximum(rest, 0))], axis=-1)
    values = np.where(rest >= 0, _between(globe, seen @ view), np.nan)
    low, high = value_range(globe)
    extent = (centre - 1, centre + 1, -1.0, 1.0)
    axes.imshow(values, cmap="viridis", vmin=low, vmax=high, origin="lower", extent=extent)
    levels = np.linspace(low, high, 15)[1:-1]
    if high > low and np.isfinite(values).any():
        axes.contour(
            centre + x,
            y,
            values,
            levels=levels,
            colors="white",
            linewidths=0.35,
            linestyles="solid",
            alpha=0.5,
        )
    turn = np.linspace(0, 2 * np.pi, 200)
    axes.plot(centre + np.cos(turn), np.sin(turn), color=LIGHT["muted"], linewidth=0.6)


def _between(globe: Globe, n: Float[np.ndarray, "h w 3"]) -> Float[np.ndarray, "h w"]:
    """The values between the cells of the grid, bilinear."""
    grid = np.array(globe.energy)
    rows, columns = grid.shape
    y = (np.arcsin(np.clip(n[..., 2], -1, 1)) / np.pi + 0.5) * (rows - 1)
    x = (np.arctan2(n[..., 1], n[..., 0]) / (2 * np.pi) + 0.5) * columns
    i, j = np.minimum(y.astype(int), rows - 2), np.floor(x).astype(int)
    s, t = y - i, x - j
    west, east = j % columns, (j + 1) % columns
    below = (1 - t) * grid[i, west] + t * grid[i, east]
    above = (1 - t) * grid[i + 1, west] + t * grid[i + 1, east]
    mixed: Float[np.ndarray, "h w"] = (1 - s) * below + s * above
    return mixed


def _lines(globe: Globe, axes: Axes, view: View, centre: float) -> None:
    for number, line in enumerate(globe.lines):
        seen = np.array(line) @ view.T
        seen[seen[:, 2] < 0] = np.nan
        up = ascends(globe, number)
        for colour, width in ((LIGHT["outline"], 1.7), ("white", 0.9)):
            axes.plot(
                centre + seen[:, 0],
                seen[:, 1],
                color=colour,
                linewidth=width,
                linestyle=(0, (1, 1.4)) if up and colour == "white" else "-",
                zorder=3,
            )


def _points(globe: Globe, axes: Axes, view: View, centre: float) -> None:
    for point, index in zip(globe.points, globe.index, strict=True):
        x, y, z = view @ np.array(point)
        if z > 0:
            axes.plot(centre + x, y, zorder=4, **_look(index))


def _look(index: int) -> dict[str, Any]:
    return {
        "linestyle": "none",
        "marker": _MARKERS[SYMBOLS[index]],
        "markersize": _SIZES[index],
        "markerfacecolor": LIGHT[f"c{index}"],
        "markeredgecolor": "white",
        "markeredgewidth": 0.7,
    }


def _scale(globe: Globe, axes: Axes) -> None:
    if axes.figure is not None and axes.images:
        axes.figure.colorbar(
            axes.images[0], ax=axes, label=globe.label.replace("$", r"\$"), shrink=0.7
        )


def _key(globe: Globe, axes: Axes) -> None:
    """Entries for the figure's legend; the signs are drawn where no one sees them."""
    for index, text in sign_counts(globe):
        axes.plot([], [], label=text, **_look(index))
    found = {ascends(globe, i) for i in range(len(globe.lines))}
    for up, name, style in ((False, DESCENT, "-"), (True, ASCENT, ":")):
        if up in found:
            axes.plot([], [], color=LIGHT["ink"], linewidth=1.1, linestyle=style, label=name)
