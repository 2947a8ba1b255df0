"""How the exact means approach the statements of the limit."""

from collections.abc import Callable, Sequence
from math import exp

from lossatlas.evidence import Figure, Line, Mark, Panel, numbers

from ._claims import BAND_MARGIN, DOMINANCE_MARGIN, MARGIN
from ._rows import Row, Rows, by, by_order

_SMALLEST = -60.0


def limits_figure(rows: Rows) -> Figure | None:
    """Three panels: below the floor, saddles for each minimum, minima above the band."""
    panels = [panel for panel in (_floor(rows), _dominance(rows), _band(rows)) if panel is not None]
    if not panels:
        return None
    return Figure(
        id="towards-the-limit",
        title="What vanishes as the number of spins grows",
        claims=("C6", "C9", "C19"),
        caption=(
            "Exact means against the number of spins. First, critical points below the ground state "
            "energy, itself and with a margin; second, saddles of index k for each minimum in the "
            "deep part of the landscape; third, the share of minima that lie above the band."
        ),
        limits=(
            "Without a margin the first falls like a power only, and the second rises at these "
            "sizes: the theorems speak of every margin ε > 0 as N grows."
        ),
        panels=tuple(panels),
    )


def _line(rows: Sequence[Row], value: Callable[[Row], float], label: str) -> Line:
    shown = [row for row in rows if value(row) > _SMALLEST]
    x = numbers(row["size"] for row in shown)
    return Line(x, numbers(exp(value(row)) for row in shown), label)


def _floor(rows: Rows) -> Panel | None:
    marks: list[Mark] = []
    for order, own in by_order(rows.grounds).items():
        marks += [
            _line(own, lambda row: row["log_below"], f"p = {order}, below -E_0"),
            _line(own, lambda row: row["log_beyond"], f"p = {order}, below -(E_0 + {MARGIN:g})"),
        ]
    return _panel("Below the floor", "mean number of points", marks)


def _dominance(rows: Rows) -> Panel | None:
    marks: list[Mark] = []
    for order, own in by_order(rows.layers).items():
        for k, at_level in by(lambda row: row["level"], own).items():
            marks.append(
                _line(
                    at_level,
                    lambda row: row["log_dominance_beyond"],
                    f"p = {order}, index {k}, below -(E_∞ + {DOMINANCE_MARGIN:g})",
                )
            )
    return _panel("Saddles for each minimum", "ratio of means", marks)


def _band(rows: Rows) -> Panel | None:
    marks: list[Mark] = [
        _line(own, lambda row: row["log_share"], f"p = {order}, above -(E_∞ - {BAND_MARGIN:g})")
        for order, own in by_order(rows.bands).items()
    ]
    return _panel("Minima above the band", "share of the mean number", marks)


def _panel(title: str, y_label: str, marks: Sequence[Mark]) -> Panel | None:
    if not marks:
        return None
    return Panel(title, "number of spins N", y_label, tuple(marks), y_log=True)
