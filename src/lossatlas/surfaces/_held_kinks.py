"""Points held on kinks, for a batch, in float64 (the proof: `_kinks.py`).

With constant gates, those of below zero at held pre-activations, the loss is smooth, L_. Its gradient
is that of the held ones times multipliers c plus a rest. The loss rises off a kink on both sides where
c_j < 0 < c_j + (1 - b) p_j, b the slope below zero and p_j the derivative of L_ - sum c_i z_i by that unit's output.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from typing import final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ._flat_directions import ActivationPatterns
from ._network import Network
from ._pair_gram import full_hessian
from ._passes_in_balls import slope_below
from ._perceptron import Perceptron


@final
@dataclass(frozen=True, eq=False)
class Inside:
    """A surface with every point's gates constant, for one batch.

    Attributes:
        surface: The surface.
        gates: Of the hidden layers, (B, d_k, n) each; empty for an activation without kinks, which
            then stays as it is.
    """

    surface: Perceptron
    gates: list[Tensor]

    def network(self, w: Tensor, multipliers: list[Tensor] | None = None) -> Network:
        """The passes at the points.

        Args:
            w: The points.
            multipliers: c of what is held, zero elsewhere, like the gates.
        """
        plain = self.surface.network(w)
        return replace(plain, gates=self.gates, multipliers=multipliers) if self.gates else plain

    def loss(self, w: Tensor) -> Tensor:
        """The smooth loss, (B,)."""
        return self.network(w).loss

    def gradient(self, w: Tensor, multipliers: list[Tensor] | None = None) -> Tensor:
        """The gradient of the smooth loss less c . z, (B, P)."""
        return self.surface.join(self.network(w, multipliers).gradient())

    def hessian(self, w: Tensor, multipliers: list[Tensor] | None = None) -> Tensor:
        """Its Hessian, (B, P, P)."""
        return full_hessian(self.network(w, multipliers), self.surface.layout, w.shape[:-1])

    def pre_activations(self, w: Tensor) -> Tensor:
        """Those of all hidden layers, (B, D, n)."""
        return torch.cat(self.network(w).pre_activations, dim=-2)


@final
@dataclass(frozen=True, eq=False)
class HeldKinks:
    """The kinks that each point of a batch is held on, the first K places of a row of equal length.

    Attributes:
        smooth: The surface with the gates constant.
        valid: Which places hold a kink; the others are zero.
        units: The unit of each, hidden layers one after another.
        samples: Its sample.
        rows: The gradients of the held pre-activations.
        values: What these are.
        jump: 1 - b.
    """

    smooth: Inside
    valid: Bool[Tensor, "B K"]
    units: Tensor
    samples: Tensor
    rows: Float[Tensor, "B K P"]
    values: Float[Tensor, "B K"]
    jump: float

    def spread(self, c: Float[Tensor, "B K"]) -> list[Tensor] | None:
        """The multipliers at their places, (B, d_k, n) each; None where nothing is held."""
        if not self.valid.shape[1]:
            return None
        widths, n = self.smooth.surface.widths[1:-1], len(self.smooth.surface.inputs)
        flat = c.new_zeros(len(c), sum(widths) * n)
        # Places without a kink may point where another has its own: they add zero.
        flat.scatter_add_(1, self.units * n + self.samples, c * self.valid)
        return list(flat.unflatten(-1, (sum(widths), n)).split(list(widths), dim=1))

    def jumps(self, w: Float[Tensor, "B P"], c: Float[Tensor, "B K"]) -> Float[Tensor, "B K"]:
        """By how much the slope of L - c . z changes at each kink: (1 - b) p_j."""
        if not self.valid.shape[1]:
            return c
        pulls = torch.cat(self.smooth.network(w, self.spread(c)).pulls, dim=-2)
        return self.jump * self._at_places(pulls) * self.valid

    def at(self, w: Float[Tensor, "B P"]) -> Float[Tensor, "B K"]:
        """The held pre-activations at other points, with the same gates."""
        if not self.valid.shape[1]:
            return self.values
        return self._at_places(self.smooth.pre_activations(w)) * self.valid

    def _at_places(self, x: Tensor) -> Tensor:
        return x.flatten(1).gather(1, self.units * x.shape[-1] + self.samples)

    @cached_property
    def layers(self) -> Tensor:
        """The hidden layer of each, from 0."""
        ends = list(accumulate(self.smooth.surface.widths[1:-1]))[:-1]
        return sum((self.units >= end for end in ends), torch.zeros_like(self.units))


def held_kinks(
    surface: Perceptron, w: Float[Tensor, "B P"], patterns: ActivationPatterns
) -> HeldKinks:
    """The kinks of each point.

    Args:
        surface: The surface.
        w: The points.
        patterns: Their patterns, with what is held.
    """
    smooth, n = Inside(surface, patterns.gates), len(surface.inputs)
    jump = 1 - (slope_below(surface.activation) or 0.0)
    if patterns.held is None or not any(bool(part.any()) for part in patterns.held):
        none = torch.zeros(len(w), 0, dtype=torch.long, device=w.device)
        empty = w.new_zeros(len(w), 0, w.shape[-1])
        return HeldKinks(smooth, none.bool(), none, none, empty, w.new_zeros(len(w), 0), jump)
    flat = torch.cat(patterns.held, dim=1).flatten(1)
    most = int(flat.sum(-1).amax())
    places = flat.to(torch.uint8).argsort(dim=-1, descending=True, stable=True)[:, :most]
    valid = flat.gather(1, places)
    units, samples = places // n, places % n
    rows = pre_activation_slopes(smooth, w, units, samples) * valid[..., None]
    values = smooth.pre_activations(w).flatten(1).gather(1, places) * valid
    return HeldKinks(smooth, valid, units, samples, rows, values, jump)


def pre_activation_slopes(
    smooth: Inside, w: Float[Tensor, "B P"], units: Tensor, samples: Tensor
) -> Float[Tensor, "B K P"]:
    """The gradients of hidden pre-activations, K of each point.

    Args:
        smooth: The surface with constant gates.
        w: The points.
        units: Whose, hidden layers one after another, (B, K).
        samples: On which samples, (B, K).
    """
    network = smooth.network(w)
    ends = list(accumulate(smooth.surface.widths[1:-1], initial=0))
    parts: list[Tensor] = []
    delta = None
    for k in reversed(range(len(ends) - 1)):
        own = torch.arange(ends[k], ends[k + 1], device=w.device) == units[..., None]
        below = own.to(w.dtype)
        if delta is not None:
            gates = smooth.gates[k].mT.gather(1, _rows(samples, len(below[0, 0])))
            below = below + (delta @ network.weights[k + 1]) * gates
        delta, x = below, network.inputs[k]
        read = x.mT[samples] if x.ndim == 2 else x.mT.gather(1, _rows(samples, x.shape[-2]))
        block = (delta[..., :, None] * read[..., None, :]).flatten(-2)
        parts = [block, *([] if network.biases is None else [delta]), *parts]
    rows = torch.cat(parts, dim=-1)
    rest = rows.new_zeros(*rows.shape[:-1], smooth.surface.dimension - rows.shape[-1])
    return torch.cat([rows, rest], dim=-1)


def _rows(samples: Tensor, width: int) -> Tensor:
    return samples[..., None].expand(*samples.shape, width)
