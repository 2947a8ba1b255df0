"""Points held on kinks of the only hidden layer, for a batch, in float64 (the proof: `_kinks.py`).

With the gates of the held pre-activations as below zero the loss is smooth, L_. Its gradient is that
of the held ones times c plus a rest; the loss rises off a kink on both sides where
c_i < 0 < c_i + (1 - b) delta_i, b the slope below zero.
"""

from dataclasses import dataclass, replace
from typing import final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ._activations import AbstractActivation, Gauge
from ._flat_directions import ActivationPatterns
from ._passes_in_balls import slope_below
from ._perceptron import Perceptron


@final
@dataclass(frozen=True, eq=False)
class FixedGates(AbstractActivation):
    """Each point's own gates on the only hidden layer: gate times z.

    Attributes:
        gates: (B, d_1, n).
    """

    gates: Tensor

    @property
    def gauge(self) -> Gauge:
        return Gauge.SCALING

    @property
    def third_bound(self) -> float:
        return 0.0

    def value(self, z: Tensor) -> Tensor:
        return self.gates * z

    def first(self, z: Tensor, x: Tensor) -> Tensor:  # noqa: ARG002
        return self.gates.expand_as(z)

    def second(self, x: Tensor, first: Tensor) -> None:  # noqa: ARG002
        return None


@final
@dataclass(frozen=True, eq=False)
class HeldKinks:
    """The kinks that each point of a batch is held on, the first K places of a row of equal length.

    Attributes:
        smooth: The surface with the gates fixed, for this batch alone.
        valid: Which places hold a kink; the others are zero.
        units: The unit of each.
        samples: Its sample.
        rows: The gradients of the held pre-activations.
        jumps: (1 - b) delta_i.
    """

    smooth: Perceptron
    valid: Bool[Tensor, "B K"]
    units: Tensor
    samples: Tensor
    rows: Float[Tensor, "B K P"]
    jumps: Float[Tensor, "B K"]


def _fixed(surface: Perceptron, patterns: ActivationPatterns) -> Perceptron:
    """The surface with every point's gates fixed; itself where it has no kink or is deeper."""
    below = slope_below(surface.activation)
    if below is None or below == 1 or len(surface.widths) != 3:
        return surface
    return replace(surface, activation=FixedGates(patterns.gates[0]))


def held_kinks(
    surface: Perceptron, w: Float[Tensor, "B P"], patterns: ActivationPatterns
) -> HeldKinks:
    """The kinks of each point.

    Args:
        surface: The surface.
        w: The points.
        patterns: Their patterns, with what is held.
    """
    smooth, n = _fixed(surface, patterns), len(surface.inputs)
    if patterns.held is None:
        none = torch.zeros(len(w), 0, dtype=torch.long, device=w.device)
        empty = w.new_zeros(len(w), 0, w.shape[-1])
        return HeldKinks(smooth, none.bool(), none, none, empty, w.new_zeros(len(w), 0))
    flat = patterns.held.flatten(1)
    most = int(flat.sum(-1).amax()) if len(w) else 0
    places = flat.to(torch.uint8).argsort(dim=-1, descending=True, stable=True)[:, :most]
    valid = flat.gather(1, places)
    units, samples = places // n, places % n
    rows = _rows(surface, units, samples) * valid[..., None]
    below = slope_below(surface.activation) or 0.0
    jumps = (1 - below) * _by_outputs(smooth, w).flatten(1).gather(1, places) * valid
    return HeldKinks(smooth, valid, units, samples, rows, jumps)


def _rows(surface: Perceptron, units: Tensor, samples: Tensor) -> Tensor:
    X = surface.inputs
    if surface.biases:
        X = torch.cat([X, torch.ones_like(X[:, :1])], dim=1)
    own = torch.nn.functional.one_hot(units, surface.widths[1]).to(X.dtype)
    first = (own[..., :, None] * X[samples][..., None, :]).flatten(-2)
    rest = X.new_zeros(*first.shape[:-1], surface.dimension - first.shape[-1])
    rows = torch.cat([first, rest], dim=-1)
    back = surface.columns.back
    return rows if back is None else rows.index_select(-1, back)


def _by_outputs(smooth: Perceptron, w: Tensor) -> Tensor:
    """The derivative of the loss by each hidden output: (B, d_1, n)."""
    targets = smooth.criterion.prepare(smooth.targets, smooth.inputs, smooth.widths[-1])
    slope, _ = smooth.criterion.derivatives(smooth.outputs(w).mT, targets.T)
    weight = 1 / len(smooth.inputs) if smooth.reduction == "mean" else 1.0
    W_2 = smooth.columns.split(w)[-1][..., : smooth.widths[1]]
    found: Tensor = weight * (W_2.mT @ slope)
    return found
