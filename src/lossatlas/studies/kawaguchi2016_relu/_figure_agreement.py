"""How well the reduced model explains the network along training."""

from collections.abc import Sequence

from lossatlas.evidence import Figure, Line, Panel, Scatter, numbers

from ._model_tables import factor_over_rho
from ._numbers import medians
from ._rows import Row, Rows, by, by_architecture, depth_in_words, of

_COLUMNS = {
    "explained": ("output explained, 1 in the model", "share of the output's square"),
    "same_answer": ("same answer, 1 in the model, 0.1 by chance", "share of digits"),
    "ratio": ("best factor over rho, 1 in the model", "factor over rho"),
}


def agreement_figure(rows: Rows) -> Figure | None:
    """For each data set three panels, a line for each number of hidden layers."""
    finite = [{**row, "ratio": factor_over_rho(row)} for row in of(rows.checkpoints, finite=True)]
    panels = tuple(
        Panel(f"{name}, {family}", "epochs of training + 1", unit, _lines(own, column), x_log=True)
        for family, own in by("family", finite).items()
        for column, (name, unit) in _COLUMNS.items()
    )
    if not panels:
        return None
    return Figure(
        id="reduced-model",
        title="How well the reduced model explains the networks along training",
        claims=("K9",),
        caption=(
            "Medians over networks; dots are the epochs looked at. First how much of the output's "
            "square the deep linear network with the same weights explains with the best factor, then on "
            "how many digits both give the same answer, then that factor over rho."
        ),
        limits="Training digits; a median hides how much networks differ, which the table has.",
        panels=panels,
    )


def _lines(rows: Sequence[Row], column: str) -> tuple[Line | Scatter, ...]:
    marks: list[Line | Scatter] = []
    for (_, layers), own in by_architecture(rows).items():
        epochs = {epoch: [row[column] for row in its] for epoch, its in by("epoch", own).items()}
        places = sorted(epochs)
        x, y = numbers(epoch + 1 for epoch in places), medians(epochs[epoch] for epoch in places)
        marks += [Line(x, y, depth_in_words(layers)), Scatter(x, y, depth_in_words(layers))]
    return tuple(marks)
