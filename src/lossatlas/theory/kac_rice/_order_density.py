"""The density of the (k + 1)-th smallest eigenvalue of GOE(N), with relative digits at any x.

p_k(x) = W(rho) P_rho(k) rho^{-k}, where P_rho is the law of the number of eigenvalues below x,
tilted by rho^k: once rho is such that its mean is near k, nothing small is ever a difference.
"""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.theory.random_matrix import edge_rate, semicircle_distribution

from ._order_law import log_lowest_density, tilted_law

# the mass that the tilted law must have at k: its rounding is 1e-15
_ENOUGH = 0.02
VARIANCE = 0.6
_MOST_STEPS = 60


class OrderDensity:
    """Log p_k as a function of x; remembers the tilts that it found, to start from them again."""

    def __init__(self, size: int, index: int) -> None:
        # seen from above, the largest is the smallest
        self._mirrored = index > (size - 1) / 2
        self._index = size - 1 - index if self._mirrored else index
        self._size = size
        self._known: tuple[ndarray, ndarray] | None = None

    def __call__(self, x: Float[ndarray, " m"]) -> Float[ndarray, " m"]:
        x = -x if self._mirrored else x
        if self._index == 0:
            return log_lowest_density(x, self._size)
        return self._tilted(x)

    def _tilted(self, x: ndarray) -> ndarray:
        log_rho, logs = self._start(x), np.full_like(x, np.nan)
        low, high = np.full_like(x, -np.inf), np.full_like(x, np.inf)
        active = np.arange(len(x))
        for step in range(_MOST_STEPS):
            law = tilted_law(x[active], log_rho[active], self._size)
            mass, away = law.mass(self._index), self._index - law.mean
            far = ~(mass >= _ENOUGH)
            tilt = self._index * log_rho[active]
            logs[active] = law.log_sum + np.log(np.where(far, np.nan, mass)) - tilt
            if not far.any():
                break
            low[active] = np.where(away > 0, log_rho[active], low[active])
            high[active] = np.where(away < 0, log_rho[active], high[active])
            # a mass below rounding says little of its slope: steps grow until they have passed
            growth = 1.5 ** min(step, 20)
            moved = log_rho[active] + growth * away * _slope(law.masses, law.mean, away)
            active, moved = active[far], moved[far]
            middle = 0.5 * (low[active] + high[active])
            outside = (moved <= low[active]) | (moved >= high[active])
            log_rho[active] = np.where(outside, middle, moved)
        self._known = (np.sort(x), log_rho[np.argsort(x)])
        return logs

    def _start(self, x: ndarray) -> ndarray:
        if self._known is not None:
            known: ndarray = np.interp(x, *self._known)
            return known
        bulk = np.sqrt(2 * self._size)
        typical = self._size * semicircle_distribution(x, radius=float(bulk)) - 0.5
        # outside the bulk each of those that x cuts off pays the rate of a large deviation
        paid = -np.sign(x) * self._size * edge_rate(np.abs(x) / np.sqrt(self._size))
        start: ndarray = (self._index - np.clip(typical, 0, self._size - 1)) / VARIANCE + paid
        return start


def _slope(masses: ndarray, mean: ndarray, away: ndarray) -> ndarray:
    """How far log rho must move for the mean to move by one level in the direction of `away`."""
    rows, count = np.arange(len(mean)), masses.shape[1]
    at = np.rint(mean).astype(int)
    beside = at + np.where(away > 0, 1, -1)
    floor = 1e-15
    here = np.maximum(masses[rows, at % count], floor)
    there = np.maximum(masses[rows, beside % count], floor)
    steps: ndarray = np.maximum(np.log(here / there), 0.5)
    return steps
