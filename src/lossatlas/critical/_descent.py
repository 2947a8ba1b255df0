"""Descent: the loss falls at every step.

First plain gradient steps, each search with its own length: the first trial is the step of Barzilai
and Borwein 1988, then Armijo's rule. On a badly scaled surface these crawl, so after `max_plain` of
them come saddle-free Newton steps: still directions of descent, under the same rule, and no longer
than a share of the point's size. At the very end, where the loss can no longer resolve a decrease,
the gradient has to fall instead.
"""

from dataclasses import dataclass, field
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas.surfaces import AbstractSurface

from ._armijo import Accepted, backtrack
from ._method import AbstractMethod, Arrival
from ._norms import lengths
from ._polish import Polish
from ._pool import Pool
from ._saddle_free import SaddleFree
from ._status import ROUNDING


@final
@dataclass(frozen=True)
class Descent(AbstractMethod):
    """Plain descent, then saddle-free Newton steps that descend, then finishing steps.

    No stage can carry a search to a faraway critical point: the first two never let the loss rise
    and cut each step, and a finishing step is short (see `Polish`).

    Args:
        max_plain: Plain gradient steps at most.
        max_newton: Saddle-free Newton steps at most; 0 for plain descent alone.
        reach: The longest Newton step, as a share of the point's size.
        polish: The finishing minimum-norm steps.
    """

    max_plain: int = 50
    max_newton: int = 300
    reach: float = 0.1
    polish: Polish = field(default_factory=lambda: Polish(reach=1e-4))

    def search(self, surface: AbstractSurface, starts: Float[Tensor, "B P"]) -> Arrival:
        pool = Pool(starts)
        _plain(surface, pool, self.max_plain)
        pool.refill()
        _newton(surface, pool, SaddleFree(self.reach), self.max_newton)
        return self.polish.finish(surface, pool.arrival())


def _plain(surface: AbstractSurface, pool: Pool, max_steps: int) -> None:
    """Gradient steps from wherever the pool stands."""
    w = pool.moving
    here = Accepted.at(surface, w)
    length = here.gradient.norm(dim=-1).reciprocal() * 1e-2 * (1 + w.norm(dim=-1))
    for _ in range(max_steps):
        stay = _unfinished(surface, here)
        pool.retire(~stay)
        if not len(pool):
            return
        here, length = here.select(stay), length[stay]
        there = backtrack(surface, here, -length[:, None] * here.gradient)
        pool.place(there.points)
        length = _barzilai_borwein(here, there, length)
        here = there


def _newton(surface: AbstractSurface, pool: Pool, newton: SaddleFree, max_steps: int) -> None:
    """Saddle-free Newton steps from wherever the pool stands."""
    here = Accepted.at(surface, pool.moving)
    mu = newton.first(here)
    for _ in range(max_steps):
        stay = _unfinished(surface, here)
        pool.retire(~stay)
        if not len(pool):
            return
        here, mu = here.select(stay), mu[stay]
        there, mu = newton.step(surface, here, mu)
        pool.place(there.points)
        here = there


def _unfinished(surface: AbstractSurface, here: Accepted) -> Tensor:
    """The searches still on their way; NaN is the end of one."""
    scale = surface.gradient_scale(here.points)
    return lengths(here.gradient) > ROUNDING / 10 * scale


def _barzilai_borwein(here: Accepted, there: Accepted, length: Tensor) -> Tensor:
    """The first trial of the next step: <s, s> / <s, y>, or twice the last where that is no use."""
    s, y = there.points - here.points, there.gradient - here.gradient
    curved, moved = (s * y).sum(-1), s.square().sum(-1)
    taken = s.norm(dim=-1) / here.gradient.norm(dim=-1)
    fallback = torch.where(moved > 0, 2 * taken, length / 16)
    return torch.where(curved > 0, moved / curved, fallback)
