"""Windows of energies that instances are counted in: eight, by quarters of the threshold.

The lowest reaches from -infinity to -E_inf; a window holds its upper end.
"""

from itertools import pairwise
from math import inf

from lossatlas.theory.kac_rice import threshold

_QUARTERS = (-1.0, -0.75, -0.5, -0.25, 0.0, 0.5, 1.0)
NUM_WINDOWS = len(_QUARTERS) + 1


def windows(order: int) -> list[tuple[float, float]]:
    """(low, high) of each window, in ascending order.

    Args:
        order: The order p.
    """
    edges = [-inf, *(share * threshold(order) for share in _QUARTERS), inf]
    return list(pairwise(edges))
