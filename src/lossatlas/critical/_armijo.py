"""Armijo's rule on the loss, point by point, down to the last digits.

A trial is accepted when the loss falls by 1e-4 of what the slope promises. Near a minimum that is
less than the loss can resolve; there a trial is accepted when the loss does not rise beyond its own
rounding and the gradient norm falls (compare the approximate rule of Hager and Zhang 2005).
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float, Int
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

    @classmethod
    def at(cls, surface: AbstractSurface, w: Float[Tensor, "A P"]) -> "Accepted":
        """Evaluate the surface at the rows of `w`."""
        return cls(w, surface.loss(w), surface.gradient(w))

    def select(self, rows: Tensor | slice) -> "Accepted":
        """Some of the rows, by mask, numbers or slice."""
        return Accepted(self.points[rows], self.loss[rows], self.gradient[rows])

    def replaced(self, rows: Int[Tensor, " K"], other: "Accepted") -> "Accepted":
        """A copy with some rows taken from another."""
        return Accepted(
            self.points.index_copy(0, rows, other.points),
            self.loss.index_copy(0, rows, other.loss),
            self.gradient.index_copy(0, rows, other.gradient),
        )


def accept(
    surface: AbstractSurface,
    here: Accepted,
    there: Accepted,
    rows: Int[Tensor, " K"],
    trial: Float[Tensor, "K P"],
    p: Float[Tensor, "K P"],
) -> tuple[Accepted, Bool[Tensor, " K"]]:
    """Judge a trial for some rows.

    Args:
        surface: The surface.
        here: Where the steps begin.
        there: The next points so far.
        rows: The rows that the trial is for.
        trial: The trial points.
        p: The steps whose slope sets the decrease that is asked for.

    Returns:
        The next points with the accepted trials put in, and which were accepted.
    """
    start, end = here.select(rows), Accepted.at(surface, trial)
    falls = end.loss <= start.loss + _SLOPE * (start.gradient * p).sum(-1)
    rounding = _ROUNDINGS * torch.finfo(p.dtype).eps * start.loss.abs()
    smaller = end.gradient.norm(dim=-1) < start.gradient.norm(dim=-1)
    good = falls | ((end.loss <= start.loss + rounding) & smaller)
    return there.replaced(rows[good], end.select(good)), good


def backtrack(surface: AbstractSurface, here: Accepted, p: Float[Tensor, "A P"]) -> Accepted:
    """Shorten each step until it is accepted; a point with none accepted stays.

    Args:
        surface: The surface.
        here: The points.
        p: Directions of descent.

    Returns:
        The next points.
    """
    there, share = here, 1.0
    rows = torch.arange(len(p), device=p.device)
    for _ in range(_TRIALS):
        trial = surface.manifold.retract(here.points[rows], share * p[rows])
        there, good = accept(surface, here, there, rows, trial, share * p[rows])
        rows, share = rows[~good], share * _SHRINK
        if not len(rows):
            break
    return there
