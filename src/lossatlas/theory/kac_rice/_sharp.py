"""Sharp asymptotics of the mean number of critical points below an energy, with the prefactor.

Auffinger, Ben Arous, Cerny (2013), Theorem 2.17; the ratio to the exact number is 1 + O(1/N).
"""

from math import inf, log, pi, sqrt

import numpy as np

from lossatlas.errors import misuse

from ._checks import checked_order, checked_size
from ._complexity import complexity
from ._mean_count import number_of
from ._thresholds import rate, threshold


def sharp_count(size: int, order: int, energy: float = inf, *, log: bool = False) -> float:
    """The mean number of critical points below an energy, to leading order with its constant.

    Args:
        size: The size N, at least 2.
        order: The order p, at least 3: order 2 has no exponential number of points.
        energy: u = H/N, below 0; infinite for the number of all points.
        log: The natural logarithm of the number instead.

    Returns:
        The asymptotic number.

    Raises:
        ValueError: If order or size is out of range, or the energy is -E_inf, or 0 and above but
            finite, where the theorem gives no number; or if the number overflows.

    Example:
        >>> round(sharp_count(320, 3, log=True) - sharp_count(319, 3, log=True), 3)
        0.348
    """
    size, order = checked_size(size), checked_growing(order)
    value = size * complexity(float(energy), order) + _log_constant(size, order, float(energy))
    return number_of(value, log=log)


def log_bottom_constant(order: int, energy: float) -> float:
    """Log of the factor of N^{-1/2} exp(N Theta(u)) below -E_inf."""
    edge = threshold(order)
    v = -energy * sqrt(2) / edge
    slope = sqrt((v - sqrt(2)) * (v + sqrt(2)))
    ratio = ((v - sqrt(2)) / (v + sqrt(2))) ** 0.25
    cost = float(rate(np.array([energy]), order)[0])
    decay = (order - 2) * v / order + slope
    return log(ratio + 1 / ratio) - 0.5 * log(2 * order * pi) + cost - 0.5 * v * slope - log(decay)


def _log_constant(size: int, order: int, energy: float) -> float:
    edge = threshold(order)
    if energy < -edge:
        return log_bottom_constant(order, energy) - 0.5 * log(size)
    if -edge < energy < 0:
        y = -energy * sqrt(order / (2 * (order - 1)))
        density = 2 * sqrt(2 / order) * sqrt(2 - y * y) / pi
        return log(density * order / ((order - 2) * y))
    if energy == inf:
        return log(4 * sqrt(2 / (pi * (order - 2)))) + 0.5 * log(size)
    raise misuse(
        "energy",
        should=f"be below 0 and not -E_inf = {-edge:.9g}, or infinite",
        got=energy,
        remedy="There the theorem gives no constant; `mean_count` gives the exact number.",
    )


def checked_growing(order: int) -> int:
    """The order p, checked to be at least 3."""
    order = checked_order(order)
    if order == 2:
        raise misuse(
            "order",
            should="be at least 3",
            got=order,
            remedy="A form of order 2 has exactly 2 N critical points, two of each index.",
        )
    return order
