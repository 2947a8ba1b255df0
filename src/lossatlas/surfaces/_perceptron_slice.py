"""A perceptron's critical point on the slice across its pattern's symmetry, in balls.

In the parameters w that the loss depends on near the point, let the columns of T span the velocities
of the symmetry there, q of them, and let Z_i(w), K of them, be the pre-activations that are held on their
kinks, L_ the loss, all with the gates of below zero there. The equations

    (grad (L_ - c . Z)(w) + T nu, T^T (w - w_0), Z(w)) = 0   in w, nu and -c

have a simple root where the Hessian H of L_ - c . Z has no null vector along the kinks beyond the q. The gradient
of L_ is orthogonal to the velocities everywhere, and where Z = 0 they keep it; so nu = 0 at the root while
their matrix times T keeps its rank. Then H has on the kinks the nullity q and the inertia of the bordered
matrix less (q + K, q + K); what happens off the kinks is decided in `_kinks.py`.
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
from ._kinks import inflated, named, places_of, rises
from ._passes_in_balls import gated_passes, slope_below, smooth_passes
from ._pattern import Array, Pattern
from ._pattern_symmetry import span, steepness, velocities
from ._perceptron_bounds import Held, lipschitz
from ._perceptron_data import PerceptronData, sizes
from ._perceptron_in_balls import PerceptronInBalls, Place
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
        g, T = self._gradient(network), span(_floats(self._velocities(network)))
        borders = np.concatenate([T, self._normals(network)], axis=1)
        at_first = -np.linalg.lstsq(borders, g, rcond=None)[0] if borders.size else np.zeros(0)
        at_first[: T.shape[1]] = 0
        y = arb_mat([[x] for x in [*base.entries(), *map(arb, at_first.tolist())]])
        H = _floats(self._network(y, T.shape[1]).hessian(self.kept))
        refusal = refused(H, g, borders, T.shape[1], reach)
        if refusal is not None:
            return refusal
        y = self._refined(y, base, T, np.linalg.inv(_bordered(H, borders)))
        return self._proved(w, base, y, T)

    def at(
        self, parameters: Sequence[arb], multipliers: Sequence[arb] | None = None
    ) -> PerceptronInBalls:
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
        c = {} if multipliers is None else named(self._held, multipliers)
        return PerceptronInBalls(W, passes, data.targets, data.weight, data.biases, c)

    @cached_property
    def _held(self) -> list[Place]:
        return [] if self.pattern is None else places_of(self.pattern.held)

    def _network(self, y: arb_mat, q: int) -> PerceptronInBalls:
        """At the weights of a point (w, nu, -c), with its multipliers."""
        P = len(self.kept)
        return self.at(y.entries()[:P], [-m for m in y.entries()[P + q :]])

    def _proved(self, w: arb_mat, base: arb_mat, y: arb_mat, T: Array) -> SlicePoint | Unproved:
        P, K, q = len(self.kept), len(self._held), T.shape[1]
        here, c = arb_mat(P, 1, y.entries()[:P]), [-m for m in y.entries()[P + q :]]
        network = self._network(y, q)
        rho = _SHARE * (1 + float(euclidean_norm(here)))
        change = arb(self._lipschitz(network, c, rho))
        H = network.hessian(self.kept)
        value, jacobian = self._value(y, base, T), self._jacobian(network, H, T)
        found = newton_kantorovich(value, jacobian, lipschitz=change, within=arb(rho))
        if not isinstance(found, Inclusion):
            h = found.contraction
            return Unproved(str(found.obstacle), None if h is None else float(h))
        if not self._keeps_rank(network, T, found.radius):
            return Unproved("the symmetry's directions cannot be told from fewer")
        negative, undecided, positive = inertia_in_balls(jacobian)
        if undecided:
            return Unproved("the signs of the Hessian's eigenvalues are not decided")
        if negative > q + K:
            reason = f"the Hessian has {negative - q - K} negative eigenvalues: a saddle"
            return Unproved(reason, hopeless=True)
        multipliers = inflated(c, found.radius)
        around = self.at(inflated(here.entries(), found.radius), multipliers) if K else network
        if K and not rises(around, slope_below(self.data.activation) or 0.0):
            return Unproved("the loss is not proved to rise off every kink on both sides")
        most = (euclidean_norm(H) + change * found.radius) * found.radius * found.radius / 2
        # Seen from the critical point, the loss changes with the held pre-activations first.
        held = zip(multipliers, self._on_kinks(network), strict=True)
        first = sum((c * z for c, z in held), arb(0))
        loss = network.loss() + arb(0, (2 * most + abs(first)).upper())
        bounds = max(0.0, lower_float(loss)), upper_float(loss)
        distance = (euclidean_norm(here - w) + found.radius).upper()
        return SlicePoint(distance, q, positive - q - K, bounds)

    def _lipschitz(self, network: PerceptronInBalls, c: list[arb], rho: float) -> float:
        weight, held = upper_float(self.data.weight), None
        if self.pattern is not None and c:
            size = upper_float(euclidean_norm(arb_mat(len(c), 1, c)))
            held = Held([np.asarray(part.any(1)) for part in self.pattern.held], size)
        return lipschitz(sizes(network), self.data.slopes, rho, weight, held)

    def _on_kinks(self, network: PerceptronInBalls) -> list[arb]:
        """The held pre-activations."""
        return [network.pre_activation(place) for place in self._held]

    def _normals(self, network: PerceptronInBalls) -> Array:
        """Their gradients, one a column."""
        rows = network.pre_activation_slopes(self._held, self.kept)
        floats = np.array([[float(x.mid()) for x in row] for row in rows])
        return floats.reshape(len(rows), len(self.kept)).T

    def _refined(self, y: arb_mat, base: arb_mat, T: Array, inverse: Array) -> arb_mat:
        """Newton's method with the float64 inverse: each step gains the same number of digits."""
        C, last = arb_mat(inverse.tolist()), float("inf")
        for _ in range(_STEPS):
            step = (C * self._value(y, base, T)).mid()
            length = float(euclidean_norm(step))
            if not length < last / 2:
                break
            y, last = (y - step).mid(), length
        return y

    def _value(self, y: arb_mat, base: arb_mat, T: Array) -> arb_mat:
        P, q = len(self.kept), T.shape[1]
        network = self._network(y, q)
        g = network.gradient()
        top = arb_mat(P, 1, [g[p] for p in self.kept])
        entries = self._on_kinks(network)
        if q:
            columns = arb_mat(T.tolist())
            top += columns * arb_mat(q, 1, y.entries()[P : P + q])
            here = arb_mat(P, 1, y.entries()[:P])
            entries = [*(columns.transpose() * (here - base)).entries(), *entries]
        entries = [*top.entries(), *entries]
        return arb_mat(len(entries), 1, entries)

    def _jacobian(self, network: PerceptronInBalls, H: arb_mat, T: Array) -> arb_mat:
        below = [[arb(x) for x in column] for column in T.T.tolist()]
        below += network.pre_activation_slopes(self._held, self.kept)
        if not below:
            return H
        right = zip(*below, strict=True)
        rows = [[*row, *more] for row, more in zip(H.tolist(), right, strict=True)]
        return arb_mat(rows + [[*row, *([arb(0)] * len(below))] for row in below])

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

    def _keeps_rank(self, network: PerceptronInBalls, T: Array, away: arb) -> bool:
        """Whether the velocities' matrix times T has full rank at every point that near."""
        if not T.shape[1] or self.pattern is None:
            return True
        basis = arb_mat(T.tolist())
        A = self._velocities(network).transpose() * basis
        least = eigenvalue_enclosures(A.transpose() * A)
        change = arb(steepness(self.pattern)) * (2 * away) * euclidean_norm(basis)
        return least is not None and bool(least[0] > change * change)


def _bordered(H: Array, borders: Array) -> Array:
    size = borders.shape[1]
    return np.block([[H, borders], [borders.T, np.zeros((size, size))]])


def _floats(matrix: arb_mat) -> Array:
    rows = [[float(x.mid()) for x in row] for row in matrix.tolist()]
    return np.array(rows).reshape(matrix.nrows(), matrix.ncols())
