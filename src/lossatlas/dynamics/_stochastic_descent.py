"""Stochastic descent: each step follows the gradient of a random part of the couplings.

The spins are cut into `parts` blocks at random; a step takes the couplings whose first index is in
one block, and after `parts` steps every coupling has been used once and the blocks are drawn anew.
The published simulation behind figure 3 of Choromanska et al. 2015 splits the couplings J into P
independent tensors of unit variance, J = sum J_k / sqrt(P), and steps by the gradient of one J_k.
Here a block's gradient is an unbiased estimate of the whole gradient, and so sqrt(P) times as long
on average; the step is divided by sqrt(P) to be the same. The noise is not: blocks of the
symmetrised couplings share entries, and with p slots to fall in, the energy of a block fluctuates by
sqrt((1 + (p - 1) / P) / p) of what an independent part's does.
"""

from dataclasses import dataclass, field
from typing import final

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas.errors import misuse
from lossatlas.surfaces import AbstractSurface, SpinGlass

from ._closing import close, closing_budget, closing_steps, no_scale
from ._gradient_descent import GradientDescent
from ._history import Watch
from ._method import AbstractDynamics, Journey
from ._pack import Pack
from ._validate import check_count, check_nonnegative, check_positive, required


def _public_closing() -> GradientDescent:
    return GradientDescent(step=0.2, decay=0.0015, max_steps=1000)


@final
@dataclass(frozen=True)
class StochasticDescent(AbstractDynamics):
    """Steps by the gradient of a random part of a spin glass's couplings, then plain descent.

    Step t has the length step / (1 + decay t) / sqrt(parts) along the unbiased estimate. A step
    from m of N rows costs m/N evaluations.

    Args:
        step: The length of the first step, above 0.
        decay: How fast the length falls, at least 0.
        parts: Into how many parts the couplings are cut, from 1 (plain descent) to N.
        max_steps: Stochastic steps.
        closing: The descent after them; None for none.

    Raises:
        ValueError: If a setting is out of its range.
    """

    step: float = 0.3
    decay: float = 0.0015
    parts: int = 10
    max_steps: int = 1000
    closing: GradientDescent | None = field(default_factory=_public_closing)

    def __post_init__(self) -> None:
        check_positive("step", self.step)
        check_nonnegative("decay", self.decay)
        check_count("parts", self.parts, least=1)
        check_count("max_steps", self.max_steps)

    @property
    def num_steps(self) -> int:
        return self.max_steps + closing_steps(self.closing)

    def budget(self, surface: AbstractSurface) -> float:
        return self.max_steps / self.parts + closing_budget(surface, self.closing)

    def move(
        self,
        surface: AbstractSurface,
        starts: Float[Tensor, "R P"],
        generator: Generator | None,
        watch: Watch,
    ) -> Journey:
        glass, generator = self._glass(surface), required(generator, "StochasticDescent")
        pack = Pack(starts, no_scale(starts))
        rows: list[Tensor] = []
        for t in range(self.max_steps):
            rows = rows or self._cut(glass, generator)
            self._step(glass, pack, rows.pop(), t)
            watch.step(pack.points, pack.w, pack.index)
        return close(surface, pack.journey(), self.closing, watch)

    def _step(self, glass: SpinGlass, pack: Pack, rows: Tensor, t: int) -> None:
        length = self.step / (1 + self.decay * t) / self.parts**0.5
        g = glass.block_gradient(pack.w, rows)
        pack.spend(len(rows) / glass.size)
        pack.place(glass.manifold.retract(pack.w, -length * g))

    def _cut(self, glass: SpinGlass, generator: Generator) -> list[Tensor]:
        order = torch.randperm(glass.size, generator=generator, device=glass.device)
        return list(order.tensor_split(self.parts))

    def _glass(self, surface: AbstractSurface) -> SpinGlass:
        if not isinstance(surface, SpinGlass) or self.parts > surface.size:
            raise misuse(
                "surface",
                should=f"be a SpinGlass of at least {self.parts} spins",
                got=surface,
                remedy="Choose fewer `parts`, or descend by `GradientDescent`.",
            )
        return surface
