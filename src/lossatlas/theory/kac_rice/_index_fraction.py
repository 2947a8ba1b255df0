"""The share of negative directions of a critical point, as a function of its energy.

Given u the bulk of the Hessian is a semicircle of centre -p u, so the limit share below zero is
alpha(u) = 1/2 + (t sqrt(1 - t^2) + asin t) / pi with t = u / E_inf, the curve of Bray and Dean (2007)
for this model.
"""

from math import sqrt
from typing import overload

import numpy as np
from numpy import ndarray
from scipy.optimize import brentq

from lossatlas.errors import misuse
from lossatlas.theory._plain import plainly
from lossatlas.theory.random_matrix import semicircle_distribution

from ._checks import checked_order, checked_size
from ._thresholds import threshold


@overload
def index_fraction(energy: float, order: int) -> float: ...
@overload
def index_fraction(energy: ndarray, order: int) -> ndarray: ...
def index_fraction(energy: float | ndarray, order: int) -> float | ndarray:
    """alpha(u), the limit of index / N at critical points of energy u.

    Args:
        energy: u = H/N, a number or an array.
        order: The order p, at least 2.

    Returns:
        The share, 0 below -E_inf and 1 above E_inf; as `energy` is.

    Raises:
        ValueError: If the order is below 2.

    Example:
        >>> round(index_fraction(-0.5 * threshold(3), 3), 8)
        0.19550111
    """
    return semicircle_distribution(energy, radius=threshold(order))


@overload
def energy_at_index_fraction(fraction: float, order: int) -> float: ...
@overload
def energy_at_index_fraction(fraction: ndarray, order: int) -> ndarray: ...
def energy_at_index_fraction(fraction: float | ndarray, order: int) -> float | ndarray:
    """The energy per spin at which critical points have this share of negative directions.

    Args:
        fraction: index / N, from 0 to 1, a number or an array.
        order: The order p, at least 2.

    Returns:
        u in [-E_inf, E_inf], the inverse of `index_fraction` there.

    Raises:
        ValueError: If the order is below 2 or a fraction outside 0..1.

    Example:
        >>> round(energy_at_index_fraction(0.25, 3), 8)
        -0.65968474
    """
    shares = np.asarray(fraction)
    if not np.all((shares >= 0) & (shares <= 1)):
        raise misuse(
            "fraction",
            should="lie in 0..1",
            got=fraction,
            remedy="It is the index over the size.",
        )
    edge = threshold(order)
    return plainly(
        lambda a: edge * np.array([_level(one) for one in a.ravel().tolist()]).reshape(a.shape),
        fraction,
    )


def bulk(energy: float, order: int, size: int) -> tuple[float, float]:
    """Centre and radius of the semicircle that the spherical Hessian at energy u fills.

    Args:
        energy: u = H/N.
        order: The order p, at least 2.
        size: The size N, at least 2.

    Returns:
        (-p u, 2 sqrt(p (p-1) (N-1)/N)).

    Raises:
        ValueError: If order or size is below 2.

    Example:
        >>> centre, radius = bulk(-1.5, 3, 100)
        >>> centre, round(radius, 6)
        (4.5, 4.874423)
    """
    order, size = checked_order(order), checked_size(size)
    return -order * energy, 2 * sqrt(order * (order - 1) * (size - 1) / size)


def _level(share: float) -> float:
    """The t in [-1, 1] below which the semicircle holds this share."""
    if share > 0.5:
        return -_level(1 - share)
    # in the angle a = arccos(-t) the share rises smoothly from the edge
    angle = brentq(
        lambda a: semicircle_distribution(-float(np.cos(a))) - share, 0.0, 1.6, xtol=1e-16
    )
    return -float(np.cos(angle))
