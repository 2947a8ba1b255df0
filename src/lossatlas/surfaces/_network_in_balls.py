"""Loss, gradient and Hessian of a deep linear network at one point, in balls.

With M = W_L ... W_1 and the data's S_xx, S_yx and S_yy, the loss is half the trace of
M S_xx M^T - 2 M S_yx^T + S_yy. With A_k = W_L ... W_{k+1}, B_k = W_{k-1} ... W_1 and the residual
R = M S_xx - S_yx the gradient is A_k^T R B_k^T, and the Hessian's block (i, j), j < i, has the entries
(A_i^T A_j)[a,c] (B_i S_xx B_j^T)[b,d] + (A_i^T R B_j^T)[a,d] (W_{i-1} ... W_{j+1})[b,c].
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import accumulate, pairwise
from typing import Any, final

from flint import arb, arb_mat

from ._rational_deep_linear import fill_block


@final
@dataclass(frozen=True, eq=False)
class NetworkInBalls:
    """The matrices W_1, ..., W_L of one point, and the data's second moments."""

    matrices: list[arb_mat]
    S_xx: arb_mat
    S_yx: arb_mat
    S_yy: arb

    @classmethod
    def of(
        cls, entries: list[arb], widths: Sequence[int], S_xx: arb_mat, S_yx: arb_mat, S_yy: arb
    ) -> "NetworkInBalls":
        """The network of a flat point."""
        shapes = [(rows, columns) for columns, rows in pairwise(widths)]
        ends = list(accumulate((rows * columns for rows, columns in shapes), initial=0))
        matrices = [
            arb_mat(*shape, entries[start:end])
            for shape, (start, end) in zip(shapes, pairwise(ends), strict=True)
        ]
        return cls(matrices, S_xx, S_yx, S_yy)

    def loss(self) -> arb:
        """Half the squared error."""
        M = self._below[-1]
        product = (M * self.S_xx - 2 * self.S_yx) * M.transpose()
        return (product.trace() + self.S_yy) / 2

    def gradient(self) -> arb_mat:
        """The gradient as a column, in the order of a point."""
        blocks = [
            (A.transpose() * self._residual * B.transpose()).entries()
            for A, B in zip(self._above, self._below, strict=False)
        ]
        entries = [entry for block in blocks for entry in block]
        return arb_mat(len(entries), 1, entries)

    def hessian(self) -> arb_mat:
        """The Hessian, in the order of a point."""
        W, A, B = self.matrices, self._above, self._below
        starts = list(accumulate((M.nrows() * M.ncols() for M in W), initial=0))
        H: Any = arb_mat(starts[-1], starts[-1])
        for i in range(len(W)):
            for j in range(i + 1):
                AA = A[i].transpose() * A[j]
                TT = B[i] * self.S_xx * B[j].transpose()
                between = reduce(lambda a, b: b * a, W[j + 1 : i], identity(W[j].nrows()))
                lower = A[i].transpose() * self._residual * B[j].transpose()
                parts = (lower, between) if j < i else (None, None)
                fill_block(H, starts[i], starts[j], AA, TT, *parts)
        result: arb_mat = H
        return result

    @cached_property
    def _above(self) -> list[arb_mat]:
        """A_k for k = 1, ..., L."""
        start = identity(self.matrices[-1].nrows())
        return list(accumulate(reversed(self.matrices[1:]), lambda a, W: a * W, initial=start))[
            ::-1
        ]

    @cached_property
    def _below(self) -> list[arb_mat]:
        """B_k for k = 1, ..., L, and M at the end."""
        start = identity(self.matrices[0].ncols())
        return list(accumulate(self.matrices, lambda b, W: W * b, initial=start))

    @cached_property
    def _residual(self) -> arb_mat:
        return self._below[-1] * self.S_xx - self.S_yx


def identity(size: int) -> arb_mat:
    """The identity matrix."""
    return arb_mat([[int(i == j) for j in range(size)] for i in range(size)])
