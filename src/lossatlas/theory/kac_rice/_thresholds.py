"""The levels at which the complexity vanishes: E_inf, E_0 and the layers E_k.

With -u = E_inf cosh s the rate is I_1 = sinh(2s)/2 - s, and E_k is where
Theta_k(u) = ln(p-1)/2 - (p-2)/(4(p-1)) u^2 - (k+1) I_1(u) is zero.
Auffinger, Ben Arous, Cerny (2013, arXiv 1003.1129), Theorems 2.5 and 2.8.
"""

from math import acosh, cosh, log, sinh

import numpy as np
from numpy import ndarray
from scipy.optimize import brentq

from lossatlas.theory.random_matrix import edge_rate_at

from ._checks import checked_index, checked_order


def threshold(order: int) -> float:
    """E_inf = 2 sqrt((p - 1) / p): below -E_inf per spin only points of finite index live.

    Args:
        order: The order p of the spin glass, at least 2.

    Returns:
        E_inf, positive; the energy per spin is its negative.

    Raises:
        ValueError: If the order is below 2.

    Example:
        >>> round(threshold(3), 8)
        1.63299316
    """
    order = checked_order(order)
    return 2 * float(np.sqrt((order - 1) / order))


def layer(order: int, index: int) -> float:
    """E_k: critical points of index k (or more) have energies above -E_k per spin, asymptotically.

    Args:
        order: The order p, at least 2.
        index: The index k, from 0.

    Returns:
        E_k, above E_inf and falling to it as k grows; E_inf itself for order 2, which has no layers.

    Raises:
        ValueError: If the order is below 2 or the index negative.

    Example:
        >>> [round(layer(3, k), 8) for k in (0, 1, 2)]
        [1.65699836, 1.6528732, 1.65025313]
    """
    order, index = checked_order(order), checked_index(index)
    edge = threshold(order)
    if order == 2:
        return edge
    return edge * cosh(_root(order, index))


def ground_state(order: int) -> float:
    """E_0: the lowest energy per spin tends to -E_0.

    Args:
        order: The order p, at least 2.

    Returns:
        E_0, positive.

    Raises:
        ValueError: If the order is below 2.

    Example:
        >>> round(ground_state(3), 8)
        1.65699836
    """
    return layer(order, 0)


def barrier_bound(order: int, index: int = 1) -> float:
    """E_0 - E_k: what a path from the ground state must climb per spin to meet index k.

    A path between two strict minima passes a level at which there is a point of index 1 (mountain
    pass), and those lie above -E_1; so from the ground state it climbs at least E_0 - E_1 per spin,
    asymptotically and with probability tending to 1 (Choromanska et al. 2015, section 4).

    Args:
        order: The order p, at least 2.
        index: The index that must be met, from 1 for a path between minima.

    Returns:
        The bound per spin; 0 for order 2.

    Raises:
        ValueError: If the order is below 2 or the index negative.

    Example:
        >>> round(barrier_bound(3), 7)
        0.0041252
    """
    return ground_state(order) - layer(order, index)


def rate(u: ndarray, order: int) -> ndarray:
    """I_1(u), the cost per spin of an eigenvalue pulled out of the bulk; zero above -E_inf."""
    t = np.maximum(-u / threshold(order), 1.0)
    return edge_rate_at(np.arccosh(t))


def _root(order: int, index: int) -> float:
    """The s at which Theta_k vanishes."""

    def value(s: float) -> float:
        # with u^2 = E_inf^2 (1 + sinh^2 s) the constant is Theta(-E_inf), formed without cancelling
        constant = 0.5 * log(order - 1) - (order - 2) / order * (1 + sinh(s) ** 2)
        return constant - (index + 1) * float(edge_rate_at(np.array([s]))[0])

    # at the right end the rate alone outweighs the constant: sinh(2s)/2 - s >= s^3 * 2/3
    right = acosh(2.0) + (log(order) / (index + 1)) ** (1 / 3)
    return float(brentq(value, 0.0, right, xtol=1e-16, rtol=1e-15))
