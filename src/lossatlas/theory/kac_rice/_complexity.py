"""Complexities: exponential rates of the mean number of critical points below an energy.

lim (1/N) ln E #{critical points of index k with H/N < u} = Theta_{k,p}(u), and Theta_p(u) without
regard to the index (Auffinger, Ben Arous, Cerny 2013, Theorems 2.5 and 2.8).
"""

from typing import overload

import numpy as np
from numpy import ndarray

from lossatlas.errors import misuse
from lossatlas.theory._plain import plainly

from ._checks import checked_index, checked_order
from ._thresholds import rate, threshold


@overload
def complexity(energy: float, order: int, index: int | None = None) -> float: ...
@overload
def complexity(energy: ndarray, order: int, index: int | None = None) -> ndarray: ...
def complexity(energy: float | ndarray, order: int, index: int | None = None) -> float | ndarray:
    """Theta(u): the mean number of critical points below u grows as exp(N Theta(u)).

    Args:
        energy: u = H/N, a number or an array; may be infinite.
        order: The order p, at least 2.
        index: Count critical points of this index only; of every index if not given.

    Returns:
        Theta_p(u), or Theta_{k,p}(u) for an index k; negative where there are none. As `energy` is.

    Raises:
        ValueError: If the order is below 2 or the index negative.

    Example:
        >>> round(complexity(float("inf"), 3), 6), round(complexity(-1.633, 3, 0), 5)
        (0.346574, 0.01324)
    """
    order = checked_order(order)
    top = 0.5 * np.log(order - 1)
    slope = (order - 2) / (4 * (order - 1))
    if index is None:
        return plainly(lambda u: top - _weighed(slope, np.minimum(u, 0.0)) - rate(u, order), energy)
    factor = checked_index(index) + 1
    edge = -threshold(order)
    return plainly(
        lambda u: top - _weighed(slope, np.minimum(u, edge)) - factor * rate(u, order), energy
    )


@overload
def crisanti_sommers(energy: float, order: int) -> float: ...
@overload
def crisanti_sommers(energy: ndarray, order: int) -> ndarray: ...
def crisanti_sommers(energy: float | ndarray, order: int) -> float | ndarray:
    """The complexity of minima as physics writes it, from the TAP equations at temperature 0.

    With e = u / sqrt(2), e_c = sqrt(2(p-1)/p) and z = (-e - sqrt(e^2 - e_c^2)) / (p-1) it is
    [(2-p)/p - ln(p z^2/2) + (p-1) z^2/2 - 2/(p^2 z^2)] / 2 (Crisanti and Sommers 1995): another
    derivation and another formula for Theta_{0,p}, kept as a cross-check of it.

    Args:
        energy: u = H/N at or below -E_inf, a number or an array.
        order: The order p, at least 2.

    Returns:
        The complexity of minima at u, as `energy` is.

    Raises:
        ValueError: If the order is below 2 or an energy above -E_inf.
    """
    order = checked_order(order)
    if not np.all(np.asarray(energy) <= -threshold(order) * (1 - 1e-15)):
        raise misuse(
            "energy",
            should=f"be at most -E_inf = {-threshold(order):.9g}",
            got=energy,
            remedy="Above it the formula has no real z; use `complexity`.",
        )
    return plainly(lambda u: _tap(u / np.sqrt(2), order), energy)


def _weighed(slope: float, u: ndarray) -> ndarray:
    # order 2 weighs every energy alike, the infinite ones too
    return slope * np.square(u) if slope else np.zeros_like(u)


def _tap(e: ndarray, p: int) -> ndarray:
    e_c = np.sqrt(2 * (p - 1) / p)
    root = np.sqrt(np.maximum((-e - e_c) * (-e + e_c), 0.0))
    # the smaller root of (p-1) z^2 + 2 e z + 2/p = 0, without the difference of near numbers
    z2 = (2 / p / (-e + root)) ** 2
    values: ndarray = 0.5 * ((2 - p) / p - np.log(p * z2 / 2) + (p - 1) * z2 / 2 - 2 / (p * p * z2))
    return values
