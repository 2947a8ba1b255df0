"""Training losses of ReLU networks against the values that the linear theory allows."""

from collections.abc import Sequence

import numpy as np

from lossatlas.evidence import Figure, Levels, Line, Mark, Panel, numbers

from ._rows import Row, Rows, by, by_architecture, layers_in_words, of

_LEVELS = 6


def losses_figure(rows: Rows) -> Figure | None:
    """A panel an architecture: the losses along training, and the lowest critical values."""
    values = {(row["family"], row["hidden_layers"]): row for row in rows.linear}
    panels = tuple(
        _panel(f"{key[0]}, {layers_in_words(key[1])}", own, values.get(key))
        for key, own in by_architecture(of(rows.checkpoints, finite=True)).items()
    )
    if not panels:
        return None
    return Figure(
        id="linear-theory",
        title="What the linear theory allows, and where ReLU networks go",
        claims=("K9",),
        caption=(
            "Median training losses along training: of ReLU networks, and of networks without gates from "
            "the same starts. Levels are the critical values of the deep linear network on these digits; "
            "the lowest is its global minimum, and in the reduced model nothing lies below."
        ),
        limits=(
            f"At most {_LEVELS} levels are drawn, spread over the list. The end of training is an "
            "end of patience and need not be a critical point."
        ),
        panels=panels,
    )


def _panel(title: str, rows: Sequence[Row], values: Row | None) -> Panel:
    marks: list[Mark] = [
        _medians(rows, column, label)
        for column, label in (("train_loss", "ReLU networks"), ("linear_loss", "without gates"))
    ]
    if values is not None:
        marks.append(_levels(values))
    return Panel(
        title, "epochs of training + 1", "training loss", tuple(marks), x_log=True, y_log=True
    )


def _medians(rows: Sequence[Row], column: str, label: str) -> Line:
    epochs = {epoch: [row[column] for row in own] for epoch, own in by("epoch", rows).items()}
    places = sorted(epochs)
    return Line(
        numbers(epoch + 1 for epoch in places),
        numbers(np.median(epochs[epoch]) for epoch in places),
        label,
    )


def _levels(values: Row) -> Levels:
    found = values["array"]
    if found is None or len(found) < 2:
        return Levels((values["global_value"],), ("global value",), "critical values")
    chosen = found[np.linspace(0, len(found) - 1, _LEVELS).round().astype(int)]
    names = ("global value", *("critical value",) * (len(chosen) - 2), "value at 0")
    return Levels(numbers(chosen), names, "critical values")
