"""Every network's final loss against its width, with the quantiles of each ensemble."""

from collections.abc import Iterator, Sequence

import numpy as np

from lossatlas.evidence import Figure, Line, Mark, Panel, Scatter, numbers

from ._judge_losses import LOSSES, finite
from ._rows import Row, Rows, by, depth_in_words, is_finite

_QUANTILES = {0.1: "10 %", 0.5: "median", 0.9: "90 %"}


def losses_figure(rows: Rows) -> Figure | None:
    """A panel for each number of hidden layers and each loss; a dot a network."""
    kept = [row for row in rows.networks if is_finite(row)]
    if not kept:
        return None
    return Figure(
        id="width-losses",
        title="Losses at the end of training against width",
        claims=("W1",),
        caption=(
            f"The final losses of {len(kept)} networks, a dot each with its seed behind it, against "
            "the width of their hidden layers; lines join the quantiles of each width."
        ),
        limits=(
            "Training ends after a number of epochs, the same for all, wherever it has come to by "
            "then. Networks that became infinite are left out here and counted in the remarks of W1."
        ),
        panels=tuple(_panels(kept)),
    )


def _panels(rows: Sequence[Row]) -> Iterator[Panel]:
    for layers, own in by("hidden_layers", rows).items():
        for column, name in LOSSES.items():
            dots = Scatter(
                numbers(row["width"] for row in own),
                numbers(row[column] for row in own),
                "networks",
                hover=tuple(network_in_words(row) for row in own),
            )
            title = f"{name}, {depth_in_words(layers)}"
            marks: list[Mark] = [dots, *_quantiles(own, column)]
            yield Panel(title, "width", name, tuple(marks), x_log=True)


def network_in_words(row: Row) -> str:
    """What a dot says of its record."""
    return f"{row['architecture']}, network {row['network']}, seed {row['seed']}"


def _quantiles(rows: Sequence[Row], column: str) -> list[Line]:
    ensembles = finite(rows, column)
    return [
        Line(
            numbers(ensembles), numbers(np.quantile(r, share) for r in ensembles.values()), name,
            dashed=share != 0.5,
        )
        for share, name in _QUANTILES.items()
    ]  # fmt: skip
