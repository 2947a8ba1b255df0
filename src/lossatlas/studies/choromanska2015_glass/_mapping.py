"""Networks mapped to spin glasses: Psi paths, H weight layers, Lambda = Psi^{1/H}."""

from itertools import pairwise
from math import prod
from typing import Any

from lossatlas.catalogue import Record

from ._judge import STUDY
from ._pieces import MappingPiece


def map_networks(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:  # noqa: ARG001
    """Lambda and H of networks, one output taken as the paper does.

    Args:
        settings: A `MappingPiece`.
        seed: Not used.

    Returns:
        A record of kind "mapping" a network.
    """
    piece = MappingPiece.model_validate(settings)
    return [_record(widths) for widths in piece.widths]


def _record(widths: tuple[int, ...]) -> Record:
    order = len(widths) - 1
    paths = prod(widths[:-1])
    told = {
        "widths": "-".join(map(str, widths)),
        "order": order,
        "paths": paths,
        "weights": sum(a * b for a, b in pairwise(widths)),
        "spins": paths ** (1 / order),
        "outputs": widths[-1],
    }
    return Record(STUDY, "mapping", told)
