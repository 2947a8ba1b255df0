"""Networks mapped to spin glasses: Psi paths, H weight layers, Lambda = Psi^{1/H}."""

from typing import Any

from lossatlas.catalogue import Record
from lossatlas.theory.kac_rice import network_size

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
    network = network_size(widths)
    told = {
        "widths": "-".join(map(str, widths)),
        "order": network.depth,
        "paths": network.num_paths,
        "weights": network.num_weights,
        "spins": network.size,
        "outputs": widths[-1],
        "caveats": " ".join(network.caveats),
    }
    return Record(STUDY, "mapping", told)
