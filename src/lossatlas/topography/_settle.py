"""Has a steepest line come to its extremum? Newton's method says so where it contracts.

At a point with a definite Hessian let s be the Newton step and s' the next one. Where |s| is at most
a thousandth of the size and |s'| at most |s|/10, the line is as good as arrived, and some further
steps take it to rounding level.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from lossatlas.surfaces import AbstractSurface

from ._size import sizes

_SHORT = 1e-3
_CONTRACTION = 0.1
_ROUNDING = 1e-12
_MAX_STEPS = 6


@final
@dataclass(frozen=True, eq=False)
class Local:
    """The eigenvalues of the Hessian on the tangent space, ascending, and what belongs to them.

    Attributes:
        values: The eigenvalues.
        vectors: The eigenvectors, columns in the coordinates of points.
        along: The gradient's parts along them.
    """

    values: Float[Tensor, "B k"]
    vectors: Float[Tensor, "B P k"]
    along: Float[Tensor, "B k"]

    @classmethod
    def at(cls, surface: AbstractSurface, w: Float[Tensor, "B P"]) -> "Local":
        """Form and diagonalise the Hessian at each point; NaN where it is not finite."""
        basis = surface.manifold.tangent_basis(w)
        H = basis.mT @ surface.hessian(w) @ basis
        sane = H.isfinite().all(-1).all(-1)
        values, Q = torch.linalg.eigh(torch.where(sane[:, None, None], H, 0.0))
        vectors = basis @ Q
        along = (vectors.mT @ surface.gradient(w)[..., None])[..., 0]
        return cls(torch.where(sane[:, None], values, torch.nan), vectors, along)

    def combined(self, weights: Float[Tensor, "B k"]) -> Float[Tensor, "B P"]:
        """The tangent vector with these parts along the eigenvectors."""
        return (self.vectors @ weights[..., None])[..., 0]


def settle(
    surface: AbstractSurface, w: Float[Tensor, "B P"], sign: float
) -> tuple[Float[Tensor, "B P"], Bool[Tensor, " B"]]:
    """The extremum near each point, and whether the point has come close enough to it.

    Args:
        surface: The surface.
        w: Points on lines.
        sign: -1 on the way down to a minimum, 1 on the way up to a maximum.

    Returns:
        The extrema, of any value where the second part is false.
    """
    first, definite = _newton(surface, w, sign)
    length = first.norm(dim=-1)
    near = definite & (length <= _SHORT * sizes(surface, w))
    ends = w.clone()
    rows = near.nonzero()[:, 0]
    if not len(rows):
        return ends, near
    x = surface.manifold.retract(w[rows], first[rows])
    second, definite = _newton(surface, x, sign)
    least = torch.maximum(_CONTRACTION * length[rows], _ROUNDING * sizes(surface, x))
    near[rows] = definite & (second.norm(dim=-1) <= least)
    ends[rows] = _finished(surface, x, second, sign)
    return ends, near


def _newton(surface: AbstractSurface, w: Tensor, sign: float) -> tuple[Tensor, Tensor]:
    """The Newton step, and whether the Hessian is definite as the way asks."""
    here = Local.at(surface, w)
    definite = (-sign * here.values > 0).all(-1)
    inverse = torch.where(definite[:, None], 1 / here.values, 0.0)
    return -here.combined(inverse * here.along), definite


def _finished(surface: AbstractSurface, w: Tensor, step: Tensor, sign: float) -> Tensor:
    """Newton steps while they still shrink; below that they are rounding."""
    for _ in range(_MAX_STEPS):
        there = surface.manifold.retract(w, step)
        further, _ = _newton(surface, there, sign)
        better = further.norm(dim=-1) < step.norm(dim=-1)
        w = torch.where(better[:, None], there, w)
        step = torch.where(better[:, None], further, 0.0)
    return w
