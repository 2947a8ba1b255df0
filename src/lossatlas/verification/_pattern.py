"""Which units are open on which samples, proved to stay as it is on a ball about a point.

With e a bound on the change of what a unit reads on a sample when the weights move by r in all, its
pre-activation moves by at most |row| e + r (|read| + e), and what the whole layer gives by that with
the norm of its matrix, times the larger slope. A pre-activation that is to vanish must be listed.
Where all that a layer reads is one kink's max(0, z) times constants, as where every other unit below
is shut, its pre-activations are multiples of that, and the signs of the factors are the pattern.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

from flint import arb, arb_mat

from ._contraction import length, norm
from ._nonlinear_network import NonlinearNetwork

# Hidden layer, unit and sample, all from 0.
Kink: TypeAlias = tuple[int, int, int]


@final
@dataclass(frozen=True)
class Pattern:
    """The slopes of the activation at each sample and unit of each hidden layer.

    Attributes:
        gates: Layer by layer, a row for each sample; on kinks the slope below zero.
        kinks: The pre-activations that are to vanish.
    """

    gates: tuple[tuple[tuple[float, ...], ...], ...]
    kinks: tuple[Kink, ...]

    def reads(self, layer: int) -> list[list[bool]]:
        """Where a hidden unit counts: not shut, and with a unit above that counts."""
        kinks = set(self.kinks)
        counts: list[list[bool]] = []
        for k in range(len(self.gates) - 1, layer - 1, -1):
            reaches = [any(row) for row in counts] or [True] * len(self.gates[k])
            counts = [
                [reach and (gate != 0 or (k, j, s) in kinks) for j, gate in enumerate(row)]
                for s, (row, reach) in enumerate(zip(self.gates[k], reaches, strict=True))
            ]
        return counts

    def reaches(self, layer: int) -> list[bool]:
        """On which samples the output of a hidden layer counts."""
        if layer + 1 == len(self.gates):
            return [True] * len(self.gates[layer])
        return [any(row) for row in self.reads(layer + 1)]


def pattern(
    network: NonlinearNetwork, W: Sequence[arb_mat], kinks: Sequence[Kink], radius: arb
) -> Pattern | str:
    """The pattern on a ball about a point, or which pre-activation may change its sign there."""
    below, above = network.slopes or (1.0, 1.0)
    if below == above:
        ones = tuple(((above,) * d,) * network.samples for d in network.widths[1:-1])
        return Pattern(ones, ())
    reads, zs, _ = network.layers(W)
    samples = [_Sample(network, W, s, set(kinks), radius) for s in range(network.samples)]
    found = []
    for k, (z, read) in enumerate(zip(zs, reads, strict=False)):
        M = arb_mat([row[: network.widths[k]] for row in W[k].tolist()])
        sizes, whole = [length(arb_mat([row])) for row in M.tolist()], norm(M)
        layer = []
        for sample, values, x in zip(samples, z.tolist(), read.tolist(), strict=True):
            gates = sample.gates(k, values, x, sizes)
            if isinstance(gates, int):
                return (
                    f"the pre-activation of unit {gates} of hidden layer {k + 1} on sample {sample.s} "
                    "is not listed as a kink, and may vanish on that ball"
                )
            sample.pass_on(k, x, gates, whole)
            layer.append(gates)
        found.append(tuple(layer))
    return Pattern(tuple(found), tuple(kinks))


@final
class _Sample:
    """What is known of one sample's way through the layers, on the ball."""

    def __init__(
        self, network: NonlinearNetwork, W: Sequence[arb_mat], s: int, kinks: set[Kink], radius: arb
    ) -> None:
        self.s, self._network, self._radius = s, network, radius
        self._below, self._above = network.slopes or (1.0, 1.0)
        self._W = W
        self._kinks = {(k, j) for k, j, sample in kinks if sample == s}
        # How far what a layer reads can move.
        self._moved = arb(0)
        # What it reads where that is a multiple of max(0, z) of one kink, or of nothing.
        self._multiple = None if any(network.rows[s]) else [arb(0)] * network.widths[0]

    def gates(
        self, k: int, values: list[arb], read: list[arb], sizes: list[arb]
    ) -> tuple[float, ...] | int:
        """The slopes of a layer's units, or the first of which the sign is open."""
        if self._multiple is not None:
            values = self._multiples(k)
        own = self._radius * (length(arb_mat([read])) + self._moved)
        found = []
        for j, z in enumerate(values):
            if (k, j) in self._kinks:
                found.append(self._below)
                continue
            if self._multiple is None and not abs(z) > sizes[j] * self._moved + own:
                return j
            if not (z > 0 or z < 0 or z == 0):
                return j
            found.append(self._above if z > 0 else self._below)
        return tuple(found)

    def pass_on(self, k: int, read: list[arb], gates: tuple[float, ...], norm: arb) -> None:
        """Go on to what the next layer reads."""
        own = self._radius * (length(arb_mat([read])) + self._moved)
        self._moved = (max(self._below, self._above) * (norm * self._moved + own)).upper()
        if self._multiple is not None:
            pairs = zip(self._multiples(k), gates, strict=True)
            self._multiple = [z * gate for z, gate in pairs]
            return
        held = [j for layer, j in self._kinks if layer == k]
        if not any(gates) and len(held) <= 1 and not self._network.biases:
            self._multiple = [arb(self._above) if j in held else arb(0) for j in range(len(gates))]

    def _multiples(self, k: int) -> list[arb]:
        """The pre-activations as multiples of that one, on the ball."""
        ball = arb(0, self._radius.upper())
        rows = [[x + ball for x in row] for row in self._W[k].tolist()]
        pairs = [zip(row, self._multiple or (), strict=False) for row in rows]
        return [sum((x * m for x, m in pair if not m.is_zero()), arb(0)) for pair in pairs]
