"""Forward passes of a perceptron in balls: with its activation, or with constant gates.

With its activation, the pass proves the sign of every pre-activation too, or finds one that cannot
be told from zero. Where nothing that a unit reads can differ from zero, by closed gates below and
without a bias, the unit gives zero on a whole neighbourhood, and there is no sign to be proved. Where
all that can is the output of one unit that is held on its kink, the unit follows: its pre-activation
is a multiple of that output, and the sign that is proved is the multiple's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from flint import arb, arb_mat

from ._activations import (
    AbstractActivation,
    Identity,
    LeakyReLU,
    ReLU,
    Softplus,
    Tanh,
)
from ._pattern import Array
from ._perceptron_bounds import Slopes
from ._perceptron_in_balls import Passes, Rows


@final
@dataclass(frozen=True)
class Kink:
    """A pre-activation that cannot be told from zero: its hidden layer, unit and sample, from 1."""

    layer: int
    unit: int
    sample: int


def known(activation: AbstractActivation) -> bool:
    """Whether the activation can be enclosed."""
    return isinstance(activation, (Identity, ReLU, LeakyReLU, Tanh, Softplus))


def slope_below(activation: AbstractActivation) -> float | None:
    """The slope below zero of a piecewise-linear activation; None for the others."""
    if isinstance(activation, LeakyReLU):
        return float(activation.slope)
    return {Identity: 1.0, ReLU: 0.0}.get(type(activation))


def slopes(activation: AbstractActivation) -> Slopes:
    """Bounds on the activation's derivatives."""
    below = slope_below(activation)
    if below is not None:
        return Slopes(max(1.0, below))
    second = 0.77 if isinstance(activation, Tanh) else 0.25  # 4 / 3^{3/2}, 1/4
    return Slopes(1.0, second, activation.third_bound)


def pre_activations(
    matrices: Sequence[arb_mat],
    inputs: Rows,
    below: float,
    *,
    biases: bool,
    held: Sequence[Array] | None = None,
) -> tuple[list[Rows], list[Rows], tuple[Array, ...]] | Kink:
    """What each layer reads, the hidden pre-activations, and the gates their signs prove.

    Args:
        matrices: [W_k b_k].
        inputs: X, with a last column of ones where there are biases.
        below: The activation's slope below zero.
        biases: Whether there are biases.
        held: Where no sign is asked, (n, d_k) of each hidden layer: those gates are `below`. Where
            such a unit's output is all that is read above, that reads 1 in its place.
    """
    read, zs, gates = [inputs], [], []
    alive = np.array([biases or any(x != 0 for x in row) for row in inputs])
    for k, W in enumerate(matrices[:-1]):
        z = product(read[-1], W)
        free = np.full((len(z), W.nrows()), alive[:, None])
        on_kinks = np.zeros_like(free) if held is None else held[k]
        found = _gates(k, z, free & ~on_kinks, below)
        if isinstance(found, Kink):
            return found
        zs.append(z)
        x = gated(z, found)
        for s, unit in np.argwhere(on_kinks).tolist():
            x[s][unit] = _piecewise(z[s][unit], below)
        found[on_kinks] = below
        gates.append(found)
        for s in np.flatnonzero(followed(found, on_kinks, biases=biases)).tolist():
            x[s] = [arb(int(unit)) for unit in on_kinks[s].tolist()]
        alive = np.full(len(inputs), biases) | ((found != 0) | on_kinks).any(1)
        read.append(with_ones(x, biases=biases))
    return read, zs, tuple(gates)


def followed(gates: Array, held: Array, *, biases: bool) -> Array:
    """The samples on which nothing but one unit on its kink passes on anything, (n,).

    Args:
        gates: (n, d), zero where a unit passes nothing on.
        held: Where units are held on their kinks, likewise.
        biases: Whether the layer above has biases.
    """
    alone: Array = ~(gates != 0).any(1) & (held.sum(1) == 1) & (not biases)
    return alone


def gated_passes(
    matrices: Sequence[arb_mat], inputs: Rows, gates: Sequence[Array], *, biases: bool
) -> Passes:
    """The passes of the gated linear network."""
    read = [inputs]
    for W, gate in zip(matrices, gates, strict=False):
        read.append(with_ones(gated(product(read[-1], W), gate), biases=biases))
    constants = [[[arb(g) for g in row] for row in gate.tolist()] for gate in gates]
    return Passes(read, constants, [None] * len(gates), product(read[-1], matrices[-1]))


def smooth_passes(
    matrices: Sequence[arb_mat], inputs: Rows, activation: AbstractActivation, *, biases: bool
) -> Passes:
    """The passes with tanh or softplus."""
    read, first, second = [inputs], [], []
    act = _tanh if isinstance(activation, Tanh) else _softplus
    for W in matrices[:-1]:
        triples = [[act(z) for z in row] for row in product(read[-1], W)]
        values, slope, bend = ([[t[i] for t in row] for row in triples] for i in range(3))
        read.append(with_ones(values, biases=biases))
        first.append(slope)
        second.append(bend)
    return Passes(read, first, list(second), product(read[-1], matrices[-1]))


def outputs(
    matrices: Sequence[arb_mat], inputs: Rows, activation: AbstractActivation, *, biases: bool
) -> Rows:
    """The outputs themselves, at kinks too."""
    below = slope_below(activation)
    x = inputs
    for W in matrices[:-1]:
        z = product(x, W)
        if below is None:
            act = _tanh if isinstance(activation, Tanh) else _softplus
            values = [[act(entry)[0] for entry in row] for row in z]
        else:
            values = [[_piecewise(entry, below) for entry in row] for row in z]
        x = with_ones(values, biases=biases)
    return product(x, matrices[-1])


def product(x: Rows, W: arb_mat) -> Rows:
    """Z = x W^T, samples as rows."""
    rows: Rows = (arb_mat(x) * W.transpose()).tolist()
    return rows


def gated(z: Rows, gates: Array) -> Rows:
    """Each entry times its gate: one that is closed gives exactly zero."""
    pairs = zip(z, gates.tolist(), strict=True)
    return [[entry * g if g else arb(0) for entry, g in zip(r, o, strict=True)] for r, o in pairs]


def with_ones(x: Rows, *, biases: bool) -> Rows:
    """A last column of ones where there are biases."""
    return [[*row, arb(1)] for row in x] if biases else x


def _gates(layer: int, z: Rows, free: Array, below: float) -> Array | Kink:
    gates = np.zeros(free.shape)
    for s, unit in np.argwhere(free).tolist():
        entry = z[s][unit]
        if below == 1 or entry > 0:
            gates[s, unit] = 1
        elif entry < 0:
            gates[s, unit] = below
        else:
            return Kink(layer + 1, unit + 1, s + 1)
    return gates


def _piecewise(z: arb, below: float) -> arb:
    if z >= 0 or below == 1:
        return z
    if z <= 0:
        return z * below
    # The activation rises: its values at both ends, and zero, enclose all between.
    return (z.lower() * below).union(z.upper()).union(arb(0))


def _tanh(z: arb) -> tuple[arb, arb, arb]:
    x = z.tanh()
    slope = 1 - x * x
    return x, slope, -2 * x * slope


def _softplus(z: arb) -> tuple[arb, arb, arb]:
    # log(1 + exp z) = z + log(1 + exp(-z)): never of a large exponential.
    tail = (-abs(z)).exp()
    slope = 1 / (1 + (-z).exp())
    value = (z + abs(z)) / 2 + tail.log1p()
    return value, slope, slope * (1 - slope)
