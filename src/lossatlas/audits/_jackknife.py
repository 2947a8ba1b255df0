"""Intervals by leaving out a group of samples at a time.

A bootstrap draws some samples twice, and a sample agrees perfectly with its double: statistics of
pairs, on which most audits rest, come out biased. The delete-a-group jackknife draws nothing twice.
With g groups and the numbers t_1, ..., t_g found without each, the standard error is
sqrt((g - 1)/g sum (t_i - mean t)^2), and the interval takes Student's law with g - 1 degrees of freedom
(Kott 2001). For a number whose first-order variation vanishes under the assumption the error comes
out too large, never too small.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from scipy import special

CONFIDENCE = 0.95
_GROUPS = 20


def grouped(size: int, rng: np.random.Generator) -> Int[ndarray, " size"]:
    """The group of each of `size` things: as equal as possible, at most twenty, in random order."""
    return rng.permutation(np.arange(size) % max(1, min(_GROUPS, size)))


def interval(value: float, without: Float[ndarray, " g"]) -> tuple[float, float] | None:
    """The interval around a number, given what it is without each group.

    None below two groups, or where what is left without one is too little for the number.
    """
    groups = len(without)
    if groups < 2 or not np.isfinite(without).all():
        return None
    if np.ptp(without) == 0:
        return value, value
    error = float(np.sqrt((groups - 1) * np.var(without)))
    reach = float(special.stdtrit(np.float64(groups - 1), np.float64((1 + CONFIDENCE) / 2))) * error
    return value - reach, value + reach


def jackknife(
    statistic: Callable[[Int[ndarray, " _"]], float], groups: Int[ndarray, " n"]
) -> tuple[float, tuple[float, float] | None]:
    """A statistic of all samples with its interval.

    Args:
        statistic: Gets the places of the samples to use.
        groups: The group of each sample.
    """
    labels = np.unique(groups)
    value = statistic(np.arange(len(groups)))
    without = np.array([statistic(np.flatnonzero(groups != g)) for g in labels])
    return value, interval(value, without if len(labels) > 1 else without[:0])


def without_groups(
    values: Float[ndarray, "n ..."], groups: Int[ndarray, " n"]
) -> Float[ndarray, "_ ..."]:
    """The sum over all samples, then the sum without each group."""
    sums = np.zeros((groups.max() + 1, *values.shape[1:]))
    np.add.at(sums, groups, values)
    total = sums.sum(0)
    return np.concatenate([total[None], total - sums])
