"""Networks trained on towards the global minimum, and what that does to their test loss."""

from typing import Any

import numpy as np

from lossatlas.catalogue import Record

from ._judge import STUDY
from ._networks import about, histories
from ._pieces import FurtherPiece
from ._training import train_group, train_on


def continue_training(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:  # noqa: ARG001
    """Train networks by the protocol and then on at a constant rate.

    Args:
        settings: A `FurtherPiece`.
        seed: Not used: every network has its own.

    Returns:
        A record of kind "further" a network; the array has the further epochs, the training losses
        and the test losses.
    """
    piece = FurtherPiece.model_validate(settings)
    group = train_group(piece.networks)
    after = train_on(group, piece.networks, epochs=piece.epochs, rate=piece.rate)
    before, problem = group.trained, group.problem
    columns = {
        "train_loss_before": before.loss.tolist(),
        "test_loss_before": before.held_out["test"].tolist(),
        "train_loss": after.loss.tolist(),
        "test_loss": after.held_out["test"].tolist(),
        "test_error_before": problem.errors(before.points, test=True).tolist(),
        "train_error": problem.errors(after.points, test=False).tolist(),
        "test_error": problem.errors(after.points, test=True).tolist(),
        "finite": after.finite.tolist(),
    }
    ways = histories(after.history)
    return [
        Record(
            STUDY,
            "further",
            {
                **told,
                "further_epochs": piece.epochs,
                **{name: column[i] for name, column in columns.items()},
                "best_test_loss": _least(way),
            },
            way,
        )
        for i, (told, way) in enumerate(zip(about(piece.networks, group), ways, strict=True))
    ]


def _least(way: np.ndarray) -> float:
    """The lowest test loss on the way; NaN where one is."""
    return float(way[2 * (len(way) // 3) :].min())
