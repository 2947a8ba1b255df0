"""Elastic bands between pairs of small networks.

The ends are taken on by descent first, so that a band which sags below them means a hill on the
straight line was no barrier, not that its ends were unfinished. A ReLU network's loss has kinks:
its band need not pass over a critical point, and its barrier is the highest loss on the band.
"""

from math import nan
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas.catalogue import Record
from lossatlas.critical import Descent, Found, Status, find
from lossatlas.studies._ensemble import Ensemble, train_networks
from lossatlas.topography import Bands, ElasticBand, elastic_band

from ._judge import STUDY
from ._lines import height, losses_between, roughness
from ._networks import about
from ._pieces import BandsPiece


def lay(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:  # noqa: ARG001
    """Train pairs of networks and lay a band between the two of each.

    Args:
        settings: A `BandsPiece`.
        seed: Not used: every network has its own.

    Returns:
        A record of kind "band" a pair, with the losses on the band; NaN where an end is not finite.
    """
    piece = BandsPiece.model_validate(settings)
    group = train_networks(
        piece.data,
        piece.training,
        (piece.width,) * piece.hidden_layers,
        base=piece.base,
        numbers=range(2 * piece.first, 2 * (piece.first + piece.number)),
    )
    found = find(group.surface, group.points, method=Descent(max_newton=piece.newton_steps))
    a, b = found.points[0::2], found.points[1::2]
    rows = (a.isfinite() & b.isfinite()).all(-1).nonzero()[:, 0]
    laid = dict(zip(rows.tolist(), _laid(piece, group, a[rows], b[rows]), strict=True))
    return [_record(piece, group, found, i, laid.get(i)) for i in range(piece.number)]


def _laid(
    piece: BandsPiece, group: Ensemble, a: Float[Tensor, "B P"], b: Float[Tensor, "B P"]
) -> list[tuple[dict[str, Any], Tensor]]:
    """What is measured on each band, and the losses along it."""
    if not len(a):
        return []
    chain = ElasticBand(images=piece.images, max_steps=piece.max_steps)
    bands = elastic_band(group.surface, a, b, band=chain)
    straight = losses_between(group.surface, a, b, piece.images)
    columns = {
        "barrier": height(bands.loss).tolist(),
        "band_roughness": roughness(bands.loss).tolist(),
        "passes": _passes(bands),
        "straight_height": height(straight).tolist(),
        "straight_roughness": roughness(straight).tolist(),
    }
    return [
        ({name: column[i] for name, column in columns.items()}, bands.loss[i])
        for i in range(len(bands))
    ]


def _passes(bands: Bands) -> list[int]:
    """The critical points of index 1 that the tops of each band led to."""
    return torch.bincount(bands.band, minlength=len(bands)).tolist()


def _record(
    piece: BandsPiece,
    group: Ensemble,
    found: Found,
    i: int,
    laid: tuple[dict[str, Any], Tensor] | None,
) -> Record:
    missing = ("barrier", "band_roughness", "straight_height", "straight_roughness")
    told, losses = laid or ({**dict.fromkeys(missing, nan), "passes": 0}, None)
    ends = [2 * i, 2 * i + 1]
    return Record(
        STUDY,
        "band",
        {
            **about(piece, group),
            "first": group.numbers[ends[0]],
            "second": group.numbers[ends[1]],
            "first_loss": found.loss[ends[0]].item(),
            "second_loss": found.loss[ends[1]].item(),
            "critical_ends": sum(found.status[end] is Status.CRITICAL for end in ends),
            **told,
        },
        None if losses is None else losses.numpy(),
    )
