"""Simulated annealing: Metropolis moves on the sphere of a spin glass while it cools.

Energy differences are exact (see `_circle.py`), the running energy is summed from them, and now
and then it is computed anew: the largest difference found is the drift. The width of the proposed
angles follows the share that is accepted.
"""

from dataclasses import dataclass, field
from math import exp, pi
from typing import final

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas.errors import misuse
from lossatlas.surfaces import AbstractSurface, SpinGlass

from ._closing import close, closing_budget, closing_steps, no_scale
from ._cooling import AbstractCooling, Geometric, share_of
from ._gradient_descent import GradientDescent
from ._history import Watch
from ._method import AbstractDynamics, Journey
from ._metropolis import Proposals, sweep
from ._pack import Pack
from ._validate import check_count, check_positive, required

_GAIN = 0.5
_NARROWEST = 1e-4


@final
@dataclass(frozen=True)
class Annealing(AbstractDynamics):
    """Sweeps of Metropolis moves under a cooling schedule, then plain descent.

    A sweep pairs the spins at random and tries to turn each pair once, by an angle that is normal
    with standard deviation `width`. A move contracts two of the N slices of the couplings with the
    point, so it costs 2/N evaluations and a sweep one (less 1/N where N is odd); computing the
    energy anew costs one more. With a `target`, after every sweep the width is multiplied by
    exp((accepted - target) / 2), within 1e-4 and pi; this is no longer exactly reversible, so give
    None where the law at a fixed temperature matters. The width is common to all replicas.

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
        moves = self.sweeps * _sweep_cost(surface.dimension)
        return moves + self.sweeps // self.refresh + closing_budget(surface, self.closing)

    def move(
        self,
        surface: AbstractSurface,
        starts: Float[Tensor, "R P"],
        generator: Generator | None,
        watch: Watch,
    ) -> Journey:
        glass, generator = _glass(surface), required(generator, "Annealing")
        pack = Pack(starts, no_scale(starts))
        walk = _Walk(glass, pack, self.width)
        for t in range(self.sweeps):
            walk.go(generator, self.cooling.temperature(share_of(t, self.sweeps)), self.target)
            if (t + 1) % self.refresh == 0:
                walk.refresh()
            watch.step(pack.points, pack.w, pack.index)
        return close(surface, pack.journey(walk.details()), self.closing, watch)


@final
class _Walk:
    """The state of a run: points as columns, their running energies, the width of the angles."""

    def __init__(self, glass: SpinGlass, pack: Pack, width: float) -> None:
        self._glass, self._pack, self._width = glass, pack, width
        self._scale = float(glass.size) ** (-(glass.order - 1) / 2)
        self._points = pack.w.T.contiguous()
        self._energy = glass.loss(pack.w)
        self._drift = 0.0
        self._accepted: list[float] = []

    def go(self, generator: Generator, temperature: float, target: float | None) -> None:
        """One sweep."""
        draw = Proposals.draw(self._points, generator, width=self._width, temperature=temperature)
        accepted = sweep(self._glass.couplings, self._scale, self._points, self._energy, draw)
        self._pack.place(self._points.T)
        self._pack.spend(_sweep_cost(self._glass.size))
        self._accepted.append(accepted)
        if target is not None:
            self._width = min(max(self._width * exp(_GAIN * (accepted - target)), _NARROWEST), pi)

    def refresh(self) -> None:
        """Norm and energy from scratch, and by how much the running energy was off."""
        w = self._pack.w
        w = self._glass.manifold.retract(w, torch.zeros_like(w))
        energy = self._glass.loss(w)
        if len(w):
            self._drift = max(self._drift, float((self._energy - energy).abs().max()))
        self._points.copy_(w.T)
        self._energy.copy_(energy)
        self._pack.spend(1.0)

    def details(self) -> dict[str, float]:
        """What a run tells beside its ends."""
        mean = sum(self._accepted) / len(self._accepted) if self._accepted else float("nan")
        return {"energy_drift": self._drift, "acceptance": mean, "last_width": self._width}


def _sweep_cost(size: int) -> float:
    return (size - size % 2) / size


def _glass(surface: AbstractSurface) -> SpinGlass:
    if not isinstance(surface, SpinGlass):
        raise misuse(
            "surface",
            should="be a SpinGlass",
            got=type(surface).__name__,
            remedy="Use `Langevin`, which asks for gradients alone.",
        )
    return surface
