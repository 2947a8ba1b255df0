"""A batch of points, each with its gates and the pre-activations that it holds at zero.

Gates are part of the state, not read off the points: at a pre-activation that a step took to zero, or
that was let go of, rounding decides the sign. Two kinds follow from the rest. Where one unit on its kink is
all that a sample passes on, the units above are zero with it, and their gates are those of the
multiples. And what nothing above reads has no kink, so that it is not held.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from lossatlas.surfaces import (
    ActivationPatterns,
    Inside,
    Perceptron,
    activation_patterns,
    alone_on_kinks,
    reaching_samples,
    slope_below,
)


@final
@dataclass(frozen=True, eq=False)
class OnKinks:
    """A batch of points, each with its gates and what it holds.

    Attributes:
        surface: The surface.
        points: The points.
        gates: phi' of all hidden layers, one after another, as below zero where it is held; no units
            for an activation that is not piecewise linear.
        held: Which pre-activations are held at zero.
    """

    surface: Perceptron
    points: Float[Tensor, "B P"]
    gates: Float[Tensor, "B D n"]
    held: Bool[Tensor, "B D n"]

    @classmethod
    def at(cls, surface: Perceptron, points: Tensor, *, on_kink: float) -> "OnKinks":
        """The points with what is zero to rounding held."""
        patterns = activation_patterns(surface, points, on_kink=on_kink)
        none = points.new_zeros(len(points), 0, len(surface.inputs))
        gates = torch.cat([none, *patterns.gates], dim=1)
        held = torch.zeros_like(gates, dtype=torch.bool)
        if patterns.held is not None:
            held = torch.cat(patterns.held, dim=1)
        return cls(surface, points.clone(), gates, held).settled()

    @property
    def below(self) -> float:
        """The activation's slope below zero; 1 for one without a kink."""
        below = slope_below(self.surface.activation)
        return 1.0 if below is None else below

    @property
    def has_kinks(self) -> bool:
        """Whether the activation has a kink."""
        return self.below != 1

    @property
    def patterns(self) -> ActivationPatterns:
        """The gates by layer, and what is held."""
        infinite = self.points.new_full((len(self.points),), torch.inf)
        if not self.gates.shape[1]:
            return ActivationPatterns([], infinite)
        held = self._by_layer(self.held) if self.has_kinks else None
        return ActivationPatterns(self._by_layer(self.gates), infinite, held)

    @property
    def inside(self) -> Inside:
        """The surface with these gates."""
        return Inside(self.surface, self.patterns.gates)

    def part(self, rows: Tensor) -> "OnKinks":
        """Some of the points."""
        return OnKinks(self.surface, self.points[rows], self.gates[rows], self.held[rows])

    def put(self, rows: Tensor, part: "OnKinks") -> None:
        """Replace some of the points."""
        self.points[rows] = part.points
        self.gates[rows] = part.gates
        self.held[rows] = part.held

    def moved(self, points: Tensor) -> "OnKinks":
        """The same gates at other points."""
        return OnKinks(self.surface, points, self.gates, self.held)

    def holding(self, rows: Tensor, places: Tensor) -> "OnKinks":
        """Hold what some points have run into; what nothing above reads goes through instead.

        Args:
            rows: The points.
            places: Of each the unit times the samples plus the sample.
        """
        n = self.gates.shape[-1]
        at = rows, places // n, places % n
        gates, held = self.gates.clone(), self.held.clone()
        before = gates[at]
        held[at], gates[at] = True, self.below
        after = OnKinks(self.surface, self.points, gates, held).settled()
        through = ~after.held[at]
        one = torch.ones_like(before)
        other = torch.where(before == 1, self.below * one, one)
        after.gates[at] = torch.where(through, other, after.gates[at])
        return after

    def letting_go(self, rows: Tensor, places: Tensor, upwards: Tensor) -> "OnKinks":
        """Hold what some points hold no more, with the gates of one side.

        Args:
            rows: The points.
            places: As for `holding`.
            upwards: To which side.
        """
        n = self.gates.shape[-1]
        at = rows, places // n, places % n
        gates, held = self.gates.clone(), self.held.clone()
        held[at] = False
        one = torch.ones_like(gates[at])
        gates[at] = torch.where(upwards, one, self.below * one)
        return OnKinks(self.surface, self.points, gates, held).settled()

    def settled(self) -> "OnKinks":
        """With the gates that follow from the rest, and without what nothing reads."""
        if not self.has_kinks or len(self.surface.widths) == 3:
            return self
        gates, held = self._by_layer(self.gates), self._by_layer(self.held)
        if self.below == 0 and not self.surface.biases:
            gates = self._following(gates, held)
        reaching = reaching_samples(gates, held)
        held = [part & above[:, None, :] for part, above in zip(held, reaching, strict=True)]
        return OnKinks(self.surface, self.points, torch.cat(gates, dim=1), torch.cat(held, dim=1))

    def _following(self, gates: list[Tensor], held: list[Tensor]) -> list[Tensor]:
        found = [gates[0]]
        alone = alone_on_kinks(gates[0], held[0], biases=False)
        follows, x = alone, held[0].to(self.points.dtype)
        matrices = self.surface.columns.split(self.points)[1:-1]
        for W, own, on_kinks in zip(matrices, gates[1:], held[1:], strict=True):
            z = W @ x
            gate = torch.where(follows[:, None, :], (z > 0).to(z.dtype), own)
            found.append(gate)
            alone = alone_on_kinks(gate, on_kinks, biases=False) & ~follows
            x = torch.where(alone[:, None, :], on_kinks.to(z.dtype), gate * z)
            follows = follows | alone
        return found

    def _by_layer(self, x: Tensor) -> list[Tensor]:
        return list(x.split(list(self.surface.widths[1:-1]), dim=1))
