"""Gradient descent on a manifold: w <- retract(w - gamma_t g), gamma_t = step / (1 + decay t).

Replicas that have arrived leave the batch, and the products run over the rest.
"""

from dataclasses import dataclass
from typing import final

from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas.surfaces import AbstractSurface

from ._arrival import under_way
from ._history import Watch
from ._method import AbstractDynamics, Journey
from ._pack import Pack
from ._validate import check_count, check_nonnegative, check_positive


@final
@dataclass(frozen=True)
class GradientDescent(AbstractDynamics):
    """Steps down the gradient with a length that falls like 1 / (1 + decay t).

    A replica stops where ||g|| <= tolerance times the surface's `gradient_scale`. A step costs one
    evaluation, the look that stops a replica one more.

    Args:
        step: gamma_0, above 0.
        decay: How fast the length falls with the step counter, at least 0.
        tolerance: The share of the gradient's scale at which a replica stops; 0 for never.
        max_steps: Steps at most, at least 0.

    Raises:
        ValueError: If a setting is out of its range.
    """

    step: float = 0.1
    decay: float = 0.0
    tolerance: float = 1e-4
    max_steps: int = 5000

    def __post_init__(self) -> None:
        check_positive("step", self.step)
        check_nonnegative("decay", self.decay)
        check_nonnegative("tolerance", self.tolerance)
        check_count("max_steps", self.max_steps)

    @property
    def num_steps(self) -> int:
        return self.max_steps

    def budget(self, surface: AbstractSurface) -> float:  # noqa: ARG002
        return self.max_steps + 1.0

    def move(
        self,
        surface: AbstractSurface,
        starts: Float[Tensor, "R P"],
        generator: Generator | None,  # noqa: ARG002
        watch: Watch,
    ) -> Journey:
        pack = Pack(starts, surface.gradient_scale(starts))
        for t in range(self.max_steps):
            g = surface.gradient(pack.w)
            pack.spend(1.0)
            g = g[pack.keep(under_way(surface, pack, g, self.tolerance))]
            if not len(pack):
                break
            pack.place(surface.manifold.retract(pack.w, -self.step / (1 + self.decay * t) * g))
            watch.step(pack.points, pack.w, pack.index)
        self._last_look(surface, pack)
        return pack.journey()

    def _last_look(self, surface: AbstractSurface, pack: Pack) -> None:
        """Whether the replicas that ran out of steps have arrived all the same."""
        if len(pack):
            pack.spend(1.0)
            pack.keep(under_way(surface, pack, surface.gradient(pack.w), self.tolerance))
