"""Searches and descents from random starts; each end is examined, whatever came of it."""

from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas.catalogue import Record
from lossatlas.critical import Descent, GradientNorm, Newton, find
from lossatlas.execution import torch_generator

from ._ends import examine_ends
from ._network import Network, network_of
from ._point_record import point_record
from ._settings import Piece

METHODS = {"Newton": Newton, "GradientNorm": GradientNorm, "Descent": Descent}
SCALES = (0.3, 1.5)


def search(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Search from a batch of random starts.

    Args:
        settings: A `Piece`: the method, the `number` of starts and the number of the `first`.
        seed: The entropy of the task's generator.

    Returns:
        One record a start, whatever came of it.
    """
    piece = Piece.model_validate(settings)
    network = network_of(piece)
    generator = torch_generator(seed)
    starts = draw_starts(network, generator, piece.number)
    found = find(network.surface, starts, method=METHODS[piece.method]())
    ends = examine_ends(network, found, generator)
    word = "/".join(map(str, seed))
    common = {
        **network.attributes(),
        "role": "descent" if piece.method == "Descent" else "search",
        "method": piece.method,
    }
    return [
        point_record(
            {**common, "run": piece.first + i, "start_seed": f"{word}#{i}", **end},
            found.points[i].numpy(),
        )
        for i, end in enumerate(ends)
    ]


def draw_starts(network: Network, generator: Generator, number: int) -> Float[Tensor, "B P"]:
    """Random points of the surface, each scaled by a factor drawn evenly on a logarithmic scale."""
    points = network.surface.random_point(generator, batch=(number,))
    low, high = np.log(SCALES)
    draws = torch.rand(number, 1, generator=generator, dtype=points.dtype)
    starts: Tensor = points * (low + (high - low) * draws).exp()
    return starts
