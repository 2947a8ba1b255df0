"""What is asked of a whole ensemble, a block of networks at a time: losses, and what is finite.

The passes of all networks through all samples seldom fit the memory at once; a block is what fits a
fixed part of it.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from lossatlas.surfaces import Perceptron

_BYTES = 2**26


def losses(surface: Perceptron, points: Float[Tensor, "M P"]) -> Float[Tensor, " M"]:
    """The loss of each network."""
    size = _block(surface, len(points))
    return torch.cat([surface.loss(block) for block in points.split(size)])


def finite(points: Float[Tensor, "M P"]) -> Bool[Tensor, " M"]:
    """Which networks have finite weights only."""
    # In one piece `isfinite` would make a copy of the ensemble and three masks.
    size = max(1, _BYTES // 64 // points.shape[1])
    return torch.cat([block.isfinite().all(-1) for block in points.split(size)])


def evaluation_bytes(surface: Perceptron, num_networks: int) -> int:
    """What `losses` needs beside the points."""
    return _block(surface, num_networks) * _network_bytes(surface)


def _block(surface: Perceptron, num_networks: int) -> int:
    return max(1, min(num_networks, _BYTES // _network_bytes(surface)))


def _network_bytes(surface: Perceptron) -> int:
    """Both z and x of every layer, two more of the last in the criterion, the point in parts."""
    numbers = len(surface.inputs) * (2 * sum(surface.widths[1:]) + 2 * surface.widths[-1])
    return (numbers + surface.dimension) * surface.inputs.element_size()
