"""The regularised Newton step of a descent: -(H + mu I)^{-1} g, with H + mu I positive definite.

mu = c ||g|| / (1 + ||w||) keeps quadratic convergence where the minima form a manifold and H is
singular on it (Li, Fukushima, Qi and Yamashita 2004). Whether mu exceeds -lambda_min is what the
Cholesky factorisation tells; if not, c grows and the search waits an iteration.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas.surfaces import AbstractSurface

from ._advance import shorten
from ._armijo import Accepted, backtrack
from ._blocks import blocks

_UP, _DOWN = 6.0, 0.25
_LEAST, _MOST = 1e-6, 1e12
_TRIALS = 4


@final
@dataclass(frozen=True)
class Regularised:
    """Regularised Newton steps under Armijo's rule.

    Args:
        reach: The longest step, as a share of the point's size.
    """

    reach: float

    def step(
        self, surface: AbstractSurface, here: Accepted, factor: Float[Tensor, " A"]
    ) -> tuple[Accepted, Float[Tensor, " A"]]:
        """One step of every search.

        Args:
            surface: The surface.
            here: The points.
            factor: c of each search.

        Returns:
            The next points and the next c.
        """
        p, definite = _solve(surface, here, factor)
        p = shorten(p, self.reach * (1 + here.points.norm(dim=-1)))
        there = backtrack(surface, here, torch.where(definite[:, None], p, 0.0), trials=_TRIALS)
        moved = (there.points - here.points).norm(dim=-1)
        full = definite & (moved >= 0.99 * p.norm(dim=-1))
        cut = definite & ~full & (moved > 0)
        rate = torch.where(full, _DOWN, torch.where(cut, 1.0, _UP))
        return there, (factor * rate).clamp(_LEAST, _MOST)


def _solve(surface: AbstractSurface, here: Accepted, factor: Tensor) -> tuple[Tensor, Tensor]:
    """The steps, and where H + mu I is positive definite."""
    w, g = here.points, here.gradient
    mu = factor * g.norm(dim=-1) / (1 + w.norm(dim=-1))
    p, definite = torch.empty_like(w), torch.empty_like(mu, dtype=torch.bool)
    for part in blocks(len(w), surface.dimension):
        H = surface.hessian(w[part])
        identity = torch.eye(H.shape[-1], dtype=H.dtype, device=H.device)
        floor = H.shape[-1] * torch.finfo(H.dtype).eps * torch.linalg.matrix_norm(H)
        shift = torch.maximum(mu[part], floor)
        factorised, info = torch.linalg.cholesky_ex(H + shift[:, None, None] * identity)
        p[part] = -torch.cholesky_solve(g[part][..., None], factorised)[..., 0]
        definite[part] = (info == 0) & p[part].isfinite().all(-1)
    return p, definite
