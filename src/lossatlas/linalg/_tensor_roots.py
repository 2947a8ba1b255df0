"""Solutions of T y^{p-1} = s y for a symmetric tensor T, corrected and proved in ball arithmetic.

F(y) = T y^{p-1} - s y has the derivative J = (p-1) T y^{p-2} - s I, and on the ball of radius R
around y this has the Lipschitz constant (p-1)(p-2) U (||y|| + R)^{p-3}, over the complex numbers
too, where U is a bound on the norm of the unfolded tensor: Frobenius' here. Newton-Kantorovich does
the rest. The first contraction of T with all points is one product of ball matrices.
"""

from math import inf
from typing import Any, TypeAlias, final

import numpy as np
from flint import acb_mat, arb_mat, ctx
from numpy import ndarray

from lossatlas.errors import misuse

from ._kantorovich import Inclusion, NoInclusion, euclidean_norm, newton_kantorovich, upper_float

# Where T is not quadratic, its Lipschitz constant is taken on a ball of this share of the point.
_SHARE = 2.0**-10
_PRECISIONS = (106, 212, 424)
_REFINEMENTS = 6

# A real or a complex matrix of balls; all in one call are of one kind.
_Balls: TypeAlias = Any


@final
class TensorRoots:
    """The equations T y^{p-1} = s y of one tensor, whose float64 numbers are taken as exact.

    Args:
        tensor: The symmetric tensor, (N,) * p in float64 and finite, p at least 3.

    Raises:
        ValueError: If it has another shape or numbers that are not finite.

    Example:
        >>> import numpy as np
        >>> from lossatlas.linalg import TensorRoots
        >>> T = np.zeros((2, 2, 2)); T[0, 0, 0], T[1, 1, 1] = 1.0, 2.0
        >>> radii = TensorRoots(T).radii(np.array([[1.0, 0.5], [1.0, 1e-9], [0.7, 0.7]]))
        >>> [radius < 1e-8 for radius in radii]
        [True, True, False]
    """

    def __init__(self, tensor: ndarray) -> None:
        N, p = tensor.shape[0], tensor.ndim
        if p < 3 or tensor.shape != (N,) * p or not np.isfinite(tensor).all():
            raise misuse(
                "tensor",
                should="be of shape (N,) * p with p at least 3, and finite",
                got=tensor.shape,
                remedy="Pass the symmetrised couplings.",
            )
        self.order, self.size = p, N
        with ctx.workprec(_PRECISIONS[0]):
            self._unfolded = arb_mat(tensor.reshape(-1, N).tolist())
            self._norm = euclidean_norm(self._unfolded).upper()

    def steps(self, points: ndarray, *, sign: int = 1) -> ndarray:
        """One Newton step each, exact but for the rounding of the step itself.

        Args:
            points: y (K, N), real or complex.
            sign: s.

        Returns:
            The steps (K, N): the residual is formed in balls and the linear system solved in float64,
            so that `points + steps` is the root rounded once, if the points are near it.
        """
        with ctx.workprec(_PRECISIONS[0]):
            forms = [self._form(A, y, sign) for A, y in self._contracted(points)]
        F = np.array([_midpoints(F) for F, _ in forms]).reshape(*points.shape, 1)
        J = np.array([_midpoints(J) for _, J in forms]).reshape(*points.shape, self.size)
        return _solve(J, F)

    def radii(self, points: ndarray, *, sign: int = 1) -> list[float]:
        """Prove one root near each point.

        Args:
            points: y (K, N), real or complex; their numbers are taken as exact.
            sign: s.

        Returns:
            For each point a radius within which there is exactly one root, a simple one, in Euclidean
            norm over the complex numbers; infinity where this is not proved. Where the point itself
            is too coarse, the root is refined with more bits, three times at most.
        """
        with ctx.workprec(_PRECISIONS[0]):
            return [self._radius(A, y, sign) for A, y in self._contracted(points)]

    def _radius(self, A: _Balls, y: _Balls, sign: int) -> float:
        found = self._inclusion(A, y, sign)
        if isinstance(found, Inclusion):
            return upper_float(found.radius)
        for precision in _PRECISIONS[1:]:
            with ctx.workprec(precision):
                radius = self._refined_radius(y, sign)
            if radius < inf:
                return radius
        return inf

    def _refined_radius(self, y: _Balls, sign: int) -> float:
        """The proof around a refined point, carried back to the point that was given."""
        z = y
        for _ in range(_REFINEMENTS):
            F, J = self._form(self._contraction(z), z, sign)
            try:
                z = (z - J.solve(F)).mid()
            except ZeroDivisionError:
                return inf
        found = self._inclusion(self._contraction(z), z, sign)
        if not isinstance(found, Inclusion):
            return inf
        moved = euclidean_norm(z - y)
        radius = (moved + found.radius).upper()
        # Exactly one root around the given point needs room for its whole ball around the refined one.
        return upper_float(radius) if radius + moved < found.unique_within else inf

    def _inclusion(self, A: _Balls, y: _Balls, sign: int) -> Inclusion | NoInclusion:
        p = self.order
        F, J = self._form(A, y, sign)
        length = euclidean_norm(y)
        reach = (_SHARE * length).lower() if p > 3 else None
        K = (p - 1) * (p - 2) * self._norm * (length * (1 + _SHARE)) ** (p - 3)
        return newton_kantorovich(F, J, lipschitz=K, within=reach)

    def _form(self, A: _Balls, y: _Balls, sign: int) -> tuple[_Balls, _Balls]:
        identity = arb_mat(np.eye(self.size).tolist()) * sign
        return A * y - y * sign, A * (self.order - 1) - identity

    def _contracted(self, points: ndarray) -> list[tuple[_Balls, _Balls]]:
        """T y^{p-2} and y as a column, for every point."""
        if len(points) == 0:
            return []
        kind: Any = acb_mat if np.iscomplexobj(points) else arb_mat
        columns = kind(points.T.tolist())
        first = (kind(self._unfolded) * columns).entries()  # row-major over (N^(p-1), K)
        entries, K, N = columns.entries(), len(points), self.size
        return [
            (self._rest(kind(len(first) // K // N, N, first[k::K]), y), y)
            for k in range(K)
            for y in (kind(N, 1, entries[k::K]),)
        ]

    def _contraction(self, y: _Balls) -> _Balls:
        kind, N = type(y), self.size
        first = (kind(self._unfolded) * y).entries()
        return self._rest(kind(len(first) // N, N, first), y)

    def _rest(self, A: _Balls, y: _Balls) -> _Balls:
        """The contractions after the first, until a matrix is left."""
        kind, N = type(y), self.size
        while A.nrows() > N:
            A = kind(A.nrows() // N, N, (A * y).entries())
        return A


def _midpoints(matrix: _Balls) -> ndarray:
    kind: Any = complex if isinstance(matrix, acb_mat) else float
    return np.array([kind(x) for x in matrix.entries()]).reshape(matrix.nrows(), matrix.ncols())


def _solve(J: ndarray, F: ndarray) -> ndarray:
    """-J^{-1} F for each, NaN for all of a batch that holds a singular matrix."""
    try:
        return -np.linalg.solve(J, F)[..., 0]
    except np.linalg.LinAlgError:
        return np.full_like(F[..., 0], np.nan)
