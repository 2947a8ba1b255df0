"""Matrices of fractions: just enough algebra to build critical points without rounding.

They are NumPy arrays of `Fraction` objects, so that products, transposes and blocks read as usual;
sizes are a dozen at most.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Rational: TypeAlias = NDArray[Any]

_exactly = np.frompyfunc(Fraction, 1, 1)


def rational(entries: NDArray[Any] | Sequence[Any]) -> Rational:
    """The exact fractions that numbers are; a float is the dyadic number that it stands for."""
    array = np.asarray(entries)
    return np.asarray(_exactly(array.astype(object)), dtype=object).reshape(array.shape)


def identity(size: int) -> Rational:
    """The identity."""
    return rational(np.eye(size, dtype=int))


def zeros(rows: int, columns: int) -> Rational:
    """A matrix of zeros."""
    return rational(np.zeros((rows, columns), dtype=int))


def square_norm(matrix: Rational) -> Fraction:
    """The sum of the squares of the entries."""
    return sum((entry * entry for entry in matrix.flat), Fraction(0))


def rank(matrix: Rational) -> int:
    """The exact rank, by elimination."""
    return _eliminate(matrix.copy(), matrix.shape[1])


def inverse(matrix: Rational) -> Rational:
    """The exact inverse of a matrix that has one."""
    size = len(matrix)
    rows = np.concatenate([matrix, identity(size)], axis=1)
    assert _eliminate(rows, size) == size
    return rows[:, size:]


def floats(matrix: Rational) -> NDArray[np.float64]:
    """The nearest float64 numbers."""
    return matrix.astype(np.float64)


def _eliminate(rows: Rational, columns: int) -> int:
    """Bring to row echelon form with unit pivots, in place; the number of pivots."""
    top = 0
    for column in range(columns):
        found = next((i for i in range(top, len(rows)) if rows[i, column]), None)
        if found is None:
            continue
        rows[[top, found]] = rows[[found, top]]
        rows[top] = rows[top] / rows[top, column]
        others = [i for i in range(len(rows)) if i != top and rows[i, column]]
        for i in others:
            rows[i] = rows[i] - rows[i, column] * rows[top]
        top += 1
    return top
