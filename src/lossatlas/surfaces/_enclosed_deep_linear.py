"""Critical points of deep linear networks on a slice across their symmetry, in ball arithmetic.

W_k -> g_k W_k g_{k-1}^{-1} leaves the loss as it is, so the Hessian is singular along the orbit. Let
T have columns that span the orbit's tangent space at W_0, q of them. The bordered equations

    F(W, nu) = (grad(W) + T nu, T^T (W - W_0)),   F' = [[H(W), T], [T^T, 0]]

have a simple root where H has no other null vector. The gradient is orthogonal to the orbit's
tangents M(W) everywhere, so at the root M(W)^T T nu = 0, and nu = 0 if M(W)^T T has rank q: the root
is a critical point. M is linear with norm at most 2, which carries the rank over from W_0. Then the
nullity is q exactly, and the index that of F' less q. The Hessian's Lipschitz constant on a ball of
radius rho, with omega_k = ||W_k|| + rho and Om_ex the product of those not left out, is

    3 ||X||^2 m_1 m_2 + ||X|| (||X M^T - Y|| + ||X|| m_1 rho) m_3,

m_1^2 = sum Om_k^2, m_2 the largest row sum of the Om_ij, m_3^2 = 6 sum Om_ijk^2: the third derivative
is 3 <dM X, d^2M X> + <residual, d^3M X>.
"""

from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import combinations
from math import log2
from typing import final

import torch
from flint import arb, arb_mat, ctx
from jaxtyping import Float
from torch import Tensor

from lossatlas.linalg import (
    Inclusion,
    eigenvalue_enclosures,
    euclidean_norm,
    inertia_in_balls,
    lower_float,
    newton_kantorovich,
    upper_float,
)

from ._activations import Gauge
from ._deep_linear import DeepLinear
from ._enclosure import AbstractEnclosure, EnclosedPoint, Unproved
from ._network_in_balls import NetworkInBalls
from ._symmetry import orbit_tangents

_FLOAT64_BITS = 53
_SHARE = 1 / 32
_SLACK = 2
_MARGIN = 4
_RANK_CUT = 1e-8
# Eigenvalues below this share of the largest count as zero where the reason is worded.
_ZERO = 1e-9
LARGEST = 300
# Entries of the orbit's tangents, of which a layer of d units has d^2.
_MOST_TANGENTS = 60_000


@final
@dataclass(frozen=True, eq=False)
class EnclosedDeepLinear(AbstractEnclosure):
    """The equations of one network and its data, both taken as exact.

    Args:
        surface: The surface.
    """

    surface: DeepLinear

    @property
    def test(self) -> str:
        return "Newton-Kantorovich for the bordered gradient on a slice across the symmetry"

    @property
    def parity(self) -> None:
        return None

    @property
    def spins(self) -> None:
        return None

    def prove(self, w: Float[Tensor, " P"], *, precision: int) -> EnclosedPoint | Unproved:
        refusal = self._refusal(w)
        if refusal is not None:
            return refusal
        M = self._tangents(w)
        T = _basis(M)
        unexplained = self._unexplained(w, T.shape[1])
        if unexplained is not None:
            return unexplained
        with ctx.workprec(precision):
            return self._proved(_column(w), arb_mat(M.tolist()), arb_mat(T.tolist()), precision)

    def _proved(
        self, W: arb_mat, M: arb_mat, T: arb_mat, precision: int
    ) -> EnclosedPoint | Unproved:
        P, q = T.nrows(), T.ncols()
        y = self._refined(W, T, precision)
        here = arb_mat(P, 1, y.entries()[:P])
        rho = arb(_SHARE) * (1 + euclidean_norm(here))
        away = euclidean_norm(here - W)
        if not away < rho:
            return Unproved("Newton's method leads away: w is no critical point", hopeless=True)
        K = self._lipschitz(here, rho)
        value, jacobian = self._equations(y, W, T)
        found = newton_kantorovich(value, jacobian, lipschitz=K, within=rho)
        if not isinstance(found, Inclusion):
            h = found.contraction
            return Unproved(str(found.obstacle), None if h is None else float(h))
        if not _spans(M, T, away + found.radius):
            return Unproved("the symmetry's directions cannot be told from fewer")
        negative, undecided, positive = inertia_in_balls(jacobian)
        if undecided:
            return Unproved("the signs of the Hessian's eigenvalues are not decided")
        radius = upper_float(_SLACK * (away + found.radius))
        alone = lower_float(found.unique_within / _MARGIN - away)
        if not radius < alone:
            return Unproved("other critical points nearby are not excluded", radius)
        signs = (negative - q, q, positive - q)
        bounds = self._bounds(here, found.radius, K)
        return EnclosedPoint(radius, alone, signs, bounds, upper_float(found.contraction))

    def _bounds(self, here: arb_mat, radius: arb, K: arb) -> tuple[float, float]:
        """The loss at the root: seen from there, it has no first-order term."""
        network = self._at(here)
        most = (euclidean_norm(network.hessian()) + K * radius) * radius**2 / 2
        loss = network.loss() + arb(0, _SLACK * most.upper())
        return max(0.0, lower_float(loss)), upper_float(loss)

    def _refined(self, W: arb_mat, T: arb_mat, precision: int) -> arb_mat:
        y = arb_mat(T.nrows() + T.ncols(), 1, [*W.entries(), *([arb(0)] * T.ncols())])
        for _ in range(1 + max(0, round(log2(precision / _FLOAT64_BITS)))):
            value, jacobian = self._equations(y, W, T)
            try:
                y = (y - jacobian.solve(value)).mid()
            except ZeroDivisionError:
                break
        return y

    def _equations(self, y: arb_mat, W: arb_mat, T: arb_mat) -> tuple[arb_mat, arb_mat]:
        P, q = T.nrows(), T.ncols()
        entries = y.entries()
        here, nu = arb_mat(P, 1, entries[:P]), arb_mat(q, 1, entries[P:])
        network = self._at(here)
        across = T.transpose()
        top = network.gradient() + T * nu if q else network.gradient()
        bottom = (across * (here - W)).entries() if q else []
        rows = [
            [*left, *right]
            for left, right in zip(network.hessian().tolist(), T.tolist(), strict=True)
        ]
        rows += [[*row, *([arb(0)] * q)] for row in across.tolist()]
        return arb_mat(P + q, 1, [*top.entries(), *bottom]), arb_mat(rows)

    def _lipschitz(self, here: arb_mat, rho: arb) -> arb:
        network = self._at(here)
        om = [_norm(matrix) + rho for matrix in network.matrices]
        X = _norm_of_gram(self._data[0]).sqrt()

        def without(*out: int) -> arb:
            return reduce(lambda a, b: a * b, (o for k, o in enumerate(om) if k not in out), arb(1))

        layers = range(len(om))
        m_1 = sum((without(k) ** 2 for k in layers), arb(0)).sqrt()
        rows = [sum((without(i, j) for j in layers if j != i), arb(0)).upper() for i in layers]
        m_2 = max(rows)
        m_3 = (6 * sum((without(*three) ** 2 for three in combinations(layers, 3)), arb(0))).sqrt()
        residual = (2 * network.loss()).nonnegative_part().sqrt() + X * m_1 * rho
        return (3 * X**2 * m_1 * m_2 + X * residual * m_3).upper()

    def _at(self, here: arb_mat) -> NetworkInBalls:
        return NetworkInBalls.of(here.entries(), self.surface.widths, *self._data)

    @cached_property
    def _data(self) -> tuple[arb_mat, arb_mat, arb]:
        """S_xx, S_yx and the trace of S_yy, at many bits: no cancellation reaches the answer."""
        X, Y = (part.double().cpu() for part in (self.surface.inputs, self.surface.targets))
        samples = len(X) if self.surface.reduction == "mean" else 1
        with ctx.workprec(1024):
            inputs, targets = arb_mat(X.tolist()), arb_mat(Y.tolist())
            total = sum((y * y for y in targets.entries()), arb(0))
            S_xx, S_yx = inputs.transpose() * inputs, targets.transpose() * inputs
            return S_xx / samples, S_yx / samples, total / samples

    def _tangents(self, w: Tensor) -> Tensor:
        weights = self.surface.weights(w.to(self.surface.dtype))
        return orbit_tangents(
            [W.double() for W in weights], None, gauge=Gauge.LINEAR, shift_invariant=False
        )

    def _refusal(self, w: Tensor) -> Unproved | None:
        if self.surface.dimension > LARGEST:
            reason = f"{self.surface.dimension} weights are too many for balls (at most {LARGEST})"
            return Unproved(reason, hopeless=True)
        widest = sum(d * d for d in self.surface.widths[1:-1])
        if self.surface.dimension * widest > _MOST_TANGENTS:
            reason = f"{widest} directions of symmetry are too many for balls"
            return Unproved(reason, hopeless=True)
        if not bool(w.isfinite().all()):
            return Unproved("the point is not finite", hopeless=True)
        return None

    def _unexplained(self, w: Tensor, q: int) -> Unproved | None:
        """Null vectors that the symmetry does not explain: no slice makes such a root simple."""
        sizes = torch.linalg.eigvalsh(self.surface.hessian(w.to(self.surface.dtype))).abs()
        nullity = int((sizes <= _ZERO * sizes.max()).sum())
        if nullity <= q:
            return None
        M = reduce(lambda product, W: W @ product, self.surface.weights(w.to(self.surface.dtype)))
        rank = int(torch.linalg.matrix_rank(M, rtol=_RANK_CUT))
        reason = (
            f"the Hessian's nullity {nullity} exceeds the orbit's dimension {q} (product of rank "
            f"{rank}): the critical points there are more than one orbit, or not a manifold"
        )
        return Unproved(reason, float(nullity), hopeless=True)


def _basis(M: Float[Tensor, "P g"]) -> Float[Tensor, "P q"]:
    """Columns near an orthonormal basis of the tangents: any that span about the same will do."""
    if M.numel() == 0:
        return M[:, :0]
    U, s, _ = torch.linalg.svd(M, full_matrices=False)
    span: Tensor = U[:, s > _RANK_CUT * s[0]]
    return span


def _column(w: Tensor) -> arb_mat:
    return arb_mat(len(w), 1, w.double().tolist())


def _spans(M: arb_mat, T: arb_mat, distance: arb) -> bool:
    """Whether M(W)^T T has full rank for every W that near: M changes by at most twice as much."""
    if T.ncols() == 0:
        return True
    A = M.transpose() * T
    least = eigenvalue_enclosures(A.transpose() * A)
    change = 2 * distance * euclidean_norm(T)
    return least is not None and bool(least[0] > change**2)


def _norm(matrix: arb_mat) -> arb:
    return _norm_of_gram(matrix.transpose() * matrix).sqrt()


def _norm_of_gram(gram: arb_mat) -> arb:
    """The largest eigenvalue of a semidefinite matrix, at most."""
    found = eigenvalue_enclosures(gram)
    largest = euclidean_norm(gram) if found is None else found[-1].nonnegative_part()
    return largest.upper()
