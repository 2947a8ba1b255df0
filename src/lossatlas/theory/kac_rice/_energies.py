"""Energies of the critical points of one index: the density in u whose integral is the mean count."""

from math import inf, sqrt

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.special import logsumexp

from ._by_index import MORE_NODES, bump, weighted_nodes
from ._checks import checked_order, checked_size
from ._mean_count import checked_exact
from ._scale import energy_scale


def mean_energy_of_minima(size: int, order: int) -> tuple[float, float]:
    """Mean and standard deviation of the energy per spin of local minima, each counted once.

    Args:
        size: The size N, from 2 to 500.
        order: The order p, at least 2.

    Returns:
        The mean of u over the minima of all draws together, and its standard deviation.

    Raises:
        ValueError: If order or size is out of range.

    Example:
        >>> mean, deviation = mean_energy_of_minima(10, 3)
        >>> round(mean, 4), round(deviation, 3)
        (-1.2251, 0.199)
    """
    return energy_moments(size, order, 0)


def energy_moments(size: int, order: int, index: int) -> tuple[float, float]:
    """Mean and standard deviation of the energy per spin of the critical points of one index."""
    energies, weights = energy_rule(size, order, index)
    mean = float(weights @ energies)
    return mean, sqrt(float(weights @ (energies - mean) ** 2))


def energy_rule(
    size: int, order: int, index: int
) -> tuple[Float[ndarray, " q"], Float[ndarray, " q"]]:
    """Energies and weights (of sum 1): a quadrature rule for means over critical points of an index.

    Args:
        size: The size N, at least 2.
        order: The order p, at least 2.
        index: The index, 0..N-1.

    Returns:
        The energies u and the weights w: E sum_{points} f(u) / E #{points} = sum w f(u).

    Raises:
        ValueError: If order, size or index is out of range.
    """
    size, order = checked_size(size), checked_order(order)
    log_density, left, right = bump(size, order, checked_exact(index, size), (-inf, inf))
    x, log_terms = weighted_nodes(log_density, left, right, MORE_NODES)
    weights = np.exp(log_terms - logsumexp(log_terms))
    return x / energy_scale(size, order), weights
