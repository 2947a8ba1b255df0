"""A perceptron's critical point on the slice across its pattern's symmetry, in balls.

In the parameters that the loss depends on near the point, and with columns T that span the velocities
of the symmetry there, q of them, the equations (grad(w) + T nu, T^T (w - w_0)) = 0 have a simple root
where the Hessian has no null vector beyond the q. The gradient is orthogonal to the velocities
everywhere, so nu = 0 at the root while their matrix times T keeps its rank: the root is critical,
with the nullity q, and the Hessian has the inertia of the bordered matrix less (q, q).
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
from ._passes_in_balls import gated_passes, smooth_passes
from ._pattern import Array, Pattern
from ._pattern_symmetry import span, steepness, velocities
from ._perceptron_bounds import lipschitz
from ._perceptron_data import PerceptronData, sizes
from ._perceptron_in_balls import PerceptronInBalls

_SHARE = 1e-3
_STEPS = 20
# Eigenvalues below this share of the largest count as zero where the reason is worded.
_ZERO = 1e-9


@final
@dataclass(frozen=True, eq=False)
class SlicePoint:
    """A proved critical point without negative eigenvalue.

    Attributes:
        distance: From the start, at most.
        symmetry: The nullity, all of it the symmetry's.
        positive: The number of positive eigenvalues.
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
        H = _floats(network.hessian(self.kept))
        T = span(_floats(self._velocities(network)))
        refusal = _refused(H, self._gradient(network), T, reach)
        if refusal is not None:
            return refusal
        bordered = np.block([[H, T], [T.T, np.zeros((T.shape[1],) * 2)]])
        y = self._refined(base, arb_mat(T.tolist()) if T.size else None, bordered)
        return self._proved(w, base, y, arb_mat(T.tolist()) if T.size else None)

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

    def _proved(
        self, w: arb_mat, base: arb_mat, y: arb_mat, T: arb_mat | None
    ) -> SlicePoint | Unproved:
        P = len(self.kept)
        q = 0 if T is None else T.ncols()
        here = arb_mat(P, 1, y.entries()[:P])
        network = self.at(here.entries())
        rho = _SHARE * (1 + float(euclidean_norm(here)))
        weight = upper_float(self.data.weight)
        K = arb(lipschitz(sizes(network), self.data.slopes, rho, weight))
        H = network.hessian(self.kept)
        value, jacobian = self._value(network, y, base, T), _bordered(H, T)
        found = newton_kantorovich(value, jacobian, lipschitz=K, within=arb(rho))
        if not isinstance(found, Inclusion):
            h = found.contraction
            return Unproved(str(found.obstacle), None if h is None else float(h))
        if not self._keeps_rank(network, T, euclidean_norm(here - base) + found.radius):
            return Unproved("the symmetry's directions cannot be told from fewer")
        negative, undecided, positive = inertia_in_balls(jacobian)
        if undecided:
            return Unproved("the signs of the Hessian's eigenvalues are not decided")
        if negative > q:
            reason = f"the Hessian has {negative - q} negative eigenvalues: a saddle"
            return Unproved(reason, hopeless=True)
        # Seen from the critical point, the loss has no first-order term.
        most = (euclidean_norm(H) + K * found.radius) * found.radius * found.radius / 2
        loss = network.loss() + arb(0, (2 * most).upper())
        bounds = max(0.0, lower_float(loss)), upper_float(loss)
        distance = (euclidean_norm(here - w) + found.radius).upper()
        return SlicePoint(distance, q, positive - q, bounds)

    def _refined(self, base: arb_mat, T: arb_mat | None, bordered: Array) -> arb_mat:
        """Newton's method with the float64 inverse: each step gains the same number of digits."""
        C = arb_mat(np.linalg.inv(bordered).tolist())
        P, q = len(self.kept), len(bordered) - len(self.kept)
        y = arb_mat(P + q, 1, [*base.entries(), *([arb(0)] * q)])
        last = float("inf")
        for _ in range(_STEPS):
            network = self.at(y.entries()[:P])
            step = (C * self._value(network, y, base, T)).mid()
            length = float(euclidean_norm(step))
            if not length < last / 2:
                break
            y, last = (y - step).mid(), length
        return y

    def _value(
        self, network: PerceptronInBalls, y: arb_mat, base: arb_mat, T: arb_mat | None
    ) -> arb_mat:
        P = len(self.kept)
        g = network.gradient()
        top = arb_mat(P, 1, [g[p] for p in self.kept])
        if T is None:
            return top
        here, nu = arb_mat(P, 1, y.entries()[:P]), arb_mat(T.ncols(), 1, y.entries()[P:])
        entries = [*(top + T * nu).entries(), *(T.transpose() * (here - base)).entries()]
        return arb_mat(len(entries), 1, entries)

    def _gradient(self, network: PerceptronInBalls) -> Array:
        g = network.gradient()
        return np.array([float(g[p].mid()) for p in self.kept])

    def _velocities(self, network: PerceptronInBalls) -> arb_mat:
        """One a column, in the kept entries."""
        if self.pattern is None:
            return arb_mat(len(self.kept), 0)
        columns = velocities([W.tolist() for W in network.matrices], self.pattern)
        if not columns:
            return arb_mat(len(self.kept), 0)
        return arb_mat([[v[p] for v in columns] for p in self.kept])

    def _keeps_rank(self, network: PerceptronInBalls, T: arb_mat | None, away: arb) -> bool:
        """Whether the velocities' matrix times T has full rank at every point that near."""
        if T is None or self.pattern is None:
            return True
        A = self._velocities(network).transpose() * T
        least = eigenvalue_enclosures(A.transpose() * A)
        change = arb(steepness(self.pattern)) * (2 * away) * euclidean_norm(T)
        return least is not None and bool(least[0] > change * change)


def _bordered(H: arb_mat, T: arb_mat | None) -> arb_mat:
    if T is None:
        return H
    q = T.ncols()
    rows = [[*left, *right] for left, right in zip(H.tolist(), T.tolist(), strict=True)]
    rows += [[*row, *([arb(0)] * q)] for row in T.transpose().tolist()]
    return arb_mat(rows)


def _refused(H: Array, g: Array, T: Array, reach: float) -> Unproved | None:
    """Why nothing can be proved, by float64: for words only."""
    q = T.shape[1]
    Z = np.linalg.qr(T, mode="complete")[0][:, q:] if q else np.eye(len(H))
    if not Z.shape[1]:
        return Unproved("the loss does not depend on the parameters here", hopeless=True)
    values, vectors = np.linalg.eigh(Z.T @ ((H + H.T) / 2) @ Z)
    cut = _ZERO * max(float(np.abs(values).max()), 1e-300)
    parts = vectors.T @ (Z.T @ g)
    large = np.abs(values) > cut
    step = float(np.linalg.norm(parts[large] / values[large]))
    if not step <= reach:
        reason = f"w is no critical point: Newton's step from it is {step:.1e} long"
        return Unproved(reason, step, hopeless=True)
    if (values < -cut).any():
        reason = f"the Hessian has {int((values < -cut).sum())} negative eigenvalues: a saddle"
        return Unproved(reason, float(values[0]), hopeless=True)
    if not large.all():
        excess = int((~large).sum())
        reason = (
            f"the Hessian's nullity {q + excess} exceeds the {q} directions of the pattern's "
            f"symmetry: no strict minimum"
        )
        return Unproved(reason, float(q + excess), hopeless=True)
    return None


def _floats(matrix: arb_mat) -> Array:
    rows = [[float(x.mid()) for x in row] for row in matrix.tolist()]
    return np.array(rows).reshape(matrix.nrows(), matrix.ncols())
