"""Simulated annealing: Metropolis moves on the sphere of a spin glass while it cools.

Energy differences are exact (see `_circle.py`), the running energy is summed from them, and now
and then it is computed anew: the largest difference found is the drift. The width of the proposed
angles follows the share that is accepted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import final

from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas.errors import misuse
from lossatlas.surfaces import AbstractSurface

from ._closing import close, closing_budget, closing_steps
from ._cooling import AbstractCooling, Geometric, share_of
from ._gradient_descent import GradientDescent
from ._history import Watch
from ._method import Journey
from ._together import AbstractTogether
from ._validate import check_count, check_positive, required
from ._walk import Walk, sweep_cost


@final
@dataclass(frozen=True)
class Annealing(AbstractTogether):
    """Sweeps of Metropolis moves under a cooling schedule, then plain descent.

    A sweep pairs the spins at random and tries to turn each pair once, by an angle that is normal
    with standard deviation `width`. A move contracts two of the N slices of the couplings with the
    point, so it costs 2/N evaluations and a sweep one (less 1/N where N is odd); computing the
    energy anew costs one more. With a `target`, after every sweep the width is multiplied by
    exp((accepted - target) / 2), within 1e-4 and pi; this is no longer exactly reversible, so give
    None where the law at a fixed temperature matters. The width is common to all replicas of a
    surface.

    Args:
        cooling: The temperature over the sweeps.
        sweeps: How many.
        width: The first standard deviation of the angles, above 0.
        target: The share of proposals to be accepted, between 0 and 1, or None to keep the width.
        refresh: Sweeps between two computations of the energy and of the norm from scratch.
        closing: The descent after the sweeps; None for none.

    Raises:
        ValueError: If a setting is out of its range.
    """

    cooling: AbstractCooling = field(default_factory=lambda: Geometric(1.0, 0.01))
    sweeps: int = 1000
    width: float = 0.5
    target: float | None = 0.4
    refresh: int = 50
    closing: GradientDescent | None = field(default_factory=lambda: GradientDescent(max_steps=1000))

    def __post_init__(self) -> None:
        check_count("sweeps", self.sweeps)
        check_positive("width", self.width)
        check_count("refresh", self.refresh, least=1)
        if self.target is not None and not 0 < self.target < 1:
            raise misuse(
                "target",
                should="lie between 0 and 1, or be None",
                got=self.target,
                remedy="About 0.4 moves fastest.",
            )

    @property
    def num_steps(self) -> int:
        return self.sweeps + closing_steps(self.closing)

    def budget(self, surface: AbstractSurface) -> float:
        moves = self.sweeps * sweep_cost(surface.dimension)
        return moves + self.sweeps // self.refresh + closing_budget(surface, self.closing)

    def move(
        self,
        surface: AbstractSurface,
        starts: Float[Tensor, "R P"],
        generator: Generator | None,
        watch: Watch,
    ) -> Journey:
        return self.move_together([surface], starts[None], generator, [watch])[0]

    def move_together(
        self,
        surfaces: Sequence[AbstractSurface],
        starts: Float[Tensor, "D R P"],
        generator: Generator | None,
        watches: Sequence[Watch],
    ) -> list[Journey]:
        generator = required(generator, "Annealing")
        walk = Walk.begin(surfaces, starts, self.width)
        for t in range(self.sweeps):
            walk.go(generator, self.cooling.temperature(share_of(t, self.sweeps)), self.target)
            if (t + 1) % self.refresh == 0:
                walk.refresh()
            walk.show(watches)
        return [
            close(surface, journey, self.closing, watch)
            for surface, journey, watch in zip(surfaces, walk.journeys(), watches, strict=True)
        ]
