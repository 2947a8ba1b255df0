"""The critical equations of a perceptron on a slice w + N v, with multipliers of the kinks, in balls."""

from collections.abc import Sequence
from functools import cached_property
from typing import final

from flint import arb, arb_mat

from ._contraction import length
from ._nonlinear_network import NonlinearNetwork
from ._passes import Passes
from ._pattern import Pattern

Entries = list[arb]


@final
class Slice:
    """The slice through one point; y = (v, c) are its coordinates and the multipliers.

    Args:
        network: The network.
        pattern: The branches near the point; None for a smooth activation.
        point: w.
        N: Its directions, about orthonormal.
    """

    def __init__(
        self,
        network: NonlinearNetwork,
        pattern: Pattern | None,
        point: Entries,
        N: Sequence[Sequence[float]],
    ) -> None:
        self.network, self.pattern, self.point = network, pattern, point
        self.size = len(N)
        self.kinks = len(pattern.kinks) if pattern else 0
        self._frame = arb_mat([[arb(x) for x in column] for column in N])
        self._directions = [network.matrices(column) for column in N]

    @cached_property
    def stretch(self) -> arb:
        """|N v| is at most this times |v|."""
        Gram = self._frame * self._frame.transpose()
        return (1 + length(Gram - identity(self.size))).sqrt()

    def matrices(self, y: Entries) -> list[arb_mat]:
        """The network's matrices at y."""
        moved = (arb_mat([y[: self.size]]) * self._frame).entries()
        return self.network.matrices([a + b for a, b in zip(self.point, moved, strict=True)])

    def start(self) -> Entries | None:
        """No step, and multipliers that leave about no gradient; None if the kinks are dependent."""
        zero = [arb(0)] * self.size
        if not self.kinks:
            return zero
        here = Passes(self.network, self.matrices(zero), self.pattern)
        changes = [here.on_kinks(here.change(dW)[1]) for dW in self._directions]
        G = arb_mat(changes).transpose()
        gradient = self._frame * _column(here.gradient)
        try:
            c = (G * G.transpose()).mid().solve((G * gradient).mid()).mid()
        except ZeroDivisionError:
            return None
        return [*zero, *c.entries()]

    def value(self, y: Entries) -> arb_mat:
        """F(y) = (N^T grad h, -z)."""
        here = self._passes(y)
        gradient = self._frame * _column(here.gradient)
        return _column([*gradient.entries(), *(-z for z in here.on_kinks(here.zs))])

    def derivative(self, y: Entries) -> arb_mat:
        """J, at one point or at all of a box."""
        return self._derivative(self._passes(y))

    def hessian_on_ball(self, radius: arb) -> arb_mat:
        """The slice's part of the Hessian of the loss on a ball about w."""
        ball = arb(0, radius.upper())
        W = self.network.matrices([x + ball for x in self.point])
        return self._derivative(Passes(self.network, W, self.pattern))

    def rises(self, y: Entries) -> bool:
        """Whether c < 0 < c + d at every kink."""
        if not self.kinks or self.network.slopes is None:
            return True
        below, above = (arb(s) for s in self.network.slopes)
        here = self._passes(y)
        pulls = here.on_kinks(here.pulls)
        return all(
            c < 0 and c + (above - below) * pull > 0
            for c, pull in zip(y[self.size :], pulls, strict=True)
        )

    def loss_off_kinks(self, y: Entries, box: Entries) -> arb:
        """The value of h at the v of y, for all multipliers of the box."""
        here = self._passes(y)
        pairs = zip(box[self.size :], here.on_kinks(here.zs), strict=True)
        return here.loss - sum((c * z for c, z in pairs), arb(0))

    def _passes(self, y: Entries) -> Passes:
        return Passes(self.network, self.matrices(y), self.pattern, y[self.size :])

    def _derivative(self, around: Passes) -> arb_mat:
        H, G = [], []
        for dW in self._directions:
            dgradient, dzs = around.change(dW)
            H.append((self._frame * _column(dgradient)).entries())
            G.append([-x for x in around.on_kinks(dzs)])
        rows = [[*h, *g] for h, g in zip(H, G, strict=True)]
        rows += [[*(g[i] for g in G), *([arb(0)] * self.kinks)] for i in range(self.kinks)]
        return arb_mat(rows)


def identity(size: int) -> arb_mat:
    """The identity matrix."""
    return arb_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])


def _column(entries: Sequence[arb]) -> arb_mat:
    return arb_mat(len(entries), 1, list(entries))
