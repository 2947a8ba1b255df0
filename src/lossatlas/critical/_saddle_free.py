"""The saddle-free Newton step of a descent, -(|H| + mu I)^{-1} g (Dauphin et al. 2014).

|H| has the eigenvectors of H and its eigenvalues' absolute values, so the step descends whatever
the signs, and goes far along weak curvatures of either sign. A long step down a curved valley ends
on its wall; so each trial is first led back to the floor by chord steps with the same matrix, and
judged there. After full steps mu falls to nothing, which gives fast convergence also where the
minima form a manifold and H is singular on it (Li, Fukushima, Qi and Yamashita 2004).
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas.surfaces import AbstractSurface

from ._advance import shorten
from ._armijo import Accepted, accept
from ._blocks import blocks
from ._norms import lengths, room
from ._tangent import TangentSpace

_UP, _DOWN = 5.0, 0.2
_SHARES = (1.0, 0.3, 0.05)


@final
@dataclass(frozen=True)
class SaddleFree:
    """Saddle-free Newton steps under Armijo's rule.

    Args:
        reach: The longest step, as a share of the point's size.
        chords: Chord steps after each trial.
    """

    reach: float
    chords: int = 2

    def first(self, here: Accepted) -> Float[Tensor, " A"]:
        """The mu to begin with."""
        return lengths(here.gradient) / room(here.points)

    def step(
        self, surface: AbstractSurface, here: Accepted, mu: Float[Tensor, " A"]
    ) -> tuple[Accepted, Float[Tensor, " A"]]:
        """One step of every search.

        Args:
            surface: The surface.
            here: The points.
            mu: The regularisation of each search.

        Returns:
            The next points and the next mu: a fifth after a full step, five times as much where
            nothing was accepted.
        """
        there, rate = here, torch.empty_like(mu)
        for part in blocks(len(mu), surface.dimension):
            rows = torch.arange(len(mu), device=mu.device)[part]
            end, share = self._block(surface, here.select(part), mu[part])
            there = there.replaced(rows, end)
            rate[part] = torch.where(share == 1, _DOWN, torch.where(share > 0, 1.0, _UP))
        return there, mu * rate

    def _block(
        self, surface: AbstractSurface, here: Accepted, mu: Tensor
    ) -> tuple[Accepted, Tensor]:
        """The first share of each step that is accepted, and that share, 0 where none is."""
        inverse = _Inverse.of(surface, here.points, mu)
        p = -inverse.times(here.gradient)
        p = shorten(p, self.reach * room(here.points))
        there, taken = here, torch.zeros_like(mu)
        rows = p.isfinite().all(-1).nonzero()[:, 0]
        for share in _SHARES:
            trial = surface.manifold.retract(here.points[rows], share * p[rows])
            for _ in range(self.chords):
                chord = -inverse.select(rows).times(surface.gradient(trial))
                trial = surface.manifold.retract(trial, surface.manifold.project(trial, chord))
            there, good = accept(surface, here, there, rows, trial, share * p[rows])
            taken[rows[good]] = share
            rows = rows[~good]
            if not len(rows):
                break
        return there, taken


@final
@dataclass(frozen=True, eq=False)
class _Inverse:
    """(|H| + mu I)^{-1} of a batch, by its eigenvectors; NaN where H is not finite."""

    Q: Float[Tensor, "A P k"]
    weights: Float[Tensor, "A k"]

    @classmethod
    def of(cls, surface: AbstractSurface, w: Tensor, mu: Tensor) -> "_Inverse":
        """Decompose the Hessian at each point."""
        space = TangentSpace.at(surface, w)
        H = space.matrix(surface.hessian(w))
        sane = H.isfinite().all(-1).all(-1)
        values, Q = torch.linalg.eigh(torch.where(sane[:, None, None], H, 0.0))
        size = values.abs()
        floor = H.shape[-1] * torch.finfo(H.dtype).eps * size.amax(-1)
        weights = 1 / (size + torch.maximum(mu, floor)[:, None])
        return cls(space.frame(Q), torch.where(sane[:, None], weights, torch.nan))

    def select(self, rows: Tensor) -> "_Inverse":
        """Those of some rows."""
        return _Inverse(self.Q[rows], self.weights[rows])

    def times(self, g: Tensor) -> Tensor:
        """The products with the rows of `g`."""
        along = self.Q.mT @ g[..., None]
        return (self.Q @ (self.weights[..., None] * along))[..., 0]
