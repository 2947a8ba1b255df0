"""What is measured at a point: gradient, minimum-norm Newton step, flatness.

The step is -H^+ g with a rank cut. At distance d from a critical point the eigenvalues that vanish
at it, those of a symmetry's orbit among them, are of the order of ||g|| times the orbit's
curvature, about 1/||w||. So an eigenvalue counts as zero below
    max(8 eps ||H||, 0.1 ||g|| / (1 + ||w||)),
and the part of g along an eigenvector counts beyond the gradient's own rounding only, taken as 16
eps gradient_scale(w): over an eigenvalue of 1e-12 rounding alone would make a long step. The cut is
lower than the surface's bound on the error of H, on purpose: a bound that is a thousand times too
large would hide a long step along a weak but real curvature.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas._types import Points, Values
from lossatlas.surfaces import AbstractSurface

from ._blocks import blocks
from ._norms import lengths
from ._tangent import TangentSpace

_ORBIT = 0.1
_RESOLUTION = 8
_ROUNDING = 16


@final
@dataclass(frozen=True, eq=False)
class Examination:
    """The numbers of a row of points; NaN where a point is not finite.

    Attributes:
        gradient_norm: ||g||.
        gradient_scale: The surface's own scale of g.
        step: The minimum-norm Newton step -H^+ g.
        flatness: ||Hg|| / (||H|| ||g||), 1 where the denominator vanishes.
    """

    gradient_norm: Float[Tensor, " B"]
    gradient_scale: Float[Tensor, " B"]
    step: Float[Tensor, "B P"]
    flatness: Float[Tensor, " B"]

    @property
    def newton_step(self) -> Float[Tensor, " B"]:
        """The length of the step."""
        return lengths(self.step)


def rank_cut(w: Points, gradient_norm: Values, hessian_norm: Values) -> Values:
    """The size below which an eigenvalue of the Hessian at `w` counts as zero."""
    rounding = _RESOLUTION * torch.finfo(w.dtype).eps * hessian_norm
    return torch.maximum(rounding, _ORBIT * gradient_norm / (1 + w.norm(dim=-1)))


def minimum_norm_step(
    H: Float[Tensor, "B P P"], g: Float[Tensor, "B P"], cut: Float[Tensor, " B"]
) -> Float[Tensor, "B P"]:
    """-H^+ g, with the eigenvalues up to `cut` taken as zero; all entries finite."""
    values, Q = torch.linalg.eigh(H)
    inverse = torch.where(values.abs() > cut[:, None], 1 / values, 0.0)
    along: Tensor = Q.mT @ g[..., None]
    step: Tensor = -(Q @ (inverse[..., None] * along))[..., 0]
    return step


def examine(surface: AbstractSurface, w: Float[Tensor, "B P"]) -> Examination:
    """Measure a row of points, one eigendecomposition each.

    Args:
        surface: The surface.
        w: The points; those that are not finite are marked by NaN in every number.

    Returns:
        The numbers.
    """
    norm, scale, flatness = (w.new_full((len(w),), torch.nan) for _ in range(3))
    step = torch.full_like(w, torch.nan)
    finite = w.isfinite().all(-1).nonzero()[:, 0]
    for part in blocks(len(finite), surface.dimension):
        rows = finite[part]
        found = _examine_finite(surface, w[rows])
        norm[rows], scale[rows] = found.gradient_norm, found.gradient_scale
        step[rows], flatness[rows] = found.step, found.flatness
    return Examination(norm, scale, step, flatness)


def _examine_finite(surface: AbstractSurface, w: Float[Tensor, "B P"]) -> Examination:
    g = surface.gradient(w)
    norm, scale = g.norm(dim=-1), surface.gradient_scale(w)
    space = TangentSpace.at(surface, w)
    H, tangent = space.matrix(surface.hessian(w)), space.coordinates(g)
    sane = H.isfinite().all(-1).all(-1) & g.isfinite().all(-1)
    values, Q = torch.linalg.eigh(torch.where(sane[:, None, None], H, 0.0))
    along = (Q.mT @ torch.where(sane[:, None], tangent, 0.0)[..., None])[..., 0]
    largest = values.abs().amax(-1)
    kept = values.abs() > rank_cut(w, norm, largest)[:, None]
    noise = _ROUNDING * torch.finfo(w.dtype).eps * scale
    beyond = along.sign() * (along.abs() - noise[:, None]).clamp(min=0)
    inverse = torch.where(kept, 1 / values, 0.0)
    step = space.vector(-(Q @ (inverse * beyond)[..., None])[..., 0])
    size = largest * norm
    flatness = torch.where(size > 0, (values * along).norm(dim=-1) / size, 1.0)
    lost = torch.where(sane, 0.0, torch.nan).to(w.dtype)
    return Examination(norm, scale, step + lost[:, None], flatness + lost)
