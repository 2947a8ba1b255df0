"""Spacings of neighbouring eigenvalues, and their ratios, which need no unfolding.

Wigner's surmise for the GOE is (pi s / 2) exp(-pi s^2 / 4), exact for 2 x 2 matrices. The ratio
min(s, s') / max(s, s') of consecutive spacings has the mean 0.5307 in the GOE, 4 - 2 sqrt(3) by its
surmise from 3 x 3 matrices, and 2 ln 2 - 1 for independent levels (Atas and others 2013).
"""

from math import log, sqrt
from typing import overload

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.errors import misuse
from lossatlas.theory._plain import plainly

GOE_MEAN_RATIO = 0.5307
GOE_SURMISE_MEAN_RATIO = 4 - 2 * sqrt(3)
POISSON_MEAN_RATIO = 2 * log(2) - 1


@overload
def wigner_surmise(s: float) -> float: ...
@overload
def wigner_surmise(s: ndarray) -> ndarray: ...
def wigner_surmise(s: float | ndarray) -> float | ndarray:
    """The surmised density of GOE spacings in units of their mean.

    Args:
        s: Spacings, a number or an array.

    Returns:
        The density, zero below 0; as s is.

    Example:
        >>> round(wigner_surmise(1.0), 6)
        0.716186
    """
    return plainly(
        lambda v: np.where(v > 0, 0.5 * np.pi * v * np.exp(-0.25 * np.pi * v * v), 0.0), s
    )


@overload
def ratio_surmise(r: float) -> float: ...
@overload
def ratio_surmise(r: ndarray) -> ndarray: ...
def ratio_surmise(r: float | ndarray) -> float | ndarray:
    """The surmised density of the ratio of the smaller to the larger of two consecutive spacings.

    Args:
        r: Ratios, a number or an array.

    Returns:
        27/4 (r + r^2) / (1 + r + r^2)^{5/2} on [0, 1], zero outside; as r is.

    Example:
        >>> round(ratio_surmise(1.0), 6)
        0.866025
    """

    def density(v: ndarray) -> ndarray:
        v = np.where((v >= 0) & (v <= 1), v, 0.0)
        values: ndarray = 27 / 4 * (v + v * v) / (1 + v + v * v) ** 2.5
        return values

    return plainly(density, r)


def spacing_ratios(eigenvalues: Float[ndarray, " n"]) -> Float[ndarray, " m"]:
    """The ratios, each in [0, 1], of consecutive spacings of a spectrum.

    Args:
        eigenvalues: At least three, in any order. Drop exact zeros and split symmetry blocks first:
            their spacings follow no such law.

    Returns:
        One ratio for each three consecutive eigenvalues; NaN where both spacings are zero.

    Raises:
        ValueError: If there are fewer than three or any is not finite.

    Example:
        >>> spacing_ratios(np.array([0.0, 1.0, 3.0, 7.0])).tolist()
        [0.5, 0.5]
    """
    if len(eigenvalues) < 3 or not np.all(np.isfinite(eigenvalues)):
        raise misuse(
            "eigenvalues",
            should="be at least three finite numbers",
            got=f"{len(eigenvalues)}",
            remedy="A ratio takes two spacings.",
        )
    s = np.diff(np.sort(eigenvalues))
    smaller, larger = np.minimum(s[1:], s[:-1]), np.maximum(s[1:], s[:-1])
    return np.divide(smaller, larger, out=np.full_like(larger, np.nan), where=larger > 0)
