"""One stored critical point of a spin glass, proved again.

Critical points w on |w|^2 = N are x = w / sqrt(N) with T x^{p-1} = mu x and |x| = 1; the energy per
spin is mu / sqrt(N). As equations in (x, mu) they have a symmetric derivative, whose border adds
one negative eigenvalue and one positive one to those of the Hessian on the sphere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import final

from flint import arb, arb_mat, ctx

from ._contraction import Contraction, contraction, distance, length
from ._couplings import Couplings
from ._finding import PROVED, Finding, Outcome, refuted, undecided
from ._inertia import negative_eigenvalues

PRECISIONS = (64, 128, 256, 512)
_STEPS = 6
_NEAR = 1e-12


@final
@dataclass(frozen=True)
class PointClaim:
    """That exactly one critical point lies within `radius` of w, and of what kind it is.

    Attributes:
        index: Its index on the sphere.
        energy_low: A lower bound on its energy per spin.
        energy_high: An upper bound.
        radius: Its distance from w is at most this.
        alone_within: No other critical point is that near to w.
    """

    index: int
    energy_low: float
    energy_high: float
    radius: float
    alone_within: float

    def makes_sense(self, size: int) -> bool:
        """Whether the numbers can be those of a claim at all."""
        numbers = (self.energy_low, self.energy_high, self.radius, self.alone_within)
        return (
            all(isfinite(number) for number in numbers)
            and 0 <= self.radius <= self.alone_within
            and self.energy_low <= self.energy_high
            and 0 <= self.index < size
        )


def check_point(T: Couplings, w: Sequence[float], claim: PointClaim) -> Finding:
    """Prove a claim about a point again, at rising precision."""
    if len(w) != T.size or not all(isfinite(x) for x in w) or not any(w):
        return refuted("its coordinates are none of a point on the sphere")
    if not claim.makes_sense(T.size):
        return refuted("its numbers are none of a claim")
    finding = undecided("")
    for bits in PRECISIONS:
        with ctx.workprec(bits):
            finding = _checked(T, arb_mat(T.size, 1, list(w)), claim)
        if finding.outcome is not Outcome.UNDECIDED:
            break
    return finding


def _checked(T: Couplings, W: arb_mat, claim: PointClaim) -> Finding:
    root = arb(T.size).sqrt()
    if _is_not_critical(T, W, root, claim.radius):
        return refuted("no critical point lies that near: the gradient is too large")
    x, mu = _newton(T, W)
    found = contraction(*_equations(T, x, mu), lambda R: _lipschitz(T, x, R))
    if found is None:
        return undecided("no critical point could be proved near it")
    away = distance(W - x * root)
    if not _is_alone(T, x, mu, found, (claim.alone_within + away) / root):
        return undecided("other critical points nearby could not be excluded")
    return _compared(T, x, mu, claim, found, away)


def _compared(
    T: Couplings, x: arb_mat, mu: arb, claim: PointClaim, found: Contraction, away: arb
) -> Finding:
    """Distance, index and energy of the one critical point there, against the claim."""
    root = arb(T.size).sqrt()
    reach = root * found.radius
    if away - reach > claim.radius:
        return refuted("the critical point nearby lies farther away than it says")
    negative = negative_eigenvalues(_equations(T, x, mu)[1])
    index = None if negative is None else negative - 1  # the border's own
    if index is not None and index != claim.index:
        return refuted(f"its index is {index}, not {claim.index}")
    energy = (mu + arb(0, found.radius)) * T.scale / root
    if energy < claim.energy_low or energy > claim.energy_high:
        return refuted("its energy lies outside the interval")
    inside = claim.energy_low <= energy and energy <= claim.energy_high
    if index is None or not inside or not away + reach <= claim.radius:
        return undecided("its distance, index or energy could not be decided")
    return PROVED


def _is_not_critical(T: Couplings, W: arb_mat, root: arb, radius: float) -> bool:
    """Whether T x^{p-1} - (T x^p) x is too large for a zero nearby: its slope is at most 2p||T||."""
    norm = distance(W)
    x = W / norm
    g = T.form(x) * x
    rest = g - x * (x.transpose() * g)[0, 0]
    reach = (radius + abs(norm - root)) / root
    return bool(distance(rest) > 2 * T.order * T.norm * reach)


def _newton(T: Couplings, W: arb_mat) -> tuple[arb_mat, arb]:
    """A few steps from w: where they lead is proved afterwards."""
    x = (W / length(W)).mid()
    mu = (x.transpose() * T.form(x) * x)[0, 0].mid()
    for _ in range(_STEPS):
        value, jacobian = _equations(T, x, mu)
        try:
            step = jacobian.mid().solve(value.mid()).mid()
        except ZeroDivisionError:
            break
        entries = step.entries()
        x = (x - arb_mat(T.size, 1, entries[:-1])).mid()
        mu = (mu - entries[-1]).mid()
        if length(step) < _NEAR:  # the next one would be its square
            break
    return x, mu


def _equations(T: Couplings, x: arb_mat, mu: arb) -> tuple[arb_mat, arb_mat]:
    form = T.form(x)
    rows: list[list[arb]] = (form * (T.order - 1)).tolist()
    border = [-entry for entry in x.entries()]
    for i, row in enumerate(rows):
        row[i] -= mu
        row.append(border[i])
    value = [*(form * x - x * mu).entries(), (1 - (x.transpose() * x)[0, 0]) / 2]
    return arb_mat(T.size + 1, 1, value), arb_mat([*rows, [*border, arb(0)]])


def _lipschitz(T: Couplings, x: arb_mat, R: arb) -> arb:
    """||dJ|| <= a |dx| + |dmu| + |dx|, a the curvature of the tensor."""
    a = T.curvature(length(x) + R)
    return ((a + 1) ** 2 + 1).sqrt()


def _is_alone(T: Couplings, x: arb_mat, mu: arb, found: Contraction, d: arb) -> bool:
    """Whether at most one critical unit vector is within d of x.

    Another one, x', has mu' = T x'^p, which differs from T x^p by at most p ||T|| d inside the
    larger sphere.
    """
    offset = abs((x.transpose() * T.form(x) * x)[0, 0] - mu)
    slope = T.order * T.norm * arb(1).max(length(x)) ** (T.order - 1)
    R = (d * d + (offset + slope * d) ** 2).sqrt()
    return bool(found.radius < R) and found.is_unique(R, _lipschitz(T, x, R))
