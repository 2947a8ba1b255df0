"""The state of annealing: points as columns, their running energies, the widths of the angles."""

from collections.abc import Sequence
from math import pi
from typing import final

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas.errors import misuse
from lossatlas.linalg import forecast
from lossatlas.surfaces import AbstractSurface, SpinGlass

from ._history import Watch
from ._method import Journey
from ._metropolis import Proposals, sweep

_GAIN = 0.5
_NARROWEST = 1e-4


@final
class Walk:
    """Metropolis walks on several spin glasses of one order, size and floating type.

    Replicas whose starts are not finite propose and accept nothing, are charged nothing, and end
    where they were.

    Args:
        glasses: The spin glasses.
        starts: The starts on each.
        width: The first standard deviation of the angles, for each.
    """

    def __init__(
        self, glasses: Sequence[SpinGlass], starts: Float[Tensor, "D R P"], width: float
    ) -> None:
        self._glasses, self._starts = glasses, starts
        first = glasses[0]
        self._scale = float(first.size) ** (-(first.order - 1) / 2)
        self._tensors = _stacked(glasses)
        self._finite = starts.isfinite().all(-1)
        self._points = starts.mT.contiguous()
        self._energy = self._exact()
        self._width = starts.new_full((len(glasses),), width)
        self._drift = starts.new_zeros(len(glasses))
        self._accepted = starts.new_zeros(len(glasses))
        self._sweeps, self._refreshes = 0, 0

    @classmethod
    def begin(
        cls, surfaces: Sequence[AbstractSurface], starts: Float[Tensor, "D R P"], width: float
    ) -> "Walk":
        """A walk on what should be spin glasses alike.

        Raises:
            ValueError: If they are not.
        """
        glasses = [surface for surface in surfaces if isinstance(surface, SpinGlass)]
        kinds = {(glass.order, glass.size, glass.dtype) for glass in glasses}
        if len(glasses) < len(surfaces) or len(kinds) > 1:
            raise misuse(
                "surface",
                should="be a SpinGlass, several of one order, size and dtype",
                got=", ".join(sorted({repr(surface) for surface in surfaces})),
                remedy="Use `Langevin` elsewhere; run other shapes apart.",
            )
        return cls(glasses, starts, width)

    def go(self, generator: Generator, temperature: float, target: float | None) -> None:
        """One sweep."""
        draw = Proposals.draw(self._points, generator, width=self._width, temperature=temperature)
        shares = sweep(self._tensors, self._scale, self._points, self._energy, draw)
        accepted = shares.sum(-1) / self._finite.sum(-1)
        self._accepted += accepted
        self._sweeps += 1
        if target is not None:
            width = self._width * torch.exp(_GAIN * (accepted - target))
            self._width = width.clamp(_NARROWEST, pi)

    def refresh(self) -> None:
        """Norm and energy from scratch, and by how much the running energy was off."""
        w = self._points.mT
        w = self._glasses[0].manifold.retract(w, torch.zeros_like(w))
        self._points = w.mT.contiguous()
        energy = self._exact()
        off = (self._energy - energy).abs().where(self._finite, 0.0)
        self._drift = torch.maximum(self._drift, off.amax(-1))
        self._energy = energy
        self._refreshes += 1

    def show(self, watches: Sequence[Watch]) -> None:
        """Let each watch look at its surface's points."""
        for watch, starts, points, finite in zip(
            watches, self._starts, self._points.mT, self._finite, strict=True
        ):
            index = finite.nonzero()[:, 0]
            watch.step(starts, points[index], index)

    def journeys(self) -> list[Journey]:
        """Where everything stands, and what it cost."""
        points = torch.where(self._finite[..., None], self._points.mT, self._starts)
        cost = self._sweeps * sweep_cost(points.shape[-1]) + self._refreshes
        return [
            Journey(
                points=own,
                evaluations=finite.double() * cost,
                steps=finite.long() * self._sweeps,
                converged=torch.zeros_like(finite),
                details=self._details(k),
            )
            for k, (own, finite) in enumerate(zip(points, self._finite, strict=True))
        ]

    def _details(self, k: int) -> dict[str, float]:
        return {
            "energy_drift": float(self._drift[k]),
            "acceptance": float(self._accepted[k]) / max(self._sweeps, 1),
            "last_width": float(self._width[k]),
        }

    def _exact(self) -> Float[Tensor, "D R"]:
        """The energies from scratch."""
        together = zip(self._glasses, self._points.mT, strict=True)
        return torch.stack([glass.loss(points) for glass, points in together])


def sweep_cost(size: int) -> float:
    """The evaluations of a sweep: two of N slices for each of the N // 2 pairs."""
    return (size - size % 2) / size


def _stacked(glasses: Sequence[SpinGlass]) -> Tensor:
    """The symmetric tensors of several glasses; one is not copied."""
    if len(glasses) == 1:
        return glasses[0].couplings[None]
    one = glasses[0].size ** glasses[0].order * glasses[0].dtype.itemsize
    forecast(
        2 * len(glasses) * one,
        purpose=f"The couplings of {len(glasses)} spin glasses side by side",
        remedy="Pass fewer of them in one call.",
        device=glasses[0].device,
    )
    return torch.stack([glass.couplings for glass in glasses])
