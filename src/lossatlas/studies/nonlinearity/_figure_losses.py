"""At which losses searches end: how many at most so far above the best value, and the minima proved."""

from collections.abc import Mapping, Sequence

import numpy as np

from lossatlas.evidence import Figure, Line, Mark, Panel, Scatter, numbers

from ._judge_width import sweeps
from ._rows import Row, Rows, by, networks_of

FLOOR = 1e-10
_MOST = 10.0


def losses_figure(rows: Rows) -> Figure | None:
    """A panel a network with a line an activation; a panel a family of widths with a line a width."""
    if not rows.ends:
        return None
    fixed = [row for row in rows.ends if not row["sweep"]]
    panels = [
        _panel(f"{architecture}, {family}", by("activation", own), rows.points)
        for (family, architecture), own in networks_of(fixed).items()
    ]
    panels += [
        _panel(family, by(lambda row: f"{row['width']} hidden units", own), rows.points)
        for family, own in sweeps(rows).items()
    ]
    return Figure(
        id="nonlinearity-losses",
        title="Losses at which searches end",
        claims=("N1", "N2", "N4"),
        caption=(
            "The share of searches that end at most so far above the best known value of their network, in "
            "units of ½ ‖Y‖², a line an activation or a width. Where a line jumps many searches end at one "
            "loss. A dot is a bad minimum on its network's line; a cross one that passes for a minimum or "
            "was tried for one, and for which a proof failed."
        ),
        limits=(
            f"Distances below {FLOOR:g} are drawn there: these ends are at the best known value. Ends that "
            "are on their way stand wherever they have come to. Each network and activation has its own "
            "best known value, so that lines say nothing about which activation reaches the lower loss."
        ),
        panels=tuple(panels),
    )


def _panel(title: str, lines: Mapping[str, Sequence[Row]], points: Sequence[Row]) -> Panel:
    marks: list[Mark] = [_line(name, ends) for name, ends in lines.items()]
    for bad, label, symbol in (
        (True, "bad minima, proved", "circle"),
        (False, "not proved", "x"),
    ):
        dots = [_dot(row, ends) for ends in lines.values() for row in _classes(points, ends, bad)]
        if dots:
            x, y, hover = zip(*dots, strict=True)
            marks.append(Scatter(x, y, label, hover=hover, symbol=symbol))
    x_label = "distance from the best known value"
    return Panel(title, x_label, "share of searches", tuple(marks), x_log=True)


def _classes(points: Sequence[Row], ends: Sequence[Row], bad: bool) -> list[Row]:
    """The classes of ends of a network, bad minima or the others."""
    network = ("family", "architecture", "activation")
    return [
        row
        for row in points
        if row["role"] == "class of ends"
        and bool(row["bad"]) is bad
        and all(row[name] == ends[0][name] for name in network)
    ]


def _line(name: str, ends: Sequence[Row]) -> Line:
    """The empirical distribution, as steps."""
    heights = _heights(ends)
    places, counts = np.unique(heights, return_counts=True)
    reached = np.cumsum(counts) / len(ends)
    x = np.concatenate([np.repeat(places, 2), [_MOST]])
    y = np.concatenate([[0.0], np.repeat(reached, 2)])
    return Line(numbers(x), numbers(y), name, dashed=ends[0]["slope"] is None)


def _heights(ends: Sequence[Row]) -> np.ndarray:
    above = np.array([row["above"] for row in ends], float)
    heights: np.ndarray = np.clip(above[np.isfinite(above)], FLOOR, _MOST)
    return heights


def _dot(row: Row, ends: Sequence[Row]) -> tuple[float, float, str]:
    height = float(np.clip(row["above"], FLOOR, _MOST))
    # ends of one class differ by rounding: the dot stands where all of them have been counted
    below = np.count_nonzero(_heights(ends) <= height * (1 + 1e-6))
    return height, below / len(ends), _in_words(row)


def _in_words(row: Row) -> str:
    head = f"{row['activation']}, minimum {row['minimum']}, reached by {row['ends']}"
    if not row["proved"]:
        return f"{head}\nnot proved: {row['not_proved']}"
    kind = "strict but for symmetry" if row["strict"] else "not strict"
    lower = f"another point lies lower by {row['gap']:.3g}" if row["bad"] else row["not_proved"]
    return f"{head}\n{kind}, dead units: {row['dead_units']}, {lower}"
