"""How far to go along a proposed step."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas.surfaces import AbstractSurface


class AbstractAdvance(ABC):
    """How far along a step to go."""

    @abstractmethod
    def go(
        self,
        surface: AbstractSurface,
        w: Float[Tensor, "B P"],
        g: Float[Tensor, "B P"],
        p: Float[Tensor, "B P"],
    ) -> tuple[Float[Tensor, "B P"], Float[Tensor, "B P"]]:
        """The next points and their gradients.

        Args:
            surface: The surface.
            w: The points.
            g: The gradients there.
            p: The proposed steps.

        Returns:
            The next points and the gradients there. A point whose step is not finite stays, with
            a gradient that is not finite: its search has broken down.
        """


@final
@dataclass(frozen=True)
class Bold(AbstractAdvance):
    """The step itself, cut to `reach` (1 + ||w||), whether or not the gradient falls.

    Args:
        reach: The longest step as a share of the point's size.
    """

    reach: float = 0.3

    def go(
        self,
        surface: AbstractSurface,
        w: Float[Tensor, "B P"],
        g: Float[Tensor, "B P"],  # noqa: ARG002
        p: Float[Tensor, "B P"],
    ) -> tuple[Float[Tensor, "B P"], Float[Tensor, "B P"]]:
        p = shorten(p, self.reach * (1 + w.norm(dim=-1)))
        sane = p.isfinite().all(-1, keepdim=True)
        w = torch.where(sane, surface.manifold.retract(w, p), w)
        return w, torch.where(sane, surface.gradient(w), torch.nan)


@final
@dataclass(frozen=True)
class LineSearch(AbstractAdvance):
    """Backtracking until the squared gradient norm falls enough, point by point.

    ||g(w + a p)||^2 <= ||g||^2 + 2 rho a <Hg, p> (Frye et al. 2020). A monotone search: it stays
    near its start, and ends gradient-flat where ||g||^2 has a minimum that is no zero.

    Args:
        rho: The share of the predicted decrease that is asked for.
        shrink: The factor between trials.
        max_trials: Trials at most; a point with none accepted stays.
    """

    rho: float = 1e-4
    shrink: float = 0.4
    max_trials: int = 12

    def go(
        self,
        surface: AbstractSurface,
        w: Float[Tensor, "B P"],
        g: Float[Tensor, "B P"],
        p: Float[Tensor, "B P"],
    ) -> tuple[Float[Tensor, "B P"], Float[Tensor, "B P"]]:
        sane = p.isfinite().all(-1)
        slope = 2 * self.rho * (surface.hvp(w, g) * p).sum(-1)
        norm, next_w, next_g = g.square().sum(-1), w.clone(), g.clone()
        open_, share = sane.nonzero()[:, 0], 1.0
        for _ in range(self.max_trials):
            trial = surface.manifold.retract(w[open_], share * p[open_])
            gradient = surface.gradient(trial)
            good = gradient.square().sum(-1) <= norm[open_] + share * slope[open_]
            next_w[open_[good]], next_g[open_[good]] = trial[good], gradient[good]
            open_, share = open_[~good], share * self.shrink
            if not len(open_):
                break
        return next_w, torch.where(sane[:, None], next_g, torch.nan)


def shorten(p: Float[Tensor, "B P"], length: Float[Tensor, " B"]) -> Float[Tensor, "B P"]:
    """Steps no longer than given, in their own directions."""
    norm = p.norm(dim=-1)
    return p * torch.where(norm > length, length / norm, 1.0)[:, None]
