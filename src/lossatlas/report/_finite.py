"""What a picture leaves out: numbers that are not finite, or that a logarithm cannot take.

Nothing is dropped in silence: the figure counts what it could not draw, and the count stands
beneath it.
"""

from collections.abc import Iterable, Sequence
from math import isfinite, isinf, isnan

from lossatlas.evidence import Band, Bars, Globe, Heatmap, Levels, Line, Mark, Panel, Scatter

from ._text import count


def drawable(values: Iterable[object], *, log: bool = False) -> list[float | str | None]:
    """The numbers an axis can show, None in the place of the others; names stay."""
    return [item if isinstance(item, str) else _shown(item, log) for item in values]


def left_out(panel: Panel) -> list[str]:
    """A sentence for each mark of which something cannot be drawn."""
    found = [(mark, _missing(mark, panel)) for mark in panel.marks]
    return [_sentence(mark, missing) for mark, missing in found if missing]


def _shown(item: object, log: bool) -> float | None:
    if not isinstance(item, int | float) or not isfinite(item) or (log and item <= 0):
        return None
    return item


def _missing(mark: Mark, panel: Panel) -> list[str]:
    """The reasons why a place of the mark stays empty, one for each such place."""
    match mark:
        case Heatmap(z=z, log=log):
            return _reasons((cell,) for row in z for cell in row) if not log else _logged(z)
        case Globe(energy=energy, heights=heights):
            return _reasons((cell,) for row in (*energy, heights) for cell in row)
        case Levels(values=values):
            return _reasons(((v,) for v in values), logs=(panel.y_log,))
        case Bars(x=x, heights=heights):
            places: Iterable[tuple[float | str, float]] = zip(x, heights, strict=True)
            return _reasons(places, logs=(panel.x_log, panel.y_log))
        case Band(x=x, low=low, high=high):
            logs = (panel.x_log, panel.y_log, panel.y_log)
            return _reasons(zip(x, low, high, strict=True), logs=logs)
        case Scatter(x=x, y=y) | Line(x=x, y=y):
            return _reasons(zip(x, y, strict=True), logs=(panel.x_log, panel.y_log))


def _logged(z: Sequence[Sequence[float]]) -> list[str]:
    return _reasons(((cell,) for row in z for cell in row), logs=(True,))


def _reasons(
    places: Iterable[Sequence[float | str]], logs: Sequence[bool] = (False, False)
) -> list[str]:
    found = (_reason(place, logs) for place in places)
    return [reason for reason in found if reason]


def _reason(place: Sequence[float | str], logs: Sequence[bool]) -> str:
    """Why one place cannot be drawn; empty when it can."""
    numeric = [
        (item, log) for item, log in zip(place, logs, strict=False) if not isinstance(item, str)
    ]
    if any(isnan(item) for item, _ in numeric):
        return "not a number"
    if any(isinf(item) for item, _ in numeric):
        return "infinite"
    unlogged = any(log and item <= 0 for item, log in numeric)
    return "not positive on a logarithmic scale" if unlogged else ""


def _sentence(mark: Mark, missing: Sequence[str]) -> str:
    name = f"\u201c{mark.label}\u201d" if mark.label else "this panel"
    told = " and ".join(f"{missing.count(why)} {why}" for why in sorted(set(missing)))
    return f"{count(len(missing), 'value')} of {name} cannot be drawn and stay a gap: {told}."
