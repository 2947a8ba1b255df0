"""How far columns of numbers are from the bell curve.

Sorted, standardised samples of a Gaussian lie on a line against the normal scores. The share of a
column's variance that does not, 1 - r^2, is the squared Wasserstein distance to the nearest Gaussian in
units of the variance (the statistic of Shapiro and Francia 1972). 0 for a Gaussian, about 0.045 for a
uniform law, 0.18 for an exponential, 0.36 for a coin, and 1 for a column that does not vary.
"""

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy import special

LEAST_SAMPLES = 8


def normal_scores(n: int) -> Float[ndarray, " n"]:
    """Where the sorted samples of a standard Gaussian are expected (Blom 1958), of length 1."""
    scores = special.ndtri((np.arange(1, n + 1) - 0.375) / (n + 0.25))
    return np.asarray(scores / np.linalg.norm(scores))


def non_gaussian_share(columns: Float[ndarray, "n d"]) -> Float[ndarray, " d"]:
    """1 - r^2 for each column; 1 for a constant one."""
    ordered, size = _standardised(columns)
    r = normal_scores(len(columns)) @ np.sort(ordered, axis=0)
    return np.where(size > 0, 1 - np.square(r), 1.0)


def excess_kurtosis(columns: Float[ndarray, "n d"]) -> Float[ndarray, " d"]:
    """The fourth moment over the squared variance, minus 3; 0 for a constant column."""
    z, size = _standardised(columns)
    return np.where(size > 0, len(z) * np.square(np.square(z)).sum(0) - 3, 0.0)


def ks_distance(columns: Float[ndarray, "n d"]) -> Float[ndarray, " d"]:
    """The largest distance between a column's distribution and its Gaussian; 1/2 if constant."""
    z, size = _standardised(columns)
    n = len(z)
    below = special.ndtr(np.sort(z, axis=0) * np.sqrt(n - 1))
    steps = np.arange(n + 1)[:, None] / n
    gap = np.maximum(np.abs(below - steps[1:]), np.abs(below - steps[:-1])).max(0)
    return np.where(size > 0, gap, 0.5)


def anderson_darling(columns: Float[ndarray, "n d"]) -> Float[ndarray, " d"]:
    """The p-value of each column, mean and variance estimated; 0 for a constant one.

    Stephens' approximation (D'Agostino and Stephens 1986, table 4.9).
    """
    z, size = _standardised(columns)
    n = len(z)
    z = np.sort(z, axis=0) * np.sqrt(n - 1)
    odd = (2 * np.arange(1, n + 1) - 1)[:, None]
    logs = special.log_ndtr(z) + special.log_ndtr(-z[::-1])
    statistic = (-n - (odd * logs).sum(0) / n) * (1 + 0.75 / n + 2.25 / n**2)
    return np.where(size > 0, _stephens(statistic), 0.0)


def _stephens(a: Float[ndarray, " d"]) -> Float[ndarray, " d"]:
    square = np.square(a)
    with np.errstate(over="ignore"):
        pieces = [
            1 - np.exp(-13.436 + 101.14 * a - 223.73 * square),
            1 - np.exp(-8.318 + 42.796 * a - 59.938 * square),
            np.exp(0.9177 - 4.279 * a - 1.38 * square),
            np.exp(1.2937 - 5.709 * a + 0.0186 * square),
        ]
    # the last parabola turns upwards far out, where the probability is nothing
    chosen = np.select([a < 0.2, a < 0.34, a < 0.6, a < 13], pieces, default=0.0)
    return np.asarray(np.clip(chosen, 0.0, 1.0))


def _standardised(columns: Float[ndarray, "n d"]) -> tuple[ndarray, ndarray]:
    """The columns less their means, of length 1, and their size before; rounding counts as zero.

    Each column is scaled to its largest entry first, so that no square overflows.
    """
    largest = np.abs(columns).max(0)
    scaled = columns / np.where(largest > 0, largest, 1.0)
    off = scaled - scaled.mean(0)
    size = np.linalg.norm(off, axis=0)
    size = np.where(size > 64 * np.finfo(np.float64).eps * len(off) ** 0.5, size, 0.0)
    return off / np.where(size > 0, size, 1.0), size
