"""Gradient and Hessian of a deep linear network in rational arithmetic: no rounding at all.

Where weights and data are rational the derivatives are too, so a gradient is zero or it is not, and
the Hessian's rank and inertia are integers without a tolerance. The formulas are those of
`_chains.py`, with the samples themselves in place of their factor.
"""

from collections.abc import Sequence
from functools import reduce
from itertools import accumulate, pairwise
from numbers import Rational
from typing import Any, TypeAlias

from flint import fmpq, fmpq_mat

from lossatlas.errors import misuse

Rows: TypeAlias = Sequence[Sequence[Rational]]


def rational_gradient(weights: Sequence[Rows], inputs: Rows, targets: Rows) -> fmpq_mat:
    """The exact gradient of 1/2 ||X M^T - Y||_F^2.

    Args:
        weights: W_1, ..., W_L, each as rows of integers or fractions.
        inputs: X (n, d_x), samples as rows.
        targets: Y (n, d_y).

    Returns:
        The gradient as a column (P, 1), in the order of a point.

    Raises:
        ValueError: If an entry is not rational or the shapes do not chain.

    Example:
        >>> from lossatlas.surfaces import rational_gradient
        >>> rational_gradient([[[2]], [[3]]], [[1]], [[5]])
        [3]
        [2]
    """
    _, T, D = _chains(weights, inputs, targets)
    blocks = [d.transpose() * t for d, t in zip(D, T, strict=True)]
    entries = [entry for block in blocks for row in block.tolist() for entry in row]
    return fmpq_mat(len(entries), 1, entries)


def rational_hessian(weights: Sequence[Rows], inputs: Rows, targets: Rows) -> fmpq_mat:
    """The exact Hessian of 1/2 ||X M^T - Y||_F^2.

    Args:
        weights: W_1, ..., W_L, each as rows of integers or fractions.
        inputs: X (n, d_x), samples as rows.
        targets: Y (n, d_y).

    Returns:
        The Hessian (P, P), in the order of a point.

    Raises:
        ValueError: If an entry is not rational or the shapes do not chain.

    Example:
        >>> from lossatlas.surfaces import rational_hessian
        >>> rational_hessian([[[2]], [[3]]], [[1]], [[5]])
        [9, 7]
        [7, 4]
    """
    W, T, D = _chains(weights, inputs, targets)
    A = _down(W)
    starts = list(accumulate((M.nrows() * M.ncols() for M in W), initial=0))
    H = fmpq_mat(starts[-1], starts[-1])
    for i in range(len(W)):
        for j in range(i + 1):
            AA = A[i].transpose() * A[j]
            TT = T[i].transpose() * T[j]
            DT, C = (D[i].transpose() * T[j], _between(W, i, j)) if j < i else (None, None)
            fill_block(H, starts[i], starts[j], AA, TT, DT, C)
    return H


def _chains(
    weights: Sequence[Rows], inputs: Rows, targets: Rows
) -> tuple[list[fmpq_mat], list[fmpq_mat], list[fmpq_mat]]:
    """The matrices, the activations T_k (n, d_{k-1}) and the residuals D_k (n, d_k)."""
    W = [_matrix("weights", rows) for rows in weights]
    X, Y = _matrix("inputs", inputs), _matrix("targets", targets)
    _check_shapes(W, X, Y)
    T = list(accumulate(W, lambda t, M: t * M.transpose(), initial=X))
    D = list(accumulate(reversed(W[1:]), lambda d, M: d * M, initial=T[-1] - Y))
    return W, T[:-1], D[::-1]


def _down(W: list[fmpq_mat]) -> list[fmpq_mat]:
    """A_k = W_L ... W_{k+1}."""
    eye = _identity(W[-1].nrows())
    return list(accumulate(reversed(W[1:]), lambda a, M: a * M, initial=eye))[::-1]


def _between(W: list[fmpq_mat], i: int, j: int) -> fmpq_mat:
    """W_{i-1} ... W_{j+1}, the identity where there is nothing between."""
    return reduce(lambda product, M: M * product, W[j + 1 : i], _identity(W[j].nrows()))


def fill_block(H: Any, row: int, column: int, AA: Any, TT: Any, DT: Any, C: Any) -> None:
    """Write AA[a,c] TT[b,d] + DT[a,d] C[b,c] into the block and its mirror, in any arithmetic.

    DT and C are None on the diagonal, where the term is not.
    """
    for a in range(AA.nrows()):
        for b in range(TT.nrows()):
            for c in range(AA.ncols()):
                for d in range(TT.ncols()):
                    entry = AA[a, c] * TT[b, d]
                    if DT is not None and C is not None:
                        entry += DT[a, d] * C[b, c]
                    p, q = row + a * TT.nrows() + b, column + c * TT.ncols() + d
                    H[p, q] = H[q, p] = entry


def _matrix(name: str, rows: Rows) -> fmpq_mat:
    """Rows of integers or fractions as a matrix of rationals."""
    entries = [[_rational(name, entry) for entry in row] for row in rows]
    if not entries or not entries[0] or any(len(row) != len(entries[0]) for row in entries):
        raise misuse(
            name,
            should="be rows of equal length, at least one of each",
            got=[len(row) for row in entries],
            remedy="Pass nested lists.",
        )
    return fmpq_mat(entries)


def _rational(name: str, entry: Rational) -> fmpq:
    if isinstance(entry, fmpq):
        return entry
    if not isinstance(entry, Rational):
        raise misuse(
            name,
            should="hold integers and fractions",
            got=type(entry).__name__,
            remedy="Convert with `fractions.Fraction`, which is exact for floats too.",
        )
    return fmpq(int(entry.numerator), int(entry.denominator))


def _check_shapes(W: list[fmpq_mat], X: fmpq_mat, Y: fmpq_mat) -> None:
    chained = all(above.ncols() == below.nrows() for below, above in pairwise(W))
    ends = bool(W) and X.ncols() == W[0].ncols() and Y.ncols() == W[-1].nrows()
    if not (chained and ends and X.nrows() == Y.nrows()):
        raise misuse(
            "weights",
            should="chain from the inputs to the targets, W_k of shape (d_k, d_{k-1})",
            got=[(M.nrows(), M.ncols()) for M in (X, *W, Y)],
            remedy="Samples are rows of inputs and targets.",
        )


def _identity(size: int) -> fmpq_mat:
    return fmpq_mat([[int(i == j) for j in range(size)] for i in range(size)])
