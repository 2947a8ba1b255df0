"""The semicircle law, the limit of the eigenvalues of Wigner matrices.

Density 2 sqrt(r^2 - (x - c)^2) / (pi r^2) on [c - r, c + r] (Wigner 1955).
"""

from math import factorial
from typing import overload

import numpy as np
from numpy import ndarray

from lossatlas.errors import misuse
from lossatlas.theory._plain import plainly


@overload
def semicircle(x: float, *, centre: float = 0.0, radius: float = 1.0) -> float: ...
@overload
def semicircle(x: ndarray, *, centre: float = 0.0, radius: float = 1.0) -> ndarray: ...
def semicircle(x: float | ndarray, *, centre: float = 0.0, radius: float = 1.0) -> float | ndarray:
    """The density of the semicircle law.

    Args:
        x: Where, a number or an array.
        centre: The centre of the support.
        radius: Half the length of the support, positive.

    Returns:
        The density, zero outside the support; as x is.

    Raises:
        ValueError: If the radius is not positive.

    Example:
        >>> round(semicircle(0.0, radius=2.0), 6)
        0.31831
    """
    radius = _checked_radius(radius)
    return plainly(lambda v: _density((v - centre) / radius) / radius, x)


@overload
def semicircle_distribution(x: float, *, centre: float = 0.0, radius: float = 1.0) -> float: ...
@overload
def semicircle_distribution(x: ndarray, *, centre: float = 0.0, radius: float = 1.0) -> ndarray: ...
def semicircle_distribution(
    x: float | ndarray, *, centre: float = 0.0, radius: float = 1.0
) -> float | ndarray:
    """The share of the semicircle law below x; arguments as in `semicircle`.

    Example:
        >>> round(semicircle_distribution(0.5), 6)
        0.804499
    """
    radius = _checked_radius(radius)
    return plainly(lambda v: _distribution((v - centre) / radius), x)


def _density(t: ndarray) -> ndarray:
    # (1 - t)(1 + t) and not 1 - t^2, which loses the digits next to the edge
    density: ndarray = 2 / np.pi * np.sqrt(np.maximum((1 - t) * (1 + t), 0.0))
    return density


def _distribution(t: ndarray) -> ndarray:
    t = np.clip(t, -1.0, 1.0)
    # from the near edge, where the share is small and its digits count
    below = _excess(4 * np.arcsin(np.sqrt((1 - np.abs(t)) / 2))) / (2 * np.pi)
    return np.where(t <= 0, below, 1 - below)


def _excess(x: ndarray) -> ndarray:
    """The difference x - sin x, by its series where the difference would cancel."""
    series = sum((-1) ** (n + 1) * x ** (2 * n + 1) / factorial(2 * n + 1) for n in range(1, 9))
    excess: ndarray = np.where(x < 1, series, x - np.sin(x))
    return excess


def _checked_radius(radius: float) -> float:
    if not 0 < radius < np.inf:
        raise misuse(
            "radius",
            should="be positive and finite",
            got=radius,
            remedy="For a GOE matrix with off-diagonal variance s^2 and size N it is 2 s sqrt(N).",
        )
    return radius
