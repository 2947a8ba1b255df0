"""Whether balls are pairwise disjoint: all pairs, proved in float64 without comparing all of them.

Centres are exact float64 numbers. Two balls are disjoint when one coordinate of their centres differs
by more than the sum of the radii; a difference of two float64 numbers is rounded once, by less than
its unit roundoff, for which every sum of radii is enlarged. Sorted by one coordinate, only
neighbours are near enough for the others to be looked at.
"""

import numpy as np
from jaxtyping import Complex, Float
from numpy import ndarray

# Covers the roundings of one difference and of one sum of two radii, 2^-53 each.
_ROUNDING = 1 + 2.0**-48


def disjoint(centres: Complex[ndarray, "K N"], radii: Float[ndarray, " K"]) -> bool:
    """Prove that no two of these balls of C^N meet, and that none holds the origin.

    Args:
        centres: Their centres.
        radii: Upper bounds on their Euclidean radii; one that is not finite proves nothing.

    Returns:
        True where it is proved; False says nothing.
    """
    parts = np.concatenate([centres.real, centres.imag], 1)
    if not (np.isfinite(parts).all() and np.isfinite(radii).all()):
        return False
    return _off_origin(parts, radii) and _pairs_apart(parts, radii)


def _off_origin(parts: Float[ndarray, "K m"], radii: Float[ndarray, " K"]) -> bool:
    return bool((np.abs(parts).max(1, initial=0) > radii).all())


def _pairs_apart(parts: Float[ndarray, "K m"], radii: Float[ndarray, " K"]) -> bool:
    order = np.argsort(parts[:, 0], kind="stable")
    parts, radii = parts[order], radii[order]
    widest = 2 * radii.max(initial=0) * _ROUNDING
    for shift in range(1, len(parts)):
        near = np.nonzero(parts[shift:, 0] - parts[:-shift, 0] <= widest)[0]
        # Sorted, so that balls farther apart in this order are farther apart in this coordinate.
        if len(near) == 0:
            return True
        gap = np.abs(parts[near + shift] - parts[near]).max(1)
        if not (gap > (radii[near + shift] + radii[near]) * _ROUNDING).all():
            return False
    return True
