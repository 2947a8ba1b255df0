"""The reduced model beside the networks, as tables: its numbers, and the losses that it allows."""

from collections.abc import Sequence

import numpy as np

from lossatlas.evidence import Cell, Table

from ._names import END, START
from ._rows import Row, Rows, by_architecture, layers_in_words, of

_NUMBERS = {
    "rho": "how often a path is open, rho",
    "dispersion": "dispersion over paths, 0 in the model",
    "kappa": "correlation of two paths' gates, 0 in the model",
    "weight_correlation": "correlation of openness and |weight|, 0 in the model",
    "effective_ratio": "best factor, rho in the model",
    "explained": "output explained, 1 in the model",
    "same_answer": "same answer, 1 in the model",
}


def model_tables(rows: Rows) -> tuple[Table, ...]:
    """Those of the two tables that there is something to fill with."""
    return tuple(table for table in (_numbers_table(rows), _losses_table(rows)) if table.rows)


def _numbers_table(rows: Rows) -> Table:
    groups = by_architecture(of(rows.checkpoints, finite=True))
    return Table(
        "reduced-model",
        "The reduced model and the networks",
        "Medians over networks. The reduced model says that all routes are open equally often, "
        "whatever the picture and the weights, so that the network's output is rho times that of the "
        "linear network with the same weights. The best factor in place of rho, how much of the "
        "output's square it explains, and on which share of the digits both give the same answer.",
        "A median hides how much networks differ; the checks count them one by one. Digits are those "
        "that the networks were trained on.",
        ("networks", *_NUMBERS.values()),
        tuple(
            _numbers_row(f"{family}, {layers_in_words(layers)}, at the {stage}", chosen)
            for (family, layers), own in groups.items()
            for stage in (START, END)
            if (chosen := of(own, stage=stage))
        ),
    )


def _numbers_row(name: str, rows: Sequence[Row]) -> tuple[Cell, ...]:
    return (name, *(f"{np.median([row[column] for row in rows]):.3g}" for column in _NUMBERS))


def _losses_table(rows: Rows) -> Table:
    values = {(row["family"], row["hidden_layers"]): row for row in rows.linear}
    ends = by_architecture(of(rows.checkpoints, stage=END, finite=True))
    return Table(
        "linear-theory",
        "Losses that the linear theory allows, and where ReLU networks end",
        "The deep linear theory says that no network of the reduced model has a training loss below the "
        "first number and that every minimum has exactly it. Beside it where ReLU networks end, and "
        "networks without gates that are trained alike from the same starts.",
        "Training ends when patience does: an end above the value need not be a minimum.",
        (
            "networks", "least loss of the model", "ReLU networks end at", "of them below it",
            "spread, 0 in the model", "networks without gates end at",
        ),
        tuple(_losses_row(key, own, values[key]) for key, own in ends.items() if key in values),
    )  # fmt: skip


def _losses_row(key: tuple[str, int], rows: Sequence[Row], values: Row) -> tuple[Cell, ...]:
    losses = np.array([row["train_loss"] for row in rows])
    least = values["global_value"]
    return (
        f"{key[0]}, {layers_in_words(key[1])}",
        f"{least:.4g}",
        _span(losses),
        f"{int((losses < least).sum())} of {len(losses)}",
        f"{float(np.ptp(losses)):.2g}",
        _span(np.array([row["linear_loss"] for row in rows])),
    )


def _span(losses: np.ndarray) -> str:
    """From the lowest to the highest that is finite, and how many are not."""
    finite = losses[np.isfinite(losses)]
    lost = len(losses) - len(finite)
    ends = f"{finite.min():.4g} to {finite.max():.4g}" if len(finite) else "none is finite"
    return f"{ends}; {lost} became infinite" if lost and len(finite) else ends
