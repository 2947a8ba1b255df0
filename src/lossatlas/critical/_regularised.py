"""The regularised Newton step of a descent: -(H + mu I)^{-1} g, with H + mu I positive definite.

Whether mu exceeds -lambda_min is what the Cholesky factorisation tells; if not, mu grows and the
search waits an iteration. After full steps mu falls to nothing, which gives fast convergence also
where the minima form a manifold and H is singular on it (Li, Fukushima, Qi and Yamashita 2004). A
long step down a curved valley ends on its wall, so each trial is first led back to the floor by
chord steps with the same factor, and judged there.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from lossatlas.surfaces import AbstractSurface

from ._advance import shorten
from ._armijo import Accepted, accept
from ._blocks import blocks

_UP, _CUT, _DOWN = 5.0, 1.5, 0.2
_SHARES = (1.0, 0.3, 0.05)


@final
@dataclass(frozen=True)
class Regularised:
    """Regularised Newton steps under Armijo's rule.

    Args:
        reach: The longest step, as a share of the point's size.
        chords: Chord steps after each trial.
    """

    reach: float
    chords: int = 2

    def first(self, here: Accepted) -> Float[Tensor, " A"]:
        """The mu to begin with."""
        return here.gradient.norm(dim=-1) / (1 + here.points.norm(dim=-1))

    def step(
        self, surface: AbstractSurface, here: Accepted, mu: Float[Tensor, " A"]
    ) -> tuple[Accepted, Float[Tensor, " A"]]:
        """One step of every search.

        Args:
            surface: The surface.
            here: The points.
            mu: The regularisation of each search.

        Returns:
            The next points and the next mu.
        """
        parts = [
            self._block(surface, here.select(part), mu[part])
            for part in blocks(len(mu), surface.dimension)
        ]
        there = Accepted(
            torch.cat([part[0].points for part in parts]),
            torch.cat([part[0].loss for part in parts]),
            torch.cat([part[0].gradient for part in parts]),
        )
        return there, torch.cat([part[1] for part in parts])

    def _block(
        self, surface: AbstractSurface, here: Accepted, mu: Tensor
    ) -> tuple[Accepted, Tensor]:
        H = surface.hessian(here.points)
        identity = torch.eye(H.shape[-1], dtype=H.dtype, device=H.device)
        floor = H.shape[-1] * torch.finfo(H.dtype).eps * torch.linalg.matrix_norm(H)
        mu = torch.maximum(mu, floor)
        factor, info = torch.linalg.cholesky_ex(H + mu[:, None, None] * identity)
        p = -_solve(factor, here.gradient)
        definite = (info == 0) & p.isfinite().all(-1)
        p = shorten(p, self.reach * (1 + here.points.norm(dim=-1)))
        there, share = self._search(surface, here, p, factor, definite)
        rate = torch.where(share == 1, _DOWN, torch.where(share > 0, _CUT, _UP))
        return there, mu * rate

    def _search(
        self,
        surface: AbstractSurface,
        here: Accepted,
        p: Tensor,
        factor: Tensor,
        definite: Bool[Tensor, " A"],
    ) -> tuple[Accepted, Tensor]:
        """The first share of each step that is accepted, and that share, 0 where none is."""
        there, taken = here, torch.zeros_like(here.loss)
        open_ = definite.nonzero()[:, 0]
        for share in _SHARES:
            start = here.select(open_)
            trial = start.points + share * p[open_]
            for _ in range(self.chords):
                trial = trial - _solve(factor[open_], surface.gradient(trial))
            there, good = accept(surface, here, there, open_, trial, share * p[open_])
            taken[open_[good]] = share
            open_ = open_[~good]
            if not len(open_):
                break
        return there, taken


def _solve(factor: Tensor, g: Tensor) -> Tensor:
    return torch.cholesky_solve(g[..., None], factor)[..., 0]
