"""The counts at a batch of points: loss, gradient, eigenvalues, inertia; nothing predicted.

A stored point is near a critical point, not on it, and its Hessian differs from the exact one. Two
sizes are known. The remaining Newton step changes the Hessian by at most its Lipschitz constant
times the step. And where a point lies at the end of a degenerate valley, no gradient above rounding
tells it from its neighbours: eigenvalues that vanish at the critical point meant are then small,
not zero, and a cut in a spectral gap separates them. What lies below either size is undecided.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float, Int
from torch import Tensor

from lossatlas.linalg import inertia
from lossatlas.surfaces import DeepLinear

_MOST_ENTRIES = 2**21
_ROUNDING = 16 * torch.finfo(torch.float64).eps


@final
@dataclass(frozen=True, eq=False)
class Counts:
    """What was computed at a batch of points; eigenvalues below `error` are undecided."""

    loss: Float[Tensor, " B"]
    gradient_norm: Float[Tensor, " B"]
    negative: Int[Tensor, " B"]
    undecided: Int[Tensor, " B"]
    positive: Int[Tensor, " B"]
    error: Float[Tensor, " B"]


@final
@dataclass(frozen=True, eq=False)
class Spectra:
    """The Hessians' eigenvalues, ascending, and how far the losses may be from critical values.

    `loss_error` is sum_i g_i^2 / (2 |lambda_i|) over eigenvectors, the change of the loss over the
    full Newton step; eigenvalues below rounding count as large as rounding.
    """

    values: Float[Tensor, "B P"]
    loss_error: Float[Tensor, " B"]


def spectra_at(surface: DeepLinear, points: Float[Tensor, "B P"]) -> Spectra:
    """Eigenvalues and loss errors; NaN at points that are not finite."""
    values = torch.full_like(points, torch.nan)
    error = points.new_full((len(points),), torch.nan)
    finite = points.isfinite().all(-1).nonzero()[:, 0]
    for rows in finite.split(_block(surface)):
        w = points[rows]
        values[rows], Q = torch.linalg.eigh(surface.hessian(w))
        along = (Q.mT @ surface.gradient(w)[..., None])[..., 0]
        size = values[rows].abs().clamp(min=surface.hessian_error(w)[:, None])
        error[rows] = (along.square() / size).sum(-1) / 2
    return Spectra(values, error)


def count_signs(
    surface: DeepLinear,
    points: Float[Tensor, "B P"],
    *,
    distance: Float[Tensor, " B"],
    cut: Float[Tensor, " B"],
) -> Counts:
    """Count the signs of the Hessian's eigenvalues at points near critical ones.

    Args:
        surface: The surface.
        points: The points.
        distance: How far each may be from the critical point that is meant.
        cut: A size, in a spectral gap, below which eigenvalues count as undecided; 0 for none.

    Returns:
        The counts.
    """
    near = distance + _ROUNDING * points.norm(dim=-1)
    error = surface.hessian_error(points) + hessian_lipschitz(surface, points) * near
    error = torch.maximum(error, cut)
    parts = [
        inertia(surface.hessian(points[rows]), error=error[rows])
        for rows in torch.arange(len(points)).split(_block(surface))
    ]
    return Counts(
        loss=surface.loss(points),
        gradient_norm=surface.gradient(points).norm(dim=-1),
        negative=torch.cat([part.negative for part in parts]),
        undecided=torch.cat([part.undecided for part in parts]),
        positive=torch.cat([part.positive for part in parts]),
        error=error,
    )


def hessian_lipschitz(surface: DeepLinear, w: Float[Tensor, "B P"]) -> Float[Tensor, " B"]:
    """A bound on how fast the Hessian changes near a point, per unit of distance.

    With omega_k = ||W_k||_2 and Om_ex the product of all omega but those in ex, the constant is
    3 ||X||^2 m_1 m_2 + ||X|| e m_3, where m_1^2 = sum Om_k^2, m_2 is the largest eigenvalue of the
    matrix Om_ij with zero diagonal, m_3^2 = 6 sum_{i<j<k} Om_ijk^2, and e the norm of the residual
    (derived in docs/theory/deep_linear.md).
    """
    omega = torch.stack([torch.linalg.matrix_norm(W, ord=2) for W in surface.weights(w)], -1)
    layers = range(omega.shape[-1])
    first = torch.stack([_without(omega, {k}) for k in layers], -1).norm(dim=-1)
    pairs = torch.zeros(*omega.shape, len(layers), dtype=omega.dtype)
    for i in layers:
        for j in range(i):
            pairs[..., i, j] = pairs[..., j, i] = _without(omega, {i, j})
    second = torch.linalg.eigvalsh(pairs)[..., -1]
    triples = [_without(omega, {i, j, k}) for i in layers for j in range(i) for k in range(j)]
    third = 6**0.5 * torch.stack([omega[..., 0] * 0, *triples]).norm(dim=0)
    norm_x = torch.linalg.matrix_norm(surface.inputs, ord=2)
    residual = (2 * surface.loss(w)).sqrt()
    bound: Tensor = 3 * norm_x**2 * first * second + norm_x * residual * third
    return bound


def _block(surface: DeepLinear) -> int:
    """Points whose Hessians are formed at once: by P alone, so that the bits do not depend on more."""
    return max(1, _MOST_ENTRIES // surface.dimension**2)


def _without(omega: Float[Tensor, "B L"], left_out: set[int]) -> Float[Tensor, " B"]:
    kept = [k for k in range(omega.shape[-1]) if k not in left_out]
    product: Tensor = omega[..., kept].prod(-1)
    return product
