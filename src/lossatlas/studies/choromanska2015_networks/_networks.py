"""Networks trained to the end, and what stands there: losses, errors, gradient, the way."""

from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.catalogue import Record
from lossatlas.ensembles import History

from ._judge import STUDY
from ._pieces import NetworksPiece
from ._training import Group, train_group


def train(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:  # noqa: ARG001
    """Train a group of networks of one width.

    Args:
        settings: A `NetworksPiece`.
        seed: Not used: every network has its own.

    Returns:
        A record of kind "network" a network, finite or not; the array has the epochs, the training
        losses and the test losses on the way.
    """
    piece = NetworksPiece.model_validate(settings)
    group = train_group(piece)
    points, problem, trained = group.trained.points, group.problem, group.trained
    columns = {
        "train_loss": trained.loss.tolist(),
        "test_loss": trained.held_out["test"].tolist(),
        "train_error": problem.errors(points, test=False).tolist(),
        "test_error": problem.errors(points, test=True).tolist(),
        "gradient_norm": problem.gradient_norms(points).tolist(),
        "finite": trained.finite.tolist(),
        "evaluations": trained.evaluations.tolist(),
    }
    ways = histories(trained.history)
    return [
        Record(
            STUDY, "network", {**told, **{name: column[i] for name, column in columns.items()}}, way
        )
        for i, (told, way) in enumerate(zip(about(piece, group), ways, strict=True))
    ]


def about(piece: NetworksPiece, group: Group) -> list[dict[str, Any]]:
    """What every record says of its network and of how it was trained."""
    protocol, surface = piece.protocol, group.problem.train
    common = {
        "width": piece.width,
        "parameters": surface.dimension,
        "data": f"{protocol.data} {protocol.side}x{protocol.side}",
        "samples": len(surface.inputs),
        "epochs": int(group.trained.history.epochs[-1]),
        "batch": protocol.batch,
        "engine": group.trained.engine,
        "precision": protocol.precision,
    }
    return [
        {**common, "network": number, "seed": int(seed)}
        for number, seed in zip(group.numbers, group.seeds, strict=True)
    ]


def histories(history: History) -> list[Float[ndarray, " k"]]:
    """Of each network the epochs, the training losses, the test losses, one after another."""
    epochs = history.epochs.double().numpy()
    train, test = (x.double().numpy() for x in (history.losses, history.held_out["test"]))
    return [np.concatenate([epochs, *rows]) for rows in zip(train, test, strict=True)]
