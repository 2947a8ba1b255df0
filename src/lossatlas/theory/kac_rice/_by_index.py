"""The mean number of critical points of one index: an integral over one eigenvalue's density.

E Crt_{N,k}(B) = 2 sqrt(2/p) (p-1)^{N/2} int_{x(B)} exp(-(p-2) x^2 / (2p)) p_k(x) dx, p_k the density
of the (k + 1)-th smallest eigenvalue of GOE(N) (Auffinger, Ben Arous, Cerny 2013, Theorem 2.1).
"""

from collections.abc import Callable
from math import sqrt

import numpy as np
from numpy import ndarray
from scipy.special import logsumexp

from lossatlas.theory.random_matrix import one_point_density, semicircle_distribution

from ._gauss_legendre import gauss_legendre
from ._order_density import VARIANCE, OrderDensity
from ._quadrature import reach, support
from ._scale import energy_scale, log_prefactor, log_tilt

_SCAN = 25
_COARSE_DEPTH = 70.0
_DEPTH = 36.0
NODES = 48
MORE_NODES = 64


def log_by_index(
    size: int,
    order: int,
    index: int,
    between: tuple[float, float],
    *,
    num_nodes: tuple[int, ...] = (NODES,),
) -> list[float]:
    """Natural logarithm of the mean number of an index in an energy window, by each rule asked for."""
    log_density, left, right = bump(size, order, index, between)
    constant = log_prefactor(size, order)
    return [
        constant + float(logsumexp(weighted_nodes(log_density, left, right, count)[1]))
        for count in num_nodes
    ]


def bump(
    size: int, order: int, index: int, between: tuple[float, float]
) -> tuple[Callable[[ndarray], ndarray], float, float]:
    """The logarithm of the weighted density of an eigenvalue, and where in the window it lives."""
    scale = energy_scale(size, order)
    density = OrderDensity(size, index)

    def log_density(x: ndarray) -> ndarray:
        logs: ndarray = density(x) + log_tilt(x, order)
        return logs

    left, right = reach(between[0] * scale, between[1] * scale, size)
    # one density is narrow in a wide window: look where a flatter guess leaves it room
    guess = _flat_guess(size, order, index)
    left, right, _ = support(guess, left, right, depth=_COARSE_DEPTH)
    left, right, _ = support(log_density, left, right, num_nodes=_SCAN, depth=_DEPTH)
    return log_density, left, right


def _flat_guess(size: int, order: int, index: int) -> Callable[[ndarray], ndarray]:
    """As if the index were normal about its mean, with twice its variance: free of Pfaffians."""
    radius = sqrt(2 * size)

    def log_density(x: ndarray) -> ndarray:
        away = size * semicircle_distribution(x, radius=radius) - 0.5 - index
        logs: ndarray = one_point_density(x, size, log=True) + log_tilt(x, order)
        return logs - away**2 / (4 * VARIANCE)

    return log_density


def weighted_nodes(
    log_density: Callable[[ndarray], ndarray], left: float, right: float, count: int
) -> tuple[ndarray, ndarray]:
    """Nodes of one Gauss-Legendre rule, a single bump needs no panels, and log weight + density."""
    rule, half = gauss_legendre(count), 0.5 * (right - left)
    x = left + half * rule.from_left
    return x, log_density(x) + np.log(half * rule.weights)
