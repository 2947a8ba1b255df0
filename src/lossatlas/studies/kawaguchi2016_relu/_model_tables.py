"""The reduced model beside the networks, as tables: its numbers, and the losses that it allows."""

from collections.abc import Sequence

import numpy as np

from lossatlas.evidence import Cell, Table

from ._names import END, START
from ._numbers import middle_and_range
from ._rows import Row, Rows, by_architecture, depth_in_words, of

_TABLED = "Medians over networks (lowest to highest)."


def model_tables(rows: Rows) -> tuple[Table, ...]:
    """Those of the two tables that there is something to fill with."""
    return tuple(table for table in (_numbers_table(rows), _losses_table(rows)) if table.rows)


def _numbers_table(rows: Rows) -> Table:
    groups = by_architecture(of(rows.checkpoints, finite=True))
    return Table(
        "reduced-model",
        "How well the reduced model explains the networks",
        "The reduced model says that a network's output is rho times that of the deep linear network with "
        "the same weights. Here that output is fitted by the best factor in place of rho: factor over rho "
        "is 1 in the model, the share of the output's square that the fit explains is 1, and so is the share "
        f"of digits on which both give the same answer. {_TABLED}",
        "Digits that the networks were trained on. The best factor is chosen after the fact; rho itself "
        "explains no more. At the start networks often give most digits one answer, and two that do so "
        "may agree by accident.",
        (
            "networks", "rho", "best factor", "factor over rho", "output explained",
            "same answer (0.1 by chance)",
        ),
        tuple(
            _numbers_row(f"{family}, {depth_in_words(layers)}, at the {stage}", chosen)
            for (family, layers), own in groups.items()
            for stage in (START, END)
            if (chosen := of(own, stage=stage))
        ),
    )  # fmt: skip


def _numbers_row(name: str, rows: Sequence[Row]) -> tuple[Cell, ...]:
    columns = (
        [row["rho"] for row in rows],
        [row["effective_ratio"] for row in rows],
        [factor_over_rho(row) for row in rows],
        [row["explained"] for row in rows],
        [row["same_answer"] for row in rows],
    )
    return (name, *map(middle_and_range, columns))


def factor_over_rho(row: Row) -> float:
    """The best factor in units of the one that the model has; NaN where no path is ever open."""
    return float(row["effective_ratio"] / row["rho"]) if row["rho"] > 0 else np.nan


def _losses_table(rows: Rows) -> Table:
    values = {(row["family"], row["hidden_layers"]): row for row in rows.linear}
    ends = by_architecture(of(rows.checkpoints, stage=END, finite=True))
    return Table(
        "linear-theory",
        "The losses that the theory of linear networks allows, and where ReLU networks end",
        "The theory of deep linear networks says that no network of the reduced model has a training loss "
        "below its global value, and that every local minimum has exactly that. Beside it where the "
        "ReLU networks end (lowest to highest), and networks without gates that are trained alike from "
        "the same starts.",
        "Training ends after a fixed number of epochs: an end above the global value need not be a minimum, "
        "and while networks without gates end above it too, the bound is not put to the test.",
        (
            "networks", "global value", "ReLU networks end at", "of them below it",
            "highest less lowest, 0 in the model", "networks without gates end at",
        ),
        tuple(_losses_row(key, own, values[key]) for key, own in ends.items() if key in values),
    )  # fmt: skip


def _losses_row(key: tuple[str, int], rows: Sequence[Row], values: Row) -> tuple[Cell, ...]:
    losses = np.array([row["train_loss"] for row in rows])
    least = values["global_value"]
    return (
        f"{key[0]}, {depth_in_words(key[1])}",
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
