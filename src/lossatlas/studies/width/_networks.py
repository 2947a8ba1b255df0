"""Networks of one width: trained, some of them looked at, some pairs joined by straight lines."""

from typing import Any

from lossatlas.catalogue import Record
from lossatlas.studies._curvature import UNMEASURED, largest_curvature
from lossatlas.studies._ensemble import Ensemble, train_networks

from ._judge import STUDY
from ._lines import height, losses_between, roughness
from ._pieces import BandsPiece, NetworksPiece


def train(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:  # noqa: ARG001
    """Train networks of one width.

    Args:
        settings: A `NetworksPiece`.
        seed: Not used: every network has its own.

    Returns:
        A record of kind "network" a network, and one of kind "line" for each pair that is joined,
        with the losses on the line.
    """
    piece = NetworksPiece.model_validate(settings)
    group = train_networks(
        piece.data,
        piece.training,
        (piece.width,) * piece.hidden_layers,
        base=piece.base,
        numbers=range(piece.first, piece.first + piece.number),
    )
    return [*_networks(piece, group), *_lines(piece, group)]


def about(piece: NetworksPiece | BandsPiece, group: Ensemble) -> dict[str, Any]:
    """What every record of these networks says of them."""
    return {
        "hidden_layers": piece.hidden_layers,
        "width": piece.width,
        "architecture": "-".join(map(str, group.surface.widths)),
        "parameters": group.surface.dimension,
        "epochs": piece.training.epochs,
    }


def _networks(piece: NetworksPiece, group: Ensemble) -> list[Record]:
    trained, surface = group.trained, group.surface
    columns = {
        "train_loss": trained.loss.tolist(),
        "test_loss": trained.held_out["test"].tolist(),
        "finite": trained.finite.tolist(),
        "evaluations": trained.evaluations.tolist(),
        "norm": group.points.norm(dim=-1).tolist(),
        "gradient_norm": surface.gradient(group.points).norm(dim=-1).tolist(),
    }
    looks = [
        largest_curvature(surface, w) if i < piece.curvatures else UNMEASURED
        for i, w in enumerate(group.points)
    ]
    return [
        Record(
            STUDY,
            "network",
            {
                **about(piece, group),
                "network": number,
                "seed": int(group.seeds[i]),
                **{name: column[i] for name, column in columns.items()},
                "looked_at": i < piece.curvatures,
                **looks[i],
            },
        )
        for i, number in enumerate(group.numbers)
    ]


def _lines(piece: NetworksPiece, group: Ensemble) -> list[Record]:
    if not piece.lines:
        return []
    a, b = (group.points[side : 2 * piece.lines : 2] for side in (0, 1))
    losses = losses_between(group.surface, a, b, piece.line_points)
    rough, high = roughness(losses).tolist(), height(losses).tolist()
    return [
        Record(
            STUDY,
            "line",
            {
                **about(piece, group),
                "first": group.numbers[2 * i],
                "second": group.numbers[2 * i + 1],
                "distance": (b[i] - a[i]).norm().item(),
                "roughness": rough[i],
                "height": high[i],
            },
            losses[i].numpy(),
        )
        for i in range(piece.lines)
    ]
