"""Minimisation of the squared gradient norm, by Levenberg and Marquardt's method.

Every critical point is a minimum of 1/2 ||g||^2, whatever its index; but not the other way round.
The search is monotone, so it ends near its start, and often at a gradient-flat place, where
H g = 0 and g is not (Frye et al. 2020). Those ends are counted, not hidden.
"""

from dataclasses import dataclass, field
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas.surfaces import AbstractSurface

from ._advance import LineSearch
from ._method import AbstractMethod, Arrival
from ._polish import Polish
from ._pool import Pool
from ._status import ROUNDING
from ._steps import AbstractStep, ShiftedSolve

_FACTOR = 4.0
_DAMPINGS = (1e-6, 1e3)


@final
@dataclass(frozen=True)
class GradientNorm(AbstractMethod):
    """Levenberg-Marquardt on 1/2 ||g||^2 with a line search.

    The damping is s = c ||g|| / (1 + ||w||) with a c of its own for each search: a quarter after a
    full step, four times as much after a cut one.

    Args:
        max_iterations: Iterations at most.
        step: How the damped step is solved for.
        line_search: When a step is accepted.
        patience: A search whose gradient norm fell by less than a hundredth over this many
            iterations is over.
        polish: The finishing minimum-norm steps.
    """

    max_iterations: int = 300
    step: AbstractStep = field(default_factory=ShiftedSolve)
    line_search: LineSearch = field(default_factory=LineSearch)
    patience: int = 40
    polish: Polish = field(default_factory=Polish)

    def search(self, surface: AbstractSurface, starts: Float[Tensor, "B P"]) -> Arrival:
        pool = Pool(starts)
        g = surface.gradient(pool.moving)
        factor = torch.ones_like(g[:, 0])
        before = torch.full_like(factor, torch.inf)
        for iteration in range(self.max_iterations):
            norm = g.norm(dim=-1)
            stay = norm > ROUNDING / 10 * surface.gradient_scale(pool.moving)  # NaN leaves
            if iteration % self.patience == 0:
                stay &= norm < 0.99 * before
                before = norm
            pool.retire(~stay)
            g, norm, factor, before = g[stay], norm[stay], factor[stay], before[stay]
            if not len(pool):
                break
            w = pool.moving
            p = self.step.solve(surface, w, g, factor * norm / (1 + w.norm(dim=-1)))
            moved, g = self.line_search.go(surface, w, g, p)
            pool.place(moved)
            whole = surface.manifold.retract(w, p) - w
            factor = _adapted(factor, (moved - w).norm(dim=-1) >= 0.99 * whole.norm(dim=-1))
        return self.polish.finish(surface, pool.arrival())


def _adapted(factor: Tensor, full: Tensor) -> Tensor:
    return torch.where(full, factor / _FACTOR, factor * _FACTOR).clamp(*_DAMPINGS)
