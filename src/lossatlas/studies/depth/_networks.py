"""ReLU networks of the shapes of the linear ones, trained on the same digits."""

from typing import Any

from lossatlas.catalogue import Record
from lossatlas.studies._curvature import UNMEASURED, largest_curvature
from lossatlas.studies._ensemble import train_networks

from ._judge import STUDY
from ._pieces import NetworksPiece


def train(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:  # noqa: ARG001
    """Train networks of one shape.

    Args:
        settings: A `NetworksPiece`.
        seed: Not used: every network has its own.

    Returns:
        A record of kind "network" a network.
    """
    piece = NetworksPiece.model_validate(settings)
    numbers = range(piece.first, piece.first + piece.number)
    group = train_networks(
        piece.data, piece.training, piece.hidden, base=piece.base, numbers=numbers
    )
    trained, surface = group.trained, group.surface
    columns = {
        "train_loss": trained.loss.tolist(),
        "test_loss": trained.held_out["test"].tolist(),
        "finite": trained.finite.tolist(),
        "norm": group.points.norm(dim=-1).tolist(),
        "gradient_norm": surface.gradient(group.points).norm(dim=-1).tolist(),
    }
    return [
        Record(
            STUDY,
            "network",
            {
                "family": piece.family,
                "hidden_layers": piece.hidden_layers,
                "architecture": "-".join(map(str, surface.widths)),
                "parameters": surface.dimension,
                "epochs": piece.training.epochs,
                "network": number,
                "seed": int(group.seeds[i]),
                **{name: column[i] for name, column in columns.items()},
                "looked_at": i < piece.curvatures,
                **(
                    largest_curvature(surface, group.points[i])
                    if i < piece.curvatures
                    else UNMEASURED
                ),
            },
        )
        for i, number in enumerate(group.numbers)
    ]
