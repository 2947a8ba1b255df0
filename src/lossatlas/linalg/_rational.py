"""Rank and inertia over the rationals: no rounding, no doubt.

A congruence keeps the inertia (Sylvester). Symmetric elimination takes a non-zero diagonal entry as
a pivot of one row; when the whole diagonal is zero, any non-zero entry b gives the pivot
[[0, b], [b, 0]], which has one eigenvalue of each sign. What is left at the end is zero.
"""

from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat

from lossatlas.errors import misuse


def rational_rank(matrix: fmpq_mat) -> int:
    """The exact rank of a rational matrix.

    Args:
        matrix: A python-flint `fmpq_mat` of any shape.

    Returns:
        Its rank.

    Example:
        >>> from flint import fmpq_mat
        >>> from lossatlas.linalg import rational_rank
        >>> rational_rank(fmpq_mat([[1, 2], [2, 4]]))
        1
    """
    return int(matrix.rank())


def rational_inertia(matrix: fmpq_mat) -> tuple[int, int, int]:
    """The exact numbers of negative, zero and positive eigenvalues of a symmetric matrix.

    Args:
        matrix: A symmetric python-flint `fmpq_mat`.

    Returns:
        Negative, zero, positive; they sum to n.

    Raises:
        ValueError: If the matrix is not square and symmetric.

    Example:
        >>> from flint import fmpq_mat
        >>> from lossatlas.linalg import rational_inertia
        >>> rational_inertia(fmpq_mat([[0, 1, 0], [1, 0, 0], [0, 0, 0]]))
        (1, 1, 1)
    """
    if matrix.nrows() != matrix.ncols() or matrix != matrix.transpose():
        raise misuse(
            "matrix",
            should="be square and symmetric",
            got=f"{matrix.nrows()} x {matrix.ncols()}",
            remedy="Only a symmetric matrix has an inertia.",
        )
    rows = matrix.tolist()
    negative = positive = 0
    while rows:
        pivot = next((i for i in range(len(rows)) if rows[i][i] != 0), None)
        if pivot is not None:
            negative += rows[pivot][pivot] < 0
            positive += rows[pivot][pivot] > 0
            rows = _without_one(rows, pivot)
            continue
        pair = _non_zero(rows)
        if pair is None:
            break
        negative, positive = negative + 1, positive + 1
        rows = _without_two(rows, *pair)
    return negative, len(rows), positive


def _non_zero(rows: list[list[Any]]) -> tuple[int, int] | None:
    """The place of any non-zero entry above the diagonal."""
    n = len(rows)
    return next(((i, j) for i in range(n) for j in range(i + 1, n) if rows[i][j] != 0), None)


def _without_one(rows: list[list[Any]], p: int) -> list[list[Any]]:
    """The Schur complement of the entry (p, p)."""
    keep = [i for i in range(len(rows)) if i != p]
    row, pivot = rows[p], rows[p][p]
    result = []
    for i in keep:
        factor = rows[i][p] / pivot
        result.append(
            [rows[i][j] - factor * row[j] for j in keep] if factor else [rows[i][j] for j in keep]
        )
    return result


def _without_two(rows: list[list[Any]], p: int, q: int) -> list[list[Any]]:
    """The Schur complement of rows p and q, whose diagonal entries are zero."""
    keep = [i for i in range(len(rows)) if i not in (p, q)]
    b = rows[p][q]
    result = []
    for i in keep:
        u, v = rows[i][q] / b, rows[i][p] / b
        result.append([rows[i][j] - u * rows[p][j] - v * rows[q][j] for j in keep])
    return result


def rational_matrix(rows: list[list[int | Fraction]]) -> fmpq_mat:
    """A python-flint rational matrix from integers and fractions.

    Example:
        >>> from fractions import Fraction
        >>> from lossatlas.linalg import rational_matrix
        >>> print(rational_matrix([[1, Fraction(1, 2)]]))
        [1, 1/2]
    """

    def entry(x: int | Fraction) -> fmpq:
        exact = Fraction(x)
        return fmpq(exact.numerator, exact.denominator)

    return fmpq_mat([[entry(x) for x in row] for row in rows])
