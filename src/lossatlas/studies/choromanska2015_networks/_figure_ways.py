"""Losses on the way: a band over the ensemble against the epoch; and what training on does."""

from collections.abc import Sequence

import numpy as np

from lossatlas.evidence import Band, Figure, Line, Panel, Scatter, numbers

from ._marks import hovers
from ._rows import Row, Rows, by_width, is_finite, way

_BAND = (0.1, 0.5, 0.9)


def ways_figure(rows: Rows) -> Figure | None:
    """A panel a width: the median loss and the band from the tenth to the ninth decile."""
    groups = by_width(row for row in rows.finite if np.isfinite(row["array"]).all())
    if not groups:
        return None
    return Figure(
        id="ways",
        title="Losses against the epoch",
        claims=("C13", "C15"),
        caption=(
            "Median of training and test loss over the networks of a width, and the band that holds "
            "eight in ten of them, against the epochs done."
        ),
        limits=(
            "Losses are recorded at epochs in geometric progression; the start, epoch 0, has no place "
            "on a logarithmic axis and is left out."
        ),
        panels=tuple(_panel(width, own) for width, own in groups.items()),
    )


def _panel(width: int, rows: Sequence[Row]) -> Panel:
    epochs, train, test = (np.array(part) for part in zip(*map(way, rows), strict=True))
    marks = [
        mark
        for values, label in ((train, "training loss"), (test, "test loss"))
        for mark in _band(epochs[0][1:], values[:, 1:], label)
    ]
    title = f"n1 = {width}, {len(rows)} networks"
    return Panel(title, "epoch", "loss", tuple(marks), x_log=True, y_log=True)


def _band(epochs: np.ndarray, values: np.ndarray, label: str) -> list[Line | Band]:
    low, middle, high = (numbers(q) for q in np.quantile(values, _BAND, axis=0))
    x = numbers(epochs)
    return [Line(x, middle, label), Band(x, low, high, label)]


def further_figure(rows: Rows) -> Figure | None:
    """Test against training loss of networks that are trained on towards the global minimum."""
    groups = by_width(row for row in rows.further if is_finite(row))
    if not groups:
        return None
    return Figure(
        id="training-on",
        title="Trained on towards the global minimum",
        claims=("C15",),
        caption=(
            "Test loss against training loss of networks that go on at a constant rate, from the end "
            "of their training (circle) to where they are stopped (the end of the line). A line that "
            "turns up to the left is overfitting: a lower training loss, a higher test loss."
        ),
        limits=(
            "A few networks a width. A low training loss here is one that descent reached; that it is "
            "the global minimum is not shown, only that it is lower."
        ),
        panels=tuple(_paths(width, own) for width, own in groups.items()),
    )


def _paths(width: int, rows: Sequence[Row]) -> Panel:
    gap = float("nan")
    x: list[float] = []
    y: list[float] = []
    for row in rows:
        _, train, test = way(row)
        x += [*train.tolist(), gap]
        y += [*test.tolist(), gap]
    starts = Scatter(
        numbers(row["train_loss_before"] for row in rows),
        numbers(row["test_loss_before"] for row in rows),
        "end of training",
        hover=hovers(rows),
    )
    marks = (Line(tuple(x), tuple(y), "training on"), starts)
    return Panel(f"n1 = {width}", "training loss", "test loss", marks, x_log=True)
