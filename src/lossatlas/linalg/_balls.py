"""Eigenvalues and inertia proved in ball arithmetic.

Take Q from an ordinary eigendecomposition of the midpoint. If ||Q^T Q - I|| <= e < 1 in balls, Q is
nonsingular and B = Q^T A Q has the inertia of A (Sylvester), while by Ostrowski's theorem the k-th
eigenvalue of B is the k-th of A times a factor in [1 - e, 1 + e]. B is nearly diagonal, so that
Gershgorin's discs are small; discs that touch form a cluster, whose eigenvalues share one enclosure.
"""

from functools import cmp_to_key
from typing import Any

import numpy as np
from flint import arb, arb_mat

from lossatlas.errors import misuse


def eigenvalue_enclosures(matrix: arb_mat) -> list[arb] | None:
    """Enclose every eigenvalue of a symmetric matrix of balls.

    Args:
        matrix: A python-flint `arb_mat`; every symmetric matrix within its balls is meant. Balls
            are computed at the precision of `flint.ctx`.

    Returns:
        n balls in ascending order: the k-th holds the k-th eigenvalue, of every such matrix. Balls
        of different clusters are disjoint; eigenvalues of one cluster share their ball. None where
        nothing can be proved: an entry that is not finite, or wider than the spectrum.

    Raises:
        ValueError: If the matrix is not square, or its balls exclude symmetry.

    Example:
        >>> from flint import arb_mat
        >>> from lossatlas.linalg import eigenvalue_enclosures
        >>> balls = eigenvalue_enclosures(arb_mat([[2, 1], [1, 2]]))
        >>> [ball.contains(exact) for ball, exact in zip(balls, (1, 3))]
        [True, True]
    """
    rotated = _rotated(matrix)
    if rotated is None:
        return None
    B, defect = rotated
    discs = [(*_disc(B, i, range(len(B))), 1) for i in range(len(B))]
    stretch = (1 / (1 + defect)).union(1 / (1 - defect))
    stretched = [
        ((ball * stretch).lower(), (ball * stretch).upper(), members)
        for lower, upper, members in _clusters(discs)
        for ball in (lower.union(upper),)
    ]
    result: list[arb] = []
    for lower, upper, members in _clusters(stretched):
        result += [lower.union(upper)] * members
    return result


def inertia_in_balls(matrix: arb_mat) -> tuple[int, int, int]:
    """Prove the signs of the eigenvalues of a symmetric matrix of balls.

    Args:
        matrix: As for `eigenvalue_enclosures`.

    Returns:
        Proved negative, undecided, proved positive; they sum to n. By interlacing, a principal
        block that is negative definite proves as many negative eigenvalues as it has rows, so that
        rows of undecided sign do not weaken the others.

    Raises:
        ValueError: If the matrix is not square, or its balls exclude symmetry.

    Example:
        >>> from flint import arb_mat
        >>> from lossatlas.linalg import inertia_in_balls
        >>> inertia_in_balls(arb_mat([[0, 2, 0], [2, 0, 0], [0, 0, 0]]))
        (1, 1, 1)
    """
    n = matrix.nrows()
    rotated = _rotated(matrix)
    if rotated is None:
        return 0, n, 0
    B, _ = rotated
    counts = []
    for sign in (-1, 1):
        block = [i for i in range(n) if sign * float(B[i][i].mid()) > 0]
        surely = [i for i in block if sign * _end(B, i, block, sign) > 0]
        counts.append(len(_definite(B, surely, sign)))
    negative, positive = counts
    return negative, n - negative - positive, positive


def _definite(B: list[list[arb]], rows: list[int], sign: int) -> list[int]:
    """Rows whose block is definite by Gershgorin; fewer rows only make the discs smaller."""
    return [i for i in rows if sign * _end(B, i, rows, sign) > 0]


def _end(B: list[list[arb]], i: int, rows: list[int], sign: int) -> arb:
    """The end towards zero of the disc of row i within a block."""
    lower, upper = _disc(B, i, rows)
    return lower if sign > 0 else upper


def _rotated(matrix: arb_mat) -> tuple[list[list[arb]], arb] | None:
    """B = Q^T A Q as lists of balls, and a bound on ||Q^T Q - I||; None if nothing is provable."""
    n = matrix.nrows()
    _check(matrix)
    if n == 0:
        return [], arb(0)
    if not all(entry.is_finite() for entry in matrix.entries()):
        return None
    A = np.array([[float(matrix[i, j].mid()) for j in range(n)] for i in range(n)])
    if not np.isfinite(A).all():
        return None
    Q = arb_mat(np.linalg.eigh((A + A.T) / 2)[1].tolist())
    Qt = Q.transpose()
    defect = _norm(Qt * Q - _identity(n))
    if not defect < 1:
        return None
    return (Qt * matrix * Q).tolist(), defect


def _check(matrix: arb_mat) -> None:
    square = matrix.nrows() == matrix.ncols()
    if not square or not matrix.overlaps(matrix.transpose()):
        raise misuse(
            "matrix",
            should="be square and symmetric within its balls",
            got=f"{matrix.nrows()} x {matrix.ncols()}",
            remedy="Pass the symmetric part.",
        )


def _identity(n: int) -> arb_mat:
    return arb_mat([[int(i == j) for j in range(n)] for i in range(n)])


def _norm(E: arb_mat) -> arb:
    """An upper bound on the 2-norm of a symmetric matrix, by its largest row sum."""
    sums = [sum((x.abs_upper() for x in row), arb(0)).upper() for row in E.tolist()]
    return max(sums)


def _disc(B: list[list[arb]], i: int, rows: Any) -> tuple[arb, arb]:
    """Both ends of Gershgorin's disc of row i within a block of rows, rounded outwards."""
    radius = sum((B[i][j].abs_upper() for j in rows if j != i), arb(0))
    return (B[i][i] - radius).lower(), (B[i][i] + radius).upper()


def _compare(a: tuple[arb, arb, int], b: tuple[arb, arb, int]) -> int:
    return int(a[0] > b[0]) - int(a[0] < b[0])


def _clusters(intervals: list[tuple[arb, arb, int]]) -> list[tuple[arb, arb, int]]:
    """Chains of intervals that touch, ascending: both ends, and how many eigenvalues are inside."""
    chains: list[tuple[arb, arb, int]] = []
    for lower, upper, members in sorted(intervals, key=cmp_to_key(_compare)):
        if chains and not chains[-1][1] < lower:
            first, reach, so_far = chains[-1]
            chains[-1] = (first, max(reach, upper), so_far + members)
        else:
            chains.append((lower, upper, members))
    return chains
