"""The sphere of radius sqrt(N) in R^N, where spin glasses live.

Tangent vectors are those with w.v = 0. A step goes straight and is pulled back to the radius, which
agrees with the geodesic to second order: the Hessian of a function after such a step is its
Riemannian Hessian (Absil, Mahony and Sepulchre 2008, proposition 5.5.6). Every act depends on the
direction of `w` alone, so that a point a rounding off the sphere is as good as one on it.
"""

from dataclasses import dataclass
from math import sqrt
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas._types import Points
from lossatlas.errors import misuse

from ._manifold import AbstractManifold


@final
@dataclass(frozen=True)
class Sphere(AbstractManifold):
    """The points of R^N with squared norm N.

    Args:
        size: N, at least 2.

    Raises:
        ValueError: If the size is below 2.

    Example:
        >>> import torch
        >>> from lossatlas.surfaces import Sphere
        >>> Sphere(4).retract(torch.tensor([2.0, 0, 0, 0]), torch.tensor([0.0, 2, 0, 0]))
        tensor([1.4142, 1.4142, 0.0000, 0.0000])
    """

    size: int

    def __post_init__(self) -> None:
        if self.size < 2:
            raise misuse(
                "size",
                should="be at least 2",
                got=self.size,
                remedy="The sphere in R^1 is two points without directions.",
            )

    @property
    def dimension(self) -> int:
        return self.size - 1

    def project(self, w: Float[Tensor, "*#b P"], v: Float[Tensor, "*#b P"]) -> Points:
        x = _unit(w)
        return v - (x * v).sum(-1, keepdim=True) * x

    def retract(self, w: Float[Tensor, "*#b P"], v: Float[Tensor, "*#b P"]) -> Points:
        return sqrt(self.size) * _unit(w + v)

    def tangent_basis(self, w: Points) -> Float[Tensor, "*b P k"]:
        """The last N - 1 columns of the Householder reflection that takes w to the first axis."""
        x = _unit(w)
        u = x.clone()
        # Away from the axis: no cancellation, and |u|^2 = 2 (1 + |x_1|) >= 2.
        u[..., 0] += torch.where(x[..., 0] < 0, -1.0, 1.0)
        rest = (u / (1 + x[..., :1].abs()))[..., None] * u[..., None, 1:]
        axes: Tensor = torch.eye(self.size, dtype=w.dtype, device=w.device)
        return axes[:, 1:] - rest

    def transport(
        self, w: Float[Tensor, "*#b P"], to: Float[Tensor, "*#b P"], v: Float[Tensor, "*#b P"]
    ) -> Points:
        """Parallel along the great circle; NaN from a point to its antipode, where none is."""
        x, y = _unit(w), _unit(to)
        share = (y * v).sum(-1, keepdim=True) / (1 + (x * y).sum(-1, keepdim=True))
        return v - share * (x + y)


def _unit(w: Tensor) -> Tensor:
    norm: Tensor = torch.linalg.vector_norm(w, dim=-1, keepdim=True)
    return w / norm
