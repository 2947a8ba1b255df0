"""Langevin dynamics: dw = -grad H dt + sqrt(2 T) dB, with dB Brownian motion on the manifold.

Euler and Maruyama: a step along -dt g plus sqrt(2 T dt) times projected normal noise, then the
retraction. To first order in dt the retraction supplies the drift that keeps Brownian motion on a
curved manifold, so at a fixed temperature the law tends to the Gibbs law exp(-H / T), up to O(dt).
"""

from dataclasses import dataclass, field
from typing import final

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas.surfaces import AbstractSurface

from ._closing import close, closing_budget, closing_steps, no_scale
from ._cooling import AbstractCooling, Geometric, share_of
from ._gradient_descent import GradientDescent
from ._history import Watch
from ._method import AbstractDynamics, Journey
from ._pack import Pack
from ._validate import check_count, check_positive, required


@final
@dataclass(frozen=True)
class Langevin(AbstractDynamics):
    """Noisy gradient steps under a cooling schedule, then plain descent.

    A step costs one evaluation.

    Args:
        step: dt, above 0. Stable below 2 over the largest curvature met.
        cooling: The temperature over the steps.
        max_steps: Noisy steps.
        closing: The descent after them; None for none.

    Raises:
        ValueError: If a setting is out of its range.
    """

    step: float = 0.05
    cooling: AbstractCooling = field(default_factory=lambda: Geometric(1.0, 0.01))
    max_steps: int = 1000
    closing: GradientDescent | None = field(default_factory=lambda: GradientDescent(max_steps=1000))

    def __post_init__(self) -> None:
        check_positive("step", self.step)
        check_count("max_steps", self.max_steps)

    @property
    def num_steps(self) -> int:
        return self.max_steps + closing_steps(self.closing)

    def budget(self, surface: AbstractSurface) -> float:
        return self.max_steps + closing_budget(surface, self.closing)

    def move(
        self,
        surface: AbstractSurface,
        starts: Float[Tensor, "R P"],
        generator: Generator | None,
        watch: Watch,
    ) -> Journey:
        generator = required(generator, "Langevin")
        pack = Pack(starts, no_scale(starts))
        for t in range(self.max_steps):
            temperature = self.cooling.temperature(share_of(t, self.max_steps))
            pack.place(self._step(surface, pack.w, temperature, generator))
            pack.spend(1.0)
            watch.step(pack.points, pack.w, pack.index)
        return close(surface, pack.journey(), self.closing, watch)

    def _step(
        self, surface: AbstractSurface, w: Tensor, temperature: float, generator: Generator
    ) -> Tensor:
        noise = torch.randn(w.shape, generator=generator, dtype=w.dtype, device=w.device)
        size = (2 * temperature * self.step) ** 0.5
        v = size * surface.manifold.project(w, noise) - self.step * surface.gradient(w)
        return surface.manifold.retract(w, v)
