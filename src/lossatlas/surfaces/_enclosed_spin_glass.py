"""The critical points of a spherical spin glass as simple roots, in ball arithmetic.

With unit vectors x = w / sqrt(N), the critical points of H are the solutions of T x^{p-1} = mu x,
|x| = 1, and mu = sqrt(N) u for the energy u per spin. As equations in (x, mu),

    F = (T x^{p-1} - mu x, (1 - x.x) / 2),   F' = [[(p-1) T x^{p-2} - mu, -x], [-x^T, 0]],

F' is symmetric and, by its border, has one negative and one positive eigenvalue more than the
Hessian on the tangent space. Unlike the unconstrained T y^{p-1} = sgn(mu) y it holds for p = 2 and
near mu = 0. Lipschitz constant on |x| <= R: with a = (p-1)(p-2) ||unfold(T)||_2 R^{p-3} it is
((a + 1)^2 + 1)^{1/2}. T is divided by a power of two above its norm, so that mu is of size 1.
"""

from dataclasses import dataclass
from functools import cached_property
from math import frexp, ldexp, log2
from typing import final

import numpy as np
from flint import arb, arb_mat, ctx
from jaxtyping import Float
from torch import Tensor

from lossatlas.linalg import (
    Inclusion,
    eigenvalue_enclosures,
    euclidean_norm,
    forecast,
    inertia_in_balls,
    lower_float,
    newton_kantorovich,
    upper_float,
)

from ._enclosure import AbstractEnclosure, EnclosedPoint, Unproved

_FLOAT64_BITS = 53
# The Lipschitz constant is taken on this ball about the point, where it depends on a ball at all.
_WITHIN = 0.25
# Twice the proved distances are stated: another proof, rounded otherwise, must find the same.
_SLACK = 2
# A quarter of the solitude: the checker proves it by Banach's theorem, which reaches half as far.
_MARGIN = 4
LARGEST = 2_000_000
# A coupling as a Python number and as two balls, the unfolding and its product with a vector.
_BYTES = 200


@final
@dataclass(frozen=True, eq=False)
class EnclosedSpinGlass(AbstractEnclosure):
    """The equations of one draw of the couplings.

    Args:
        couplings: The symmetric tensor T, (N, ..., N) with p axes; its entries are exact.
    """

    couplings: Float[Tensor, "..."]

    @property
    def test(self) -> str:
        return "Newton-Kantorovich for the critical equations on the sphere"

    @property
    def parity(self) -> int:
        return -1 if self._order % 2 else 1

    @property
    def spins(self) -> int:
        return int(self.couplings.shape[0])

    def prove(self, w: Float[Tensor, " N"], *, precision: int) -> EnclosedPoint | Unproved:
        if self.couplings.numel() > LARGEST:
            reason = (
                f"{self.couplings.numel()} couplings are too many for balls (at most {LARGEST})"
            )
            return Unproved(reason, hopeless=True)
        if not bool(w.isfinite().all()) or not bool(w.any()):
            return Unproved("the point is not finite, or zero", hopeless=True)
        with ctx.workprec(precision):
            W = arb_mat(self.spins, 1, w.tolist())
            start = self._start(W)
            centre = self._refined(start, precision)
            # Near the start |x| <= 1 + _WITHIN too, as the Lipschitz constant takes for granted.
            if not euclidean_norm(centre - start) < _WITHIN / 2:
                return Unproved("Newton's method leads away: w is no critical point", hopeless=True)
            value, jacobian = self._equations(centre)
            found = newton_kantorovich(
                value, jacobian, lipschitz=self._lipschitz, within=arb(_WITHIN)
            )
            if not isinstance(found, Inclusion):
                h = found.contraction
                return Unproved(str(found.obstacle), None if h is None else float(h))
            negative, undecided, positive = inertia_in_balls(jacobian)
            if undecided:
                return Unproved("the signs of the Hessian's eigenvalues are not decided")
            signs = (negative - 1, 0, positive - 1)
            return self._in_units_of_w(W, centre, found, signs)

    def _in_units_of_w(
        self, W: arb_mat, centre: arb_mat, found: Inclusion, signs: tuple[int, int, int]
    ) -> EnclosedPoint | Unproved:
        """From (x, mu) to the sphere of radius sqrt(N)."""
        x, mu = self._parts(centre)
        root = arb(self.spins).sqrt()
        away = euclidean_norm(W - x * root)
        radius = upper_float(_SLACK * (away + root * found.radius))
        alone = lower_float(root * self._reach(x, mu, found.unique_within / _MARGIN) - away)
        if not radius < alone:
            return Unproved("other critical points nearby are not excluded", radius)
        level = (mu + arb(0, _SLACK * found.radius)) * self._scale * root
        bounds = lower_float(level), upper_float(level)
        return EnclosedPoint(radius, alone, signs, bounds, upper_float(found.contraction))

    def _reach(self, x: arb_mat, mu: arb, unique: arb) -> arb:
        """How far unit vectors x' may be from x so that (x', T x'^p) is within `unique` of (x, mu).

        T x^p changes by at most p ||T|| per unit of length inside the larger of the two spheres.
        """
        offset = abs((x.transpose() * self._form(x) * x)[0, 0] - mu)
        slope = (
            self._order * self._norm * max(arb(1), euclidean_norm(x).upper()) ** (self._order - 1)
        )
        return (unique - offset) / (1 + slope * slope).sqrt()

    def _start(self, W: arb_mat) -> arb_mat:
        x = (W / euclidean_norm(W)).mid()
        mu = (x.transpose() * self._form(x) * x)[0, 0].mid()
        return arb_mat(self.spins + 1, 1, [*x.entries(), mu])

    def _refined(self, y: arb_mat, precision: int) -> arb_mat:
        """Newton's steps double the digits: from float64's to those of the precision."""
        for _ in range(1 + max(0, round(log2(precision / _FLOAT64_BITS)))):
            value, jacobian = self._equations(y)
            try:
                y = (y - jacobian.solve(value)).mid()
            except ZeroDivisionError:
                break
        return y

    def _equations(self, y: arb_mat) -> tuple[arb_mat, arb_mat]:
        x, mu = self._parts(y)
        form = self._form(x)
        rest = (1 - (x.transpose() * x)[0, 0]) / 2
        value = arb_mat(self.spins + 1, 1, [*(form * x - x * mu).entries(), rest])
        rows = (form * (self._order - 1)).tolist()
        entries = x.entries()
        for i, row in enumerate(rows):
            row[i] -= mu
            row.append(-entries[i])
        return value, arb_mat([*rows, [*(-entry for entry in entries), arb(0)]])

    def _form(self, x: arb_mat) -> arb_mat:
        """T x^{p-2}, a symmetric matrix, of the scaled couplings."""
        form = self._unfolding
        for power in range(self._order - 1, 1, -1):
            rows = self.spins ** (power - 1)
            form = arb_mat(rows, self.spins, (form * x).entries())
        return form

    def _parts(self, y: arb_mat) -> tuple[arb_mat, arb]:
        entries = y.entries()
        return arb_mat(self.spins, 1, entries[:-1]), entries[-1]

    @property
    def _order(self) -> int:
        return self.couplings.ndim

    @cached_property
    def _unfolding(self) -> arb_mat:
        """T over its scale, its last axis as columns; a division by a power of two is exact."""
        forecast(
            _BYTES * self.couplings.numel(),
            purpose=f"The {self.couplings.numel()} couplings in balls",
            remedy="Certify points of a smaller instance.",
        )
        T = self.couplings.double().cpu().numpy().ravel()
        rows = self.spins ** (self._order - 1)
        scaled: list[float] = T.tolist()
        return arb_mat(rows, self.spins, scaled) * arb(1 / self._scale)

    @cached_property
    def _scale(self) -> float:
        """The least power of two above a float64 estimate of ||unfold(T)||_2."""
        A = self.couplings.double().cpu().numpy().reshape(self.spins, -1)
        largest = float(np.linalg.eigvalsh(A @ A.T)[-1]) ** 0.5
        return ldexp(1.0, frexp(largest)[1]) if 0 < largest < np.inf else 1.0

    @cached_property
    def _norm(self) -> arb:
        """An upper bound on ||unfold(T)||_2, which bounds T as a multilinear form."""
        A = self._unfolding
        with ctx.workprec(2 * _FLOAT64_BITS):
            gram = A.transpose() * A
            enclosures = eigenvalue_enclosures(gram)
            if enclosures is None:
                return euclidean_norm(A).upper()
            return enclosures[-1].nonnegative_part().sqrt().upper()

    @cached_property
    def _lipschitz(self) -> arb:
        p = self._order
        with ctx.workprec(2 * _FLOAT64_BITS):
            reach = arb(1 + 2 * _WITHIN) ** max(p - 3, 0)
            a = (p - 1) * (p - 2) * self._norm * reach
            return ((a + 1) ** 2 + 1).sqrt().upper()
