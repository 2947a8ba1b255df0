"""How well the reduced model explains the network along training."""

from collections.abc import Sequence

import numpy as np

from lossatlas.evidence import Figure, Line, Panel, numbers

from ._rows import Row, Rows, by, by_architecture, layers_in_words, of

_COLUMNS = {
    "explained": ("explained", "share of the output's square"),
    "same_answer": ("same answer", "share of digits"),
    "ratio": ("best factor", "factor over rho"),
}


def agreement_figure(rows: Rows) -> Figure | None:
    """For each data set three panels, a line for each number of hidden layers."""
    finite = [
        {**row, "ratio": row["effective_ratio"] / row["rho"] if row["rho"] > 0 else np.nan}
        for row in of(rows.checkpoints, finite=True)
    ]
    panels = tuple(
        Panel(f"{name}, {family}", "epochs of training + 1", unit, _lines(own, column), x_log=True)
        for family, own in by("family", finite).items()
        for column, (name, unit) in _COLUMNS.items()
    )
    if not panels:
        return None
    return Figure(
        id="reduced-model",
        title="The reduced model against the network along training",
        claims=("K9",),
        caption=(
            "Medians over networks. Left: how much of the output's square the deep linear network with "
            "the same weights explains with the best factor, where the model has all of it. Middle: on "
            "how many digits both give the same answer. Right: that factor over rho, 1 in the model."
        ),
        limits="Training digits; a median hides how much networks differ.",
        panels=panels,
    )


def _lines(rows: Sequence[Row], column: str) -> tuple[Line, ...]:
    lines = []
    for (_, layers), own in by_architecture(rows).items():
        epochs = {epoch: [row[column] for row in its] for epoch, its in by("epoch", own).items()}
        places = sorted(epochs)
        lines.append(
            Line(
                numbers(epoch + 1 for epoch in places),
                numbers(np.median(epochs[epoch]) for epoch in places),
                layers_in_words(layers),
            )
        )
    return tuple(lines)
