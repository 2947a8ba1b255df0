"""The excess kurtosis of signals against the width, at the start with its law, and at the end."""

from collections.abc import Sequence

import numpy as np

from lossatlas.evidence import Band, Figure, Line, Mark, Panel, Scatter, numbers
from lossatlas.studies._trend import Trend, mean, trend

from ._judge_signals import per_network, pooled_kurtosis
from ._names import END, START
from ._rows import Row, Rows, by, of
from ._signal_law import excess_kurtosis


def kurtosis_figure(rows: Rows) -> Figure | None:
    """A panel a layer after the first."""
    starts = by("layer", [row for row in of(rows.signals, stage=START) if row["layer"] > 1])
    panels = tuple(
        panel
        for layer, own in starts.items()
        if (panel := _panel(layer, own, of(rows.signals, stage=END, layer=layer))) is not None
    )
    if not panels:
        return None
    trained = bool(of(rows.signals, stage=END))
    crosses = " Crosses: after training, over few networks." if trained else ""
    return Figure(
        id="kurtosis",
        title="How Gaussian signals become as networks grow wider",
        claims=("G1",),
        caption=(
            "The excess kurtosis, 0 for the bell curve, of what reaches a unit at a fixed digit, over "
            "networks and units. Dots with a band: random starts and the 99 % interval. Line: the law "
            f"3 ((1 + 5/n)^{{l-1}} - 1) for layer l, about 15 (l - 1)/n.{crosses}"
        ),
        limits=(
            "Kurtosis is one number of a distribution. Over the "
            "digits at fixed weights signals are another matter: the audits look at them."
        ),
        panels=panels,
    )


def _panel(layer: int, starts: Sequence[Row], ends: Sequence[Row]) -> Panel | None:
    widths = per_network(starts)
    if len(widths) < 2:
        return None
    found = trend(widths, mean)
    grid = np.geomspace(min(widths), max(widths), 50)
    law = Line(numbers(grid), numbers(excess_kurtosis(n, layer) for n in grid), "law")
    marks: list[Mark] = [_starts(found), _interval(found), law]
    if ends:
        marks.append(_ends(ends))
    name = "outputs" if starts[0]["output"] else f"layer {layer}"
    return Panel(name, "width", "excess kurtosis", tuple(marks), x_log=True, y_log=True)


def _starts(found: Trend) -> Scatter:
    return Scatter(
        numbers(found.places),
        numbers(value.value for value in found.values),
        "at the start",
        hover=tuple(str(value) for value in found.values),
    )


def _interval(found: Trend) -> Band:
    return Band(
        numbers(found.places),
        numbers(value.low for value in found.values),
        numbers(value.high for value in found.values),
        "at the start",
    )


def _ends(rows: Sequence[Row]) -> Scatter:
    found = {width: pooled_kurtosis(own) for width, own in sorted(by("width", rows).items())}
    return Scatter(
        numbers(found),
        numbers(value.value for value in found.values()),
        "after training",
        hover=tuple(str(value) for value in found.values()),
        symbol="x",
    )
