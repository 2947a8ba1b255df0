"""The loss of a deep linear network in balls, with derivatives of its own.

Half ||X M^T - Y||^2 with M = W_L ... W_1 depends on the data through S_xx = X^T X, S_yx = Y^T X and
S_yy. The gradient is A_k^T (M S_xx - S_yx) B_k^T with the products A_k above and B_k below layer k; the
Hessian is formed column by column, by carrying a change beside each value.
"""

from collections.abc import Sequence
from functools import reduce
from itertools import accumulate, combinations, pairwise
from math import isfinite, prod
from typing import final

from flint import arb, arb_mat, ctx

from ._contraction import norm

MOST_WEIGHTS = 300
MOST_DATA = 2_000_000
# Entries of the velocities: a layer of d units has d^2 of them, each as long as a point.
MOST_VELOCITIES = 60_000
_BITS = 1024

Changing = tuple[arb_mat, arb_mat]


@final
class Network:
    """The widths (d_x, d_1, ..., d_y) and the data's second moments, over a divisor.

    Raises:
        ValueError: If widths, samples and data do not fit, or are too many.
    """

    def __init__(
        self, widths: Sequence[int], samples: int, data: Sequence[float], *, divisor: int = 1
    ) -> None:
        if len(widths) < 3 or min(widths) < 1 or max(widths) > MOST_WEIGHTS or samples < 1:
            raise ValueError("its widths are none of a network")
        self.shapes = [(rows, columns) for columns, rows in pairwise(widths)]
        self.size = sum(map(prod, self.shapes))
        velocities = self.size * sum(d * d for d in widths[1:-1])
        if self.size > MOST_WEIGHTS or velocities > MOST_VELOCITIES or len(data) > MOST_DATA:
            raise ValueError("it is too large to check")
        inputs = samples * widths[0]
        if len(data) != inputs + samples * widths[-1] or not all(map(isfinite, data)):
            raise ValueError("its data do not fit its widths, or are not finite")
        with ctx.workprec(_BITS):
            X = arb_mat(samples, widths[0], list(data[:inputs]))
            Y = arb_mat(samples, widths[-1], list(data[inputs:]))
            self.S_xx, self.S_yx = X.transpose() * X / divisor, Y.transpose() * X / divisor
            self.S_yy = (Y.transpose() * Y).trace() / divisor

    def matrices(self, w: arb_mat) -> list[arb_mat]:
        """W_1, ..., W_L of a flat point."""
        ends = list(accumulate(map(prod, self.shapes), initial=0))
        entries = w.entries()
        return [
            arb_mat(*shape, entries[start:end])
            for shape, (start, end) in zip(self.shapes, pairwise(ends), strict=True)
        ]

    def loss(self, w: arb_mat) -> arb:
        """Half the squared error."""
        M = reduce(lambda product, W: W * product, self.matrices(w))
        return (((M * self.S_xx - 2 * self.S_yx) * M.transpose()).trace() + self.S_yy) / 2

    def gradient(self, w: arb_mat, change: arb_mat) -> Changing:
        """The gradient, and its derivative along a change of the point."""
        W = list(zip(self.matrices(w), self.matrices(change), strict=True))
        below = list(accumulate(W, lambda b, M: _times(M, b), initial=_constant(self.shapes[0][1])))
        above = list(accumulate(W[:0:-1], _times, initial=_constant(self.shapes[-1][0])))[::-1]
        M, dM = below[-1]
        residual = (M * self.S_xx - self.S_yx, dM * self.S_xx)
        blocks = [
            _times(_times(_turned(A), residual), _turned(B))
            for A, B in zip(above, below, strict=False)
        ]
        entries = [[x for block in blocks for x in block[part].entries()] for part in (0, 1)]
        return arb_mat(self.size, 1, entries[0]), arb_mat(self.size, 1, entries[1])

    def hessian(self, w: arb_mat) -> arb_mat:
        """The Hessian, a column for each weight."""
        units = ([int(i == j) for j in range(self.size)] for i in range(self.size))
        columns = [self.gradient(w, arb_mat(self.size, 1, unit))[1].entries() for unit in units]
        return arb_mat(columns).transpose()

    def curvature(self, w: arb_mat, radius: arb) -> arb:
        """A Lipschitz constant of the Hessian on the ball about w.

        The third derivative is 3 <dM X, d^2M X> + <residual, d^3M X>; the norm of each change of M is
        bounded by the products of the norms of the matrices that it leaves out.
        """
        sizes = [norm(M) + radius for M in self.matrices(w)]

        def squares(left_out: int) -> arb:
            subsets = combinations(range(len(sizes)), left_out)
            products = (
                reduce(lambda a, b: a * b, (s for k, s in enumerate(sizes) if k not in out), arb(1))
                for out in subsets
            )
            return sum((product**2 for product in products), arb(0))

        # d^2M is a form 2 sum Om_ij |v_i| |v_j|, at most the Frobenius norm of the whole matrix.
        once, twice, thrice = squares(1).sqrt(), (2 * squares(2)).sqrt(), (6 * squares(3)).sqrt()
        X = norm(self.S_xx).sqrt()
        residual = (2 * self.loss(w)).nonnegative_part().sqrt() + X * once * radius
        return (3 * X**2 * once * twice + X * residual * thrice).upper()

    def velocities(self, w: arb_mat) -> arb_mat:
        """The directions of the symmetry, one a column, with the hidden layers' unit changes."""
        W = self.matrices(w)
        rows = []
        for k in range(len(W) - 1):
            d = W[k].nrows()
            for a in range(d):
                for b in range(d):
                    g = arb_mat(d, d, [int((i, j) == (a, b)) for i in range(d) for j in range(d)])
                    parts = [arb_mat(*shape) for shape in self.shapes]
                    parts[k], parts[k + 1] = g * W[k], -W[k + 1] * g
                    rows.append([x for part in parts for x in part.entries()])
        return arb_mat(rows).transpose()


def _times(one: Changing, other: Changing) -> Changing:
    return one[0] * other[0], one[0] * other[1] + one[1] * other[0]


def _turned(matrix: Changing) -> Changing:
    return matrix[0].transpose(), matrix[1].transpose()


def _constant(size: int) -> Changing:
    unit = [int(i == j) for i in range(size) for j in range(size)]
    return arb_mat(size, size, unit), arb_mat(size, size)
