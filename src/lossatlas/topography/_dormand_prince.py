"""One step of the flow of a steepest line, with an estimate of its error.

The pair of orders 5 and 4 of Dormand and Prince 1980. A stage is pulled back to the manifold before
its slope is taken, which extends the field off the manifold by constants along the retraction: on a
sphere the extension leaves all radii alone, and the orders are those of the pair.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, final

import torch
from jaxtyping import Float
from torch import Tensor

Slope: TypeAlias = Callable[[Tensor], Tensor]

_STAGES = (
    (1 / 5,),
    (3 / 40, 9 / 40),
    (44 / 45, -56 / 15, 32 / 9),
    (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
    (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
    (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
)
_DIFFERENCE = (
    71 / 57600,
    0.0,
    -71 / 16695,
    71 / 1920,
    -17253 / 339200,
    22 / 525,
    -1 / 40,
)


@final
@dataclass(frozen=True, eq=False)
class Trial:
    """Where a step of length h would lead, the slope there, and how far the two orders differ."""

    points: Float[Tensor, "B P"]
    slope: Float[Tensor, "B P"]
    error: Float[Tensor, " B"]


def trial(slope: Slope, w: Tensor, first: Tensor, h: Tensor) -> Trial:
    """Try a step from each point.

    Args:
        slope: The field, taken at points that may lie a little off the manifold.
        w: The points (B, P).
        first: The slopes there (B, P).
        h: The lengths in time (B,).

    Returns:
        The ends, before they are pulled back to the manifold.
    """
    slopes = [first]
    end = w
    for row in _STAGES:
        end = w + h[:, None] * _combined(row, slopes)
        slopes.append(slope(end))
    error = (h[:, None] * _combined(_DIFFERENCE, slopes)).norm(dim=-1)
    return Trial(end, slopes[-1], error)


def _combined(weights: tuple[float, ...], slopes: list[Tensor]) -> Tensor:
    weighted = [a * k for a, k in zip(weights, slopes, strict=True) if a]
    return torch.stack(weighted).sum(0)
