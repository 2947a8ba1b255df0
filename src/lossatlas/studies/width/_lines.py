"""The straight line between two solutions, and how rough the loss is along it.

Roughness is the total variation beyond that of a monotone way, sum |L_{i+1} - L_i| - |L_m - L_1|: zero
where the loss goes one way only, twice the height of a single hill. Height is how far the highest
point lies above the higher end.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas.surfaces import Perceptron

_ENTRIES = 2**24


def losses_between(
    surface: Perceptron, a: Float[Tensor, "B P"], b: Float[Tensor, "B P"], number: int
) -> Float[Tensor, "B m"]:
    """The losses at evenly spaced points from `a` to `b`, both among them."""
    share = torch.linspace(0, 1, number, dtype=a.dtype)[None, :, None]
    points = torch.lerp(a[:, None], b[:, None], share)
    each = len(surface.inputs) * sum(surface.widths[1:])
    parts = points.flatten(0, 1).split(max(1, _ENTRIES // each))
    return torch.cat([surface.loss(part) for part in parts]).reshape(len(a), number)


def roughness(losses: Float[Tensor, "B m"]) -> Float[Tensor, " B"]:
    """The total variation beyond that of a monotone way."""
    total = losses.diff(dim=-1).abs().sum(-1)
    # a monotone way has none; rounding would make it a little negative
    return (total - (losses[:, -1] - losses[:, 0]).abs()).clamp(min=0)


def height(losses: Float[Tensor, "B m"]) -> Float[Tensor, " B"]:
    """How far the highest point lies above the higher end."""
    return losses.amax(-1) - torch.maximum(losses[:, 0], losses[:, -1])
