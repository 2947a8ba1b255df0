"""Armijo's rule on the loss, point by point, down to the last digits.

A trial is accepted when the loss falls by 1e-4 of what the slope promises. Near a minimum that is
less than the loss can resolve; there a trial is accepted when the loss does not rise beyond its own
rounding and the gradient norm falls (compare the approximate rule of Hager and Zhang 2005).
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from lossatlas.surfaces import AbstractSurface

_SLOPE = 1e-4
_SHRINK = 0.3
_TRIALS = 12
_ROUNDINGS = 64


@final
@dataclass(frozen=True, eq=False)
class Accepted:
    """Points of a descent with what is known there."""

    points: Float[Tensor, "A P"]
    loss: Float[Tensor, " A"]
    gradient: Float[Tensor, "A P"]

    def select(self, mask: Bool[Tensor, " A"]) -> "Accepted":
        """Those of a mask."""
        return Accepted(self.points[mask], self.loss[mask], self.gradient[mask])


def backtrack(
    surface: AbstractSurface, here: Accepted, p: Float[Tensor, "A P"], *, trials: int = _TRIALS
) -> Accepted:
    """Shorten each step until it is accepted; a point with none accepted stays.

    Args:
        surface: The surface.
        here: The points.
        p: Directions of descent.
        trials: Trials at most.

    Returns:
        The next points.
    """
    w, loss, gradient = here.points.clone(), here.loss.clone(), here.gradient.clone()
    slope, norm = (here.gradient * p).sum(-1), here.gradient.norm(dim=-1)
    rounding = _ROUNDINGS * torch.finfo(w.dtype).eps * here.loss.abs()
    open_, share = torch.arange(len(w), device=w.device), 1.0
    for _ in range(trials):
        trial = here.points[open_] + share * p[open_]
        value, g = surface.loss(trial), surface.gradient(trial)
        falls = value <= here.loss[open_] + _SLOPE * share * slope[open_]
        level = value <= here.loss[open_] + rounding[open_]
        good = falls | (level & (g.norm(dim=-1) < norm[open_]))
        rows = open_[good]
        w[rows], loss[rows], gradient[rows] = trial[good], value[good], g[good]
        open_, share = open_[~good], share * _SHRINK
        if not len(open_):
            break
    return Accepted(w, loss, gradient)
