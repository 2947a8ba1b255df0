"""A perceptron's critical point on the slice across its pattern's symmetry, in balls.

In the parameters w that the loss depends on near the point, let the columns of T span the velocities
of the symmetry there, q of them, and the rows of A be the gradients of the pre-activations that are
held on their kinks, K of them. The equations

    (grad L_(w) + T nu - A^T c, T^T (w - w_0), A w) = 0

have a simple root where the Hessian has no null vector on the kinks beyond the q. The gradient is
orthogonal to the velocities everywhere, and they keep the kinks; so nu = 0 at the root while their
matrix times T keeps its rank. Then the Hessian on the kinks has the nullity q and the inertia of the
bordered matrix less (q + K, q + K); what happens off the kinks is decided in `_kinks.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
from flint import arb, arb_mat

from lossatlas.linalg import (
    Inclusion,
    eigenvalue_enclosures,
    euclidean_norm,
    inertia_in_balls,
    lower_float,
    newton_kantorovich,
    upper_float,
)

from ._enclosure import Unproved
from ._kinks import columns, inflated, kink_rows, rises
from ._passes_in_balls import gated_passes, slope_below, smooth_passes
from ._pattern import Array, Pattern
from ._pattern_symmetry import span, steepness, velocities
from ._perceptron_bounds import lipschitz
from ._perceptron_data import PerceptronData, sizes
from ._perceptron_in_balls import PerceptronInBalls
from ._slice_estimate import refused

_SHARE = 1e-3
_STEPS = 20


@final
@dataclass(frozen=True, eq=False)
class SlicePoint:
    """A proved critical point without negative eigenvalue, from which no kink leads down.

    Attributes:
        distance: From the start, at most.
        symmetry: The nullity, all of it the symmetry's.
        positive: The number of positive eigenvalues along the kinks.
        loss: Bounds on the loss there.
    """

    distance: arb
    symmetry: int
    positive: int
    loss: tuple[float, float]


@final
@dataclass(frozen=True, eq=False)
class Slice:
    """The equations near one point.

    Attributes:
        data: The surface.
        pattern: The activation pattern; None for an activation without kinks.
        kept: Which entries are parameters, in order; the others are zero.
    """

    data: PerceptronData
    pattern: Pattern | None
    kept: Sequence[int]

    def prove(self, start: Sequence[arb], reach: float) -> SlicePoint | Unproved:
        """Prove that a minimum lies within reach of the start, all entries of it given.

        Precision is that of `flint.ctx`.
        """
        w = arb_mat(len(self.kept), 1, [start[p] for p in self.kept])
        base = arb_mat(len(self.kept), 1, [arb(float(x.mid())) for x in w.entries()])
        network = self.at(base.entries())
        H, g = _floats(network.hessian(self.kept)), self._gradient(network)
        T = span(_floats(self._velocities(network)))
        D = columns(T, self._rows)
        borders = np.zeros((len(H), 0)) if D is None else _floats(D)
        refusal = refused(H, g, borders, T.shape[1], reach)
        if refusal is not None:
            return refusal
        y = self._refined(base, D, T.shape[1], H, g)
        return self._proved(w, base, y, D, T.shape[1])

    def at(self, parameters: Sequence[arb]) -> PerceptronInBalls:
        """The gated or smooth network at a point of the slice's space."""
        data = self.data
        entries = [arb(0)] * sum(r * c for r, c in data.shapes)
        for p, x in zip(self.kept, parameters, strict=True):
            entries[p] = x
        W = data.matrices(entries)
        if self.pattern is None:
            passes = smooth_passes(W, data.inputs, data.activation, biases=data.biases)
        else:
            passes = gated_passes(W, data.inputs, self.pattern.effective, biases=data.biases)
        return PerceptronInBalls(W, passes, data.targets, data.weight, data.biases)

    @cached_property
    def _rows(self) -> list[list[float]]:
        if self.pattern is None or not self.pattern.held.any():
            return []
        return kink_rows(self.data.features, self.pattern.held, self.kept)

    def _proved(
        self, w: arb_mat, base: arb_mat, y: arb_mat, D: arb_mat | None, q: int
    ) -> SlicePoint | Unproved:
        P, K = len(self.kept), len(self._rows)
        here = arb_mat(P, 1, y.entries()[:P])
        network = self.at(here.entries())
        rho = _SHARE * (1 + float(euclidean_norm(here)))
        weight = upper_float(self.data.weight)
        change = arb(lipschitz(sizes(network), self.data.slopes, rho, weight))
        H = network.hessian(self.kept)
        value, jacobian = self._value(network, y, base, D, q), _bordered(H, D)
        found = newton_kantorovich(value, jacobian, lipschitz=change, within=arb(rho))
        if not isinstance(found, Inclusion):
            h = found.contraction
            return Unproved(str(found.obstacle), None if h is None else float(h))
        if not self._keeps_rank(network, D, q, found.radius):
            return Unproved("the symmetry's directions cannot be told from fewer")
        negative, undecided, positive = inertia_in_balls(jacobian)
        if undecided:
            return Unproved("the signs of the Hessian's eigenvalues are not decided")
        if negative > q + K:
            reason = f"the Hessian has {negative - q - K} negative eigenvalues: a saddle"
            return Unproved(reason, hopeless=True)
        multipliers = inflated([-x for x in y.entries()[P + q :]], found.radius)
        around = self.at(inflated(here.entries(), found.radius)) if K else network
        if K and not self._rises(around, multipliers):
            return Unproved("the loss is not proved to rise off every kink on both sides")
        most = (euclidean_norm(H) + change * found.radius) * found.radius * found.radius / 2
        # Seen from the critical point, the loss changes with the held pre-activations first.
        first = sum((c * z for c, z in zip(multipliers, self._on_kinks(here), strict=True)), arb(0))
        loss = network.loss() + arb(0, (2 * most + abs(first)).upper())
        bounds = max(0.0, lower_float(loss)), upper_float(loss)
        distance = (euclidean_norm(here - w) + found.radius).upper()
        return SlicePoint(distance, q, positive - q - K, bounds)

    def _rises(self, network: PerceptronInBalls, multipliers: list[arb]) -> bool:
        below = slope_below(self.data.activation)
        if self.pattern is None or below is None:
            return True
        return rises(network, multipliers, self.pattern.held, below)

    def _on_kinks(self, here: arb_mat) -> list[arb]:
        """The held pre-activations."""
        return (arb_mat(self._rows) * here).entries() if self._rows else []

    def _refined(self, base: arb_mat, D: arb_mat | None, q: int, H: Array, g: Array) -> arb_mat:
        """Newton's method with the float64 inverse: each step gains the same number of digits."""
        borders = np.zeros((len(H), 0)) if D is None else _floats(D)
        size = borders.shape[1]
        bordered = np.block([[H, borders], [borders.T, np.zeros((size, size))]])
        C = arb_mat(np.linalg.inv(bordered).tolist())
        at_first = -np.linalg.lstsq(borders, g, rcond=None)[0] if size else np.zeros(0)
        at_first[:q] = 0
        P = len(self.kept)
        y = arb_mat(P + size, 1, [*base.entries(), *(arb(x) for x in at_first.tolist())])
        last = float("inf")
        for _ in range(_STEPS):
            network = self.at(y.entries()[:P])
            step = (C * self._value(network, y, base, D, q)).mid()
            length = float(euclidean_norm(step))
            if not length < last / 2:
                break
            y, last = (y - step).mid(), length
        return y

    def _value(
        self, network: PerceptronInBalls, y: arb_mat, base: arb_mat, D: arb_mat | None, q: int
    ) -> arb_mat:
        P = len(self.kept)
        g = network.gradient()
        top = arb_mat(P, 1, [g[p] for p in self.kept])
        if D is None:
            return top
        here = arb_mat(P, 1, y.entries()[:P])
        multipliers = arb_mat(D.ncols(), 1, y.entries()[P:])
        across = (D.transpose() * (here - base)).entries()[:q]
        entries = [*(top + D * multipliers).entries(), *across, *self._on_kinks(here)]
        return arb_mat(len(entries), 1, entries)

    def _gradient(self, network: PerceptronInBalls) -> Array:
        g = network.gradient()
        return np.array([float(g[p].mid()) for p in self.kept])

    def _velocities(self, network: PerceptronInBalls) -> arb_mat:
        """One a column, in the kept entries."""
        if self.pattern is None:
            return arb_mat(len(self.kept), 0)
        found = velocities([W.tolist() for W in network.matrices], self.pattern)
        if not found:
            return arb_mat(len(self.kept), 0)
        return arb_mat([[v[p] for v in found] for p in self.kept])

    def _keeps_rank(self, network: PerceptronInBalls, D: arb_mat | None, q: int, away: arb) -> bool:
        """Whether the velocities' matrix times T has full rank at every point that near."""
        if D is None or not q or self.pattern is None:
            return True
        T = arb_mat([row[:q] for row in D.tolist()])
        A = self._velocities(network).transpose() * T
        least = eigenvalue_enclosures(A.transpose() * A)
        change = arb(steepness(self.pattern)) * (2 * away) * euclidean_norm(T)
        return least is not None and bool(least[0] > change * change)


def _bordered(H: arb_mat, D: arb_mat | None) -> arb_mat:
    if D is None:
        return H
    size = D.ncols()
    rows = [[*left, *right] for left, right in zip(H.tolist(), D.tolist(), strict=True)]
    rows += [[*row, *([arb(0)] * size)] for row in D.transpose().tolist()]
    return arb_mat(rows)


def _floats(matrix: arb_mat) -> Array:
    rows = [[float(x.mid()) for x in row] for row in matrix.tolist()]
    return np.array(rows).reshape(matrix.nrows(), matrix.ncols())
