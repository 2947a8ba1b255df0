"""Is there a lower point nearby? Asked where the Hessian has no negative eigenvalue.

A bad saddle falls only to third or higher order, along curves that begin in the kernel of the
Hessian. So: displace the point by a share of r along many kernel directions, and go down from there
inside the ball of radius r, with Newton steps along the curved eigenvectors and plain ones in the
kernel. To be a saddle there must be lower points arbitrarily near, so r falls, and every ball has
to hold one. Nothing found proves nothing.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas._types import Points, Vector
from lossatlas.surfaces import AbstractManifold, AbstractSurface

from ._critical_point import LowerPoint
from ._tangent import TangentSpace

RADII = (1e-1, 3e-2, 1e-2)
_DIRECTIONS = 32
_STEPS = 40
_TRIALS = 8
_LEAST_SHARE = 0.3
_ROUNDINGS = 1e3


@final
@dataclass(frozen=True, eq=False)
class Frame:
    """The eigenvectors at a point, curved ones and kernel apart.

    Attributes:
        inverse: H^+ restricted to the curved eigenvectors.
        kernel: Orthonormal columns that span the rest.
    """

    inverse: Float[Tensor, "P P"]
    kernel: Float[Tensor, "P k"]

    @classmethod
    def at(cls, surface: AbstractSurface, w: Vector, cut: float) -> "Frame":
        """Split the spectrum of the Hessian on the tangent space at `cut`."""
        space = TangentSpace.at(surface, w)
        values, Q = torch.linalg.eigh(space.matrix(surface.hessian(w)))
        curved, Q = values.abs() > cut, space.frame(Q)
        V = Q[:, curved]
        return cls(V / values[curved] @ V.T, Q[:, ~curved])


def lower_points(
    surface: AbstractSurface,
    w: Vector,
    frame: Frame,
    *,
    remaining: float,
    generator: Generator,
) -> tuple[LowerPoint, ...]:
    """Lower points within a falling sequence of distances, one each, or none at all.

    Args:
        surface: The surface.
        w: The critical point, as well as it is known.
        frame: Its curved eigenvectors and kernel.
        remaining: |<g, p>|, what the remaining Newton step could still gain.
        generator: Draws the directions.

    Returns:
        One for every distance, in falling order; empty as soon as one distance has none.
    """
    base = float(surface.loss(w))
    margin = 10 * remaining + _ROUNDINGS * torch.finfo(w.dtype).eps * _loss_scale(surface, w)
    found = []
    for share in RADII:
        radius = share * (1 + float(w.norm()))
        starts = _displaced(surface, w, frame, radius, generator)
        end = _go_down(surface, w, frame, starts, radius)
        losses = surface.loss(end)
        best = int(losses.nan_to_num(nan=torch.inf).argmin())
        decrease = base - float(losses[best])
        if not decrease > margin:
            return ()
        found.append(LowerPoint(float((end[best] - w).norm()), decrease, margin))
    return tuple(found)


def _loss_scale(surface: AbstractSurface, w: Vector) -> float:
    """The size of the numbers that the loss is a difference of."""
    return float(surface.loss(w).abs() + surface.loss(torch.zeros_like(w)).abs())


def _displaced(
    surface: AbstractSurface, w: Vector, frame: Frame, radius: float, generator: Generator
) -> Points:
    """Starts in the kernel at half the radius, each direction with its opposite."""
    size = (_DIRECTIONS // 2, frame.kernel.shape[-1])
    along = torch.randn(size, generator=generator, dtype=w.dtype, device=w.device)
    D = torch.nn.functional.normalize(along, dim=-1) @ frame.kernel.T
    step = radius / 2 * torch.cat([D, -D])
    return surface.manifold.retract(w.expand_as(step), step)


def _go_down(surface: AbstractSurface, w: Vector, frame: Frame, u: Points, radius: float) -> Points:
    """Descend from the rows of `u`, never leaving the ball around `w`."""
    for _ in range(_STEPS):
        g = surface.gradient(u)
        in_kernel = g @ frame.kernel
        plain = torch.nn.functional.normalize(in_kernel, dim=-1) @ frame.kernel.T
        u = _best_trial(surface, w, u, -g @ frame.inverse, -radius / 4 * plain, radius)
    return u


def _best_trial(
    surface: AbstractSurface, w: Vector, u: Points, newton: Points, plain: Points, radius: float
) -> Points:
    """The lowest of several lengths of the step, the place itself among them."""
    shares = _LEAST_SHARE ** torch.arange(_TRIALS, dtype=u.dtype, device=u.device)
    steps = [*(newton + share * plain for share in shares)]
    steps += [share * (newton + plain) for share in shares[1:]]
    trials = [
        _into_ball(surface.manifold, w, _moved(surface.manifold, u, step), radius) for step in steps
    ]
    stack = torch.stack([u, *trials])  # (T, B, P)
    best = surface.loss(stack).nan_to_num(nan=torch.inf).argmin(0)
    return stack[best, torch.arange(len(u), device=u.device)]


def _moved(manifold: AbstractManifold, u: Points, step: Points) -> Points:
    return manifold.retract(u, manifold.project(u, step))


def _into_ball(manifold: AbstractManifold, w: Vector, u: Points, radius: float) -> Points:
    away = u - w
    norm = away.norm(dim=-1, keepdim=True)
    return _moved(manifold, w.expand_as(u), away * torch.where(norm > radius, radius / norm, 1.0))
