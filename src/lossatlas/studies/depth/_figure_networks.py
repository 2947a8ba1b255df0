"""ReLU networks against depth at a fixed number of weights: losses and largest curvature."""

from collections.abc import Iterator, Sequence

from lossatlas.evidence import Figure, Line, Panel, Scatter, numbers

from ._notes import against_depth
from ._rows import Row, Rows, by, is_finite

_COLUMNS = {
    "train_loss": "training loss",
    "test_loss": "test loss",
    "curvature": "largest curvature",
}


def networks_figure(rows: Rows) -> Figure | None:
    """Three panels a family: training loss, test loss, largest curvature."""
    panels = tuple(
        panel
        for family, own in by("family", rows.networks).items()
        for panel in _panels(family, own)
    )
    if not panels:
        return None
    return Figure(
        id="depth-networks",
        title="ReLU networks against depth at a fixed number of weights",
        claims=("D1",),
        caption=(
            "Where the training of ReLU networks of the same shapes ended, a dot a network, against "
            "the number of hidden layers; the line joins the means. The deeper, the narrower."
        ),
        limits=(
            "At a fixed number of weights depth and width change together. The rate is the same at "
            "every depth, so a deeper network may simply be on its way for longer."
        ),
        panels=panels,
    )


def _panels(family: str, rows: Sequence[Row]) -> Iterator[Panel]:
    for column, name in _COLUMNS.items():
        means = {depth: runs.mean() for depth, runs in against_depth(rows, column).items()}
        shown = [row for row in rows if is_finite(row) and row[column] == row[column]]
        if means:
            dots = Scatter(
                numbers(row["hidden_layers"] for row in shown),
                numbers(row[column] for row in shown),
                "networks",
                hover=tuple(
                    f"{row['architecture']}, network {row['network']}, seed {row['seed']}"
                    for row in shown
                ),
            )
            line = Line(numbers(means), numbers(means.values()), "mean")
            yield Panel(f"{name}, {family}", "hidden layers", name, (dots, line))
