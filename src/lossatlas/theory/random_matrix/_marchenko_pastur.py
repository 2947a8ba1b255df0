"""The law of Marchenko and Pastur (1967): eigenvalues of (1/m) Z Z^T, Z of P x m unit normals.

With gamma = P/m the density is sqrt((b - x)(x - a)) / (2 pi gamma x) between
(1 -+ sqrt(gamma))^2, and for gamma > 1 a share 1 - 1/gamma of the eigenvalues is zero.
"""

from math import sqrt
from typing import overload

import numpy as np
from numpy import ndarray

from lossatlas.errors import misuse
from lossatlas.theory._plain import plainly


@overload
def marchenko_pastur(x: float, ratio: float, *, variance: float = 1.0) -> float: ...
@overload
def marchenko_pastur(x: ndarray, ratio: float, *, variance: float = 1.0) -> ndarray: ...
def marchenko_pastur(x: float | ndarray, ratio: float, *, variance: float = 1.0) -> float | ndarray:
    """The density of the eigenvalues that are not zero, as a share of all.

    Args:
        x: Where, a number or an array.
        ratio: gamma = P/m, positive.
        variance: The variance of the entries of Z, positive.

    Returns:
        The density, with integral min(1, 1/gamma); as x is.

    Raises:
        ValueError: If ratio or variance is not positive.

    Example:
        >>> round(marchenko_pastur(1.0, 0.25), 6)
        0.616404
    """
    low, high = marchenko_pastur_edges(ratio, variance=variance)

    def density(v: ndarray) -> ndarray:
        inside = (v > low) & (v < high)
        safe = np.where(inside, v, 1.0)
        root = np.sqrt(np.maximum((high - v) * (v - low), 0.0))
        return np.where(inside, root / (2 * np.pi * ratio * variance * safe), 0.0)

    return plainly(density, x)


def marchenko_pastur_edges(ratio: float, *, variance: float = 1.0) -> tuple[float, float]:
    """The ends of the support apart from zero.

    Example:
        >>> marchenko_pastur_edges(0.25)
        (0.25, 2.25)
    """
    checked_positive("ratio", ratio)
    checked_positive("variance", variance)
    return variance * (1 - sqrt(ratio)) ** 2, variance * (1 + sqrt(ratio)) ** 2


def zero_share(ratio: float) -> float:
    """The share of eigenvalues that are zero: (1/m) Z Z^T has rank at most m.

    Example:
        >>> zero_share(4.0)
        0.75
    """
    return max(0.0, 1 - 1 / checked_positive("ratio", ratio))


def checked_positive(name: str, value: float) -> float:
    """The value, checked to be positive and finite."""
    if not 0 < value < np.inf:
        raise misuse(
            name, should="be positive and finite", got=value, remedy="Give a positive number."
        )
    return value
