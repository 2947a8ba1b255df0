"""Which ends are one minimum? Those of the same loss and the same activation pattern.

A pattern says which pre-activations are positive, negative, or zero to rounding, on every sample; units
of a layer may trade places.
Losses are compared to nine digits. Ends of one class may lie apart on the orbit of a symmetry, or along
directions that the loss does not depend on.
"""

from collections import defaultdict
from collections.abc import Hashable
from typing import TypeAlias

import numpy as np
import torch
from jaxtyping import Bool, Float
from numpy import ndarray
from torch import Tensor

from lossatlas.surfaces import LeakyReLU, Perceptron, ReLU

Key: TypeAlias = tuple[int, bytes]
_DIGITS = 1e9
# Pre-activations of at most this share of their unit's largest are at the kink.
_ON_KINK = 1e-9


def classes(
    surface: Perceptron, points: Float[Tensor, "B P"], *, scale: float
) -> dict[Hashable, list[int]]:
    """The rows of each class, the largest class first.

    Args:
        surface: The network.
        points: Ends.
        scale: The unit of losses.
    """
    losses = torch.round(surface.loss(points) / scale * _DIGITS).tolist()
    found: dict[Hashable, list[int]] = defaultdict(list)
    for row, key in enumerate(zip(losses, patterns(surface, points), strict=True)):
        found[key].append(row)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def patterns(surface: Perceptron, points: Float[Tensor, "B P"]) -> list[bytes]:
    """The activation pattern of each point, units of a layer in order of their own pattern.

    Empty where the activation has no kink.
    """
    if not _has_kink(surface):
        return [b""] * len(points)
    layers = []
    for z in _pre_activations(surface, points):
        off = z.abs() > _ON_KINK * z.abs().amax(-1, keepdim=True)
        layers.append(_sorted_columns(torch.cat([(z > 0) & off, off], dim=-1).numpy()))
    return [b"".join(parts) for parts in zip(*layers, strict=True)]


def at_kink(surface: Perceptron, points: Float[Tensor, "B P"]) -> Bool[Tensor, " B"]:
    """Whether a pre-activation is zero to rounding where the activation has its kink."""
    found = torch.zeros(len(points), dtype=torch.bool)
    for z in _pre_activations(surface, points) if _has_kink(surface) else []:
        least = z.abs() <= _ON_KINK * z.abs().amax(-1, keepdim=True)
        found |= least.any(-1).any(-1)
    return found


def _has_kink(surface: Perceptron) -> bool:
    return isinstance(surface.activation, ReLU | LeakyReLU)


def _pre_activations(surface: Perceptron, points: Float[Tensor, "B P"]) -> list[Tensor]:
    """z_k of the hidden layers, samples last: (B, d_k, n)."""
    found: list[Tensor] = []
    x = surface.inputs.T
    for W in surface.weights(points)[:-1]:
        found.append(W @ x)
        x = surface.activation.value(found[-1])
    return found


def _sorted_columns(signs: ndarray) -> list[bytes]:
    """The units' patterns of one layer, (B, d, 2n), packed and put in order."""
    packed = np.ascontiguousarray(np.packbits(signs, axis=-1))
    units = packed.view(np.dtype((np.void, packed.shape[-1])))[..., 0]  # (B, d)
    return [b"".join(sorted(row)) for row in units.tolist()]
