"""The gradient of a perceptron's loss in balls, and its change along a change of the weights.

Where an activation has a kink its branches are kept as the pattern has them, so that everything is
smooth. With multipliers c of the listed kinks the function is h = L - sum c_i z_i. A change is
carried beside each value, forwards through x and z and backwards through dh/dz.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import final

from flint import arb, arb_mat

from ._nonlinear_network import NonlinearNetwork
from ._pattern import Kink, Pattern

Entries = list[arb]


@final
class Passes:
    """All values at one point, or at all of a ball.

    Args:
        network: The network.
        W: Its matrices.
        pattern: The branches; None for a smooth activation.
        multipliers: c, one for each kink.
    """

    def __init__(
        self,
        network: NonlinearNetwork,
        W: Sequence[arb_mat],
        pattern: Pattern | None,
        multipliers: Sequence[arb] = (),
    ) -> None:
        self.network, self.W, self.pattern = network, W, pattern
        self.reads, self.slopes, self.bends, self.zs = [network.inputs], [], [], []
        for k, M in enumerate(W[:-1]):
            z = self.reads[-1] * M.transpose()
            values, slopes, bends = self._activated(k, z.entries())
            self.zs.append(z)
            self.slopes.append(slopes)
            self.bends.append(bends)
            self.reads.append(network.read(arb_mat(z.nrows(), z.ncols(), values)))
        self.residual = self.reads[-1] * W[-1].transpose() - network.targets
        self._multipliers = list(multipliers)

    @cached_property
    def loss(self) -> arb:
        """The loss on these branches."""
        return self.network.half_square(self.residual)

    def on_kinks(self, zs: Sequence[arb_mat]) -> Entries:
        """Of all pre-activations, or their changes, those of the kinks."""
        kinks: tuple[Kink, ...] = self.pattern.kinks if self.pattern else ()
        return [zs[k][s, j] for k, j, s in kinks]

    @cached_property
    def _backward(self) -> tuple[list[arb_mat], list[arb_mat]]:
        """dh/dz of all layers and dh/dx of the hidden ones."""
        deltas, pulls = [self.residual / self.network.divisor], []
        for k in range(len(self.W) - 2, -1, -1):
            pulls.append(deltas[-1] * self._above(self.W[k + 1]))
            entries = _products(pulls[-1].entries(), self.slopes[k])
            delta = arb_mat(pulls[-1].nrows(), pulls[-1].ncols(), entries)
            for (layer, j, s), c in self._listed():
                if layer == k:
                    delta[s, j] -= c
            deltas.append(delta)
        return deltas[::-1], pulls[::-1]

    @property
    def pulls(self) -> list[arb_mat]:
        """The derivatives of h by the outputs of each hidden layer."""
        return self._backward[1]

    @cached_property
    def gradient(self) -> Entries:
        """Of h, in the order of the matrices."""
        pairs = zip(self._backward[0], self.reads, strict=True)
        return [x for delta, read in pairs for x in (delta.transpose() * read).entries()]

    def change(self, dW: Sequence[arb_mat]) -> tuple[Entries, list[arb_mat]]:
        """How the gradient and the hidden pre-activations change along a change of the weights."""
        deltas, pulls = self._backward
        dreads, dzs = [arb_mat(self.reads[0].nrows(), self.reads[0].ncols())], []
        for k, (M, dM) in enumerate(zip(self.W, dW, strict=True)):
            dz = dreads[-1] * M.transpose() + self.reads[k] * dM.transpose()
            dzs.append(dz)
            if k + 1 < len(self.W):
                moved = _products(dz.entries(), self.slopes[k])
                dreads.append(self._read_change(arb_mat(dz.nrows(), dz.ncols(), moved)))
        ddelta = dzs.pop() / self.network.divisor
        blocks = []
        for k in range(len(self.W) - 1, -1, -1):
            block = ddelta.transpose() * self.reads[k] + deltas[k].transpose() * dreads[k]
            blocks.append(block.entries())
            if k:
                dpull = ddelta * self._above(self.W[k]) + deltas[k] * self._above(dW[k])
                entries = _products(dpull.entries(), self.slopes[k - 1])
                bends = self.bends[k - 1]
                if bends is not None:
                    bent = _products(_products(bends, dzs[k - 1].entries()), pulls[k - 1].entries())
                    entries = [a + b for a, b in zip(entries, bent, strict=True)]
                ddelta = arb_mat(dpull.nrows(), dpull.ncols(), entries)
        return [x for block in reversed(blocks) for x in block], dzs

    def _activated(self, k: int, z: Entries) -> tuple[Entries, Entries, Entries | None]:
        """The hidden activation with its first two derivatives."""
        if self.pattern is not None:
            gates = [arb(g) for row in self.pattern.gates[k] for g in row]
            return _products(z, gates), gates, None
        if self.network.smooth == "tanh":
            values = [x.tanh() for x in z]
            slopes = [1 - x * x for x in values]
            return values, slopes, [-2 * x * s for x, s in zip(values, slopes, strict=True)]
        slopes = [1 / (1 + (-x).exp()) for x in z]
        return [(1 + x.exp()).log() for x in z], slopes, [s * (1 - s) for s in slopes]

    def _listed(self) -> list[tuple[Kink, arb]]:
        kinks = self.pattern.kinks if self.pattern else ()
        return list(zip(kinks, self._multipliers, strict=bool(self._multipliers)))

    def _above(self, M: arb_mat) -> arb_mat:
        """A layer's matrix without its biases."""
        if not self.network.biases:
            return M
        return arb_mat([row[:-1] for row in M.tolist()])

    def _read_change(self, dx: arb_mat) -> arb_mat:
        return arb_mat([[*row, 0] for row in dx.tolist()]) if self.network.biases else dx


def _products(left: Entries, right: Entries) -> Entries:
    return [a * b for a, b in zip(left, right, strict=True)]
