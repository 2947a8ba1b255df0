"""One stored critical point of a deep linear network, proved again.

The loss half ||X M^T - Y||^2, M = W_L ... W_1, does not change under W_k -> g_k W_k g_{k-1}^{-1}. With
columns T that span the velocities of that at w, q of them, the equations grad(W) + T nu = 0 and
T^T (W - w) = 0 have a simple root where the Hessian has no other null vector. The gradient is
orthogonal to the velocities V(W) everywhere, so the root is a critical point if V(W)^T T keeps its
rank q; V is linear, of norm at most 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import final

from flint import arb, arb_mat, ctx

from ._contraction import Contraction, contraction, distance, length
from ._finding import PROVED, Finding, Outcome, refuted, undecided
from ._inertia import negative_eigenvalues
from ._network import Network
from ._point import PRECISIONS

_RANK_CUT = 1e-8
_STEPS = 6
_NEAR = 1e-12


@final
@dataclass(frozen=True)
class NetworkClaim:
    """That a critical point lies within `radius` of w on the slice across the symmetry.

    Attributes:
        index: Its index.
        nullity: Its nullity, all of it forced by the symmetry.
        loss_low: A lower bound on its loss.
        loss_high: An upper bound.
        radius: Its distance from w is at most this.
        alone_within: No other critical point on the slice is that near to w.
    """

    index: int
    nullity: int
    loss_low: float
    loss_high: float
    radius: float
    alone_within: float

    def makes_sense(self, weights: int) -> bool:
        """Whether the numbers can be those of a claim at all."""
        numbers = (self.loss_low, self.loss_high, self.radius, self.alone_within)
        return (
            all(isfinite(number) for number in numbers)
            and 0 <= self.radius <= self.alone_within
            and self.loss_low <= self.loss_high
            and self.index >= 0
            and self.nullity >= 0
            and self.index + self.nullity <= weights
        )


def check_network_point(network: Network, w: Sequence[float], claim: NetworkClaim) -> Finding:
    """Prove a claim about a point again, at rising precision."""
    if len(w) != network.size or not all(map(isfinite, w)):
        return refuted("its coordinates are none of a point of the network")
    if not claim.makes_sense(network.size):
        return refuted("its numbers are none of a claim")
    finding = undecided("")
    for bits in PRECISIONS:
        with ctx.workprec(bits):
            finding = _checked(network, arb_mat(network.size, 1, list(w)), claim)
        if finding.outcome is not Outcome.UNDECIDED:
            break
    return finding


def _checked(network: Network, w: arb_mat, claim: NetworkClaim) -> Finding:
    radius = arb(claim.radius)
    steepest = length(network.hessian(w)) + network.curvature(w, radius) * radius
    gradient = network.gradient(w, w)[0]
    if distance(gradient) > steepest * radius:
        return refuted("no critical point lies that near: the gradient is too large")
    V = network.velocities(w)
    T = _span(V)
    q = T.ncols()
    if q != claim.nullity:
        return undecided(f"the symmetry has {q} directions, where the nullity is {claim.nullity}")
    y = _newton(network, w, T)
    here = _point(y, network.size)
    away = distance(here - w)
    value, jacobian = _equations(network, y, w, T)
    found = contraction(value, jacobian, lambda R: network.curvature(here, R))
    if found is None or not _keeps_rank(V, T, away + found.radius):
        return undecided("no critical point could be proved near it")
    R = claim.alone_within + away
    if not (found.radius < R and found.is_unique(R, network.curvature(here, R))):
        return undecided("other critical points nearby could not be excluded")
    return _compared(network, here, jacobian, claim, found, away)


def _compared(
    network: Network,
    here: arb_mat,
    jacobian: arb_mat,
    claim: NetworkClaim,
    found: Contraction,
    away: arb,
) -> Finding:
    """Distance, index and loss of the one critical point there, against the claim."""
    if away - found.radius > claim.radius:
        return refuted("the critical point nearby lies farther away than it says")
    negative = negative_eigenvalues(jacobian)
    index = None if negative is None else negative - claim.nullity
    if index is not None and index != claim.index:
        return refuted(f"its index is {index}, not {claim.index}")
    # Seen from the critical point, the loss has no first-order term.
    most = length(jacobian) + network.curvature(here, found.radius) * found.radius
    loss = network.loss(here) + arb(0, (most * found.radius**2 / 2).upper())
    if loss < claim.loss_low or loss > claim.loss_high:
        return refuted("its loss lies outside the interval")
    inside = (claim.loss_low <= loss or claim.loss_low <= 0) and loss <= claim.loss_high
    if index is None or not inside or not away + found.radius <= claim.radius:
        return undecided("its distance, index or loss could not be decided")
    return PROVED


def _newton(network: Network, w: arb_mat, T: arb_mat) -> arb_mat:
    """A few steps from w: where they lead is proved afterwards."""
    y = arb_mat(network.size + T.ncols(), 1, [*w.entries(), *([0] * T.ncols())])
    for _ in range(_STEPS):
        value, jacobian = _equations(network, y, w, T)
        try:
            step = jacobian.mid().solve(value.mid()).mid()
        except ZeroDivisionError:
            break
        y = (y - step).mid()
        if length(step) < _NEAR:  # the next one would be its square
            break
    return y


def _equations(network: Network, y: arb_mat, w: arb_mat, T: arb_mat) -> tuple[arb_mat, arb_mat]:
    P, q = network.size, T.ncols()
    here, nu = _point(y, P), arb_mat(q, 1, y.entries()[P:])
    top = network.gradient(here, here)[0]
    bottom = (T.transpose() * (here - w)).entries() if q else []
    value = (top + T * nu if q else top).entries() + bottom
    H = network.hessian(here).tolist()
    rows = [[*left, *right] for left, right in zip(H, T.tolist(), strict=True)]
    rows += [[*row, *([arb(0)] * q)] for row in T.transpose().tolist()]
    return arb_mat(P + q, 1, value), arb_mat(rows)


def _point(y: arb_mat, size: int) -> arb_mat:
    return arb_mat(size, 1, y.entries()[:size])


def _span(V: arb_mat) -> arb_mat:
    """About orthonormal columns that span the velocities: Gram-Schmidt, the longest one next."""
    left = [[float(x.mid()) for x in column] for column in V.transpose().tolist()]
    chosen: list[list[float]] = []
    first = 0.0
    while left:
        sizes = [sum(x * x for x in column) ** 0.5 for column in left]
        longest = max(range(len(left)), key=sizes.__getitem__)
        first = first or sizes[longest]
        if sizes[longest] <= _RANK_CUT * first:
            break
        unit = [x / sizes[longest] for x in left.pop(longest)]
        chosen.append(unit)
        left = [_without(unit, _without(unit, column)) for column in left]
    return arb_mat(chosen).transpose() if chosen else arb_mat(V.nrows(), 0)


def _without(unit: list[float], column: list[float]) -> list[float]:
    along = sum(a * b for a, b in zip(unit, column, strict=True))
    return [b - along * a for a, b in zip(unit, column, strict=True)]


def _keeps_rank(V: arb_mat, T: arb_mat, away: arb) -> bool:
    """Whether V(W)^T T has full rank for every W within the distance: V changes by twice that."""
    if T.ncols() == 0:
        return True
    A = V.transpose() * T
    bound = (2 * away * length(T)) ** 2
    q = T.ncols()
    unit = arb_mat(q, q, [int(i == j) for i in range(q) for j in range(q)])
    return negative_eigenvalues(A.transpose() * A - unit * bound) == 0
