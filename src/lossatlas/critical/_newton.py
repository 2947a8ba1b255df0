"""Newton's method towards critical points of any index.

Far from a critical point the length of the gradient is no guide: insisting that it falls ends in
gradient-flat places (Frye et al. 2020) or in valleys a thousand steps long. So the step is damped
and cut to a share of the point's own size, and taken whether the gradient falls or not. The damping
is proportional to ||g||, which near a critical manifold gives quadratic convergence without a full
rank Hessian (Fan and Yuan 2005), and the finishing steps then reach rounding level.
"""

from dataclasses import dataclass, field
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas.errors import misuse
from lossatlas.surfaces import AbstractSurface

from ._advance import AbstractAdvance, Bold
from ._method import AbstractMethod, Arrival
from ._norms import lengths, room
from ._polish import Polish
from ._pool import Pool
from ._status import ROUNDING
from ._steps import AbstractStep, ShiftedSolve

_NEAR = 1e-8


@final
@dataclass(frozen=True)
class Newton(AbstractMethod):
    """Damped Newton steps towards critical points of any index.

    At iteration t the damping is s = c_t ||g|| / (1 + ||w||), with c_t falling from `damping` to
    `least_damping` over `cycle` iterations and then from the top again: a search that has not
    arrived meets both careful and bold steps. By itself s keeps the step below (1 + ||w||) / (2 c).

    Args:
        max_iterations: Iterations at most.
        step: How the damped step is solved for.
        advance: How far along the step to go. `Bold` cuts it to a share of the point's size;
            `LineSearch` insists that the squared gradient norm falls.
        damping: c at the start of a cycle; 0 for plain Newton steps.
        least_damping: c at its end, above 0 and at most `damping` where that is not 0.
        cycle: The iterations of a cycle.
        polish: The finishing minimum-norm steps.

    Raises:
        ValueError: If the dampings are not such numbers.
    """

    max_iterations: int = 300
    step: AbstractStep = field(default_factory=ShiftedSolve)
    advance: AbstractAdvance = field(default_factory=Bold)
    damping: float = 1.0
    least_damping: float = 1e-6
    cycle: int = 40
    polish: Polish = field(default_factory=Polish)

    def __post_init__(self) -> None:
        if self.damping != 0 and not 0 < self.least_damping <= self.damping:
            raise misuse(
                "damping",
                should=f"be 0, or at least `least_damping` ({self.least_damping:g}), which is above 0",
                got=self.damping,
                remedy="`damping=0.0` takes plain Newton steps.",
            )

    def search(self, surface: AbstractSurface, starts: Float[Tensor, "B P"]) -> Arrival:
        pool = Pool(starts)
        g = surface.gradient(pool.moving)
        scale = surface.gradient_scale(pool.moving)
        for iteration in range(self.max_iterations):
            stay = _under_way(surface, pool.moving, g, scale)
            pool.retire(~stay)
            g, scale = g[stay], scale[stay]
            if not len(pool):
                break
            w = pool.moving
            p = self.step.solve(surface, w, g, self._damping(w, g, iteration))
            w, g = self.advance.go(surface, w, g, p)
            pool.place(w)
        return self.polish.finish(surface, pool.arrival())

    def _damping(self, w: Tensor, g: Tensor, iteration: int) -> Tensor:
        if self.damping == 0:
            return torch.zeros_like(lengths(g))
        share = (iteration % self.cycle) / max(1, self.cycle - 1)
        factor = self.damping * float((self.least_damping / self.damping) ** share)
        return factor * lengths(g) / room(w)


def _under_way(surface: AbstractSurface, w: Tensor, g: Tensor, scale: Tensor) -> Tensor:
    """The searches that have neither arrived nor broken down.

    The scale of the gradient costs a singular value decomposition for each matrix, so it is asked
    for anew only where the gradient is already small on the scale of the start.
    """
    norm = lengths(g)
    stay = norm.isfinite()
    near = (stay & (norm <= _NEAR * scale)).nonzero()[:, 0]
    if len(near):
        stay[near] = norm[near] > ROUNDING / 10 * surface.gradient_scale(w[near])
    return stay
