"""Training losses of ReLU networks against the values that the linear theory allows."""

from collections.abc import Sequence

import numpy as np

from lossatlas.evidence import Figure, Levels, Line, Mark, Panel, Scatter, numbers

from ._names import END
from ._numbers import medians
from ._rows import Row, Rows, by, by_architecture, depth_in_words, of

_LEVELS = 6
_TRAINED, _LINEAR = "ReLU networks", "networks without gates"


def losses_figure(rows: Rows) -> Figure | None:
    """A panel an architecture: the losses along training, and the lowest critical values."""
    values = {(row["family"], row["hidden_layers"]): row for row in rows.linear}
    panels = tuple(
        _panel(f"{key[0]}, {depth_in_words(key[1])}", own, values.get(key))
        for key, own in by_architecture(of(rows.checkpoints, finite=True)).items()
    )
    if not panels:
        return None
    return Figure(
        id="linear-theory",
        title="What the linear theory allows, and where ReLU networks go",
        claims=("K9",),
        caption=(
            "Median training losses (half the squared error a digit) of ReLU networks, and of networks "
            "without gates from the same starts; dots are the epochs looked at. Levels are "
            "critical values of the deep linear network on these digits: the lowest is its global value, and "
            f"in the reduced model nothing lies below. {_said(rows)}"
        ),
        limits=(
            f"At most {_LEVELS} levels are drawn, spread over the list, and the lowest and the highest have "
            "names. Training ends after a fixed number of epochs; the end need not be a critical point. Medians "
            "are of the networks that stayed finite."
        ),
        panels=panels,
    )


def _said(rows: Rows) -> str:
    """What there is to see: on which side of the bound networks end."""
    least = {(row["family"], row["hidden_layers"]): row["global_value"] for row in rows.linear}
    ends = of(rows.checkpoints, stage=END, finite=True)
    known = [row for row in ends if (row["family"], row["hidden_layers"]) in least]
    if not known:
        return ""
    above = sum(row["train_loss"] >= least[row["family"], row["hidden_layers"]] for row in known)
    told = f"{above} of {len(known)} ReLU networks end above the global value"
    rest = len(known) - above
    return f"{told}, where the bound says nothing{f', and {rest} below it' if rest else ''}."


def _panel(title: str, rows: Sequence[Row], values: Row | None) -> Panel:
    marks: list[Mark] = [
        mark
        for column, label in (("train_loss", _TRAINED), ("linear_loss", _LINEAR))
        for mark in _medians(rows, column, label)
    ]
    if values is not None:
        marks.append(_levels(values))
    lost = len({row["network"] for row in rows if not np.isfinite(row["linear_loss"])})
    if lost:
        title += (
            f" ({lost} of {len({row['network'] for row in rows})} without gates became infinite)"
        )
    return Panel(
        title, "epochs of training + 1", "training loss", tuple(marks), x_log=True, y_log=True
    )


def _medians(rows: Sequence[Row], column: str, label: str) -> tuple[Line, Scatter]:
    epochs = {epoch: [row[column] for row in own] for epoch, own in by("epoch", rows).items()}
    places = sorted(epochs)
    x, y = numbers(epoch + 1 for epoch in places), medians(epochs[epoch] for epoch in places)
    return Line(x, y, label), Scatter(x, y, label)


def _levels(values: Row) -> Levels:
    found = values["array"]
    if found is None or len(found) < 2:
        return Levels((values["global_value"],), ("global value",), "critical values (1)")
    chosen = found[np.linspace(0, len(found) - 1, _LEVELS).round().astype(int)]
    names = ("global value", *("",) * (len(chosen) - 2), "value at 0")
    return Levels(numbers(chosen), names, f"critical values ({len(chosen)} of {len(found)})")
