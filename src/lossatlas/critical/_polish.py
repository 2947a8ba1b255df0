"""The finishing steps: minimum-norm Newton steps from close by.

A damped step leaves the last digits along weak curvatures; -H^+ g has them, and, being orthogonal
to the kernel of H, does not slide along the orbit of a symmetry. A finishing step is taken only if
it is short and the gradient falls: finishing never carries a point to another critical point.
"""

from dataclasses import dataclass
from typing import final

from jaxtyping import Bool
from torch import Tensor

from lossatlas.surfaces import AbstractSurface

from ._examine import Examination, examine
from ._method import Arrival
from ._norms import lengths, room
from ._status import ROUNDING


@final
@dataclass(frozen=True)
class Polish:
    """Minimum-norm Newton steps that stay close.

    A step is taken when it is no longer than `reach` (1 + ||w||) and, at its end, the gradient is
    at most `contraction` times what it was. Points that would need a longer one are left alone.

    Args:
        max_steps: Steps at most; 0 for none.
        reach: The longest step, as a share of the point's size.
        contraction: The decrease of the gradient that is asked for.
    """

    max_steps: int = 6
    reach: float = 1e-3
    contraction: float = 0.5

    def finish(self, surface: AbstractSurface, arrival: Arrival) -> Arrival:
        """Take the finishing steps from each point.

        Args:
            surface: The surface.
            arrival: Where the searches ended.

        Returns:
            The finished points; a finishing step counts as an iteration.
        """
        w, iterations = arrival.points.clone(), arrival.iterations.clone()
        active = w.isfinite().all(-1).nonzero()[:, 0]
        for _ in range(self.max_steps):
            if not len(active):
                break
            here = examine(surface, w[active])
            trial = surface.manifold.retract(w[active], here.step)
            better = self._worth_it(surface, w[active], here, trial)
            active, trial = active[better], trial[better]
            w[active] = trial
            iterations[active] += 1
        return Arrival(w, iterations)

    def _worth_it(
        self, surface: AbstractSurface, w: Tensor, here: Examination, trial: Tensor
    ) -> Bool[Tensor, " A"]:
        short = here.newton_step <= self.reach * room(w)
        above = here.gradient_norm > ROUNDING / 100 * here.gradient_scale
        falls = lengths(surface.gradient(trial)) <= self.contraction * here.gradient_norm
        return short & above & falls
