"""Means over descents with standard errors that respect what was drawn: couplings, then starts.

Descents on the same couplings are not independent, so a standard error counts couplings, not runs:
for a mean that is a ratio of sums over clusters, sum s_c / sum n_c, its variance is
C / (C - 1) sum (s_c - mean n_c)^2 / (sum n_c)^2 (the delta method).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt
from typing import final

import numpy as np
from jaxtyping import Float
from numpy import ndarray


@final
@dataclass(frozen=True)
class Mean:
    """A mean over clusters: its value, clustered standard error, and what went into it.

    `spread` is the standard deviation over all values, whatever their cluster; NaN where only sums
    were given.
    """

    value: float
    standard_error: float
    clusters: int
    values: int
    spread: float = nan


def clustered_mean(values: Sequence[float], clusters: Sequence[object]) -> Mean:
    """The mean of values with the standard error clustered by a label.

    Args:
        values: The values.
        clusters: The label of each value's cluster.

    Returns:
        The mean; NaN without values, a NaN standard error with fewer than two clusters.
    """
    if not len(values):
        return Mean(nan, nan, 0, 0)
    numbers = np.asarray(values, dtype=float)
    _, place = np.unique(np.asarray([str(label) for label in clusters]), return_inverse=True)
    sums, counts = np.bincount(place, weights=numbers), np.bincount(place).astype(float)
    spread = float(numbers.std(ddof=1)) if len(numbers) > 1 else nan
    ratio = ratio_mean(sums, counts)
    return Mean(ratio.value, ratio.standard_error, ratio.clusters, len(numbers), spread)


def ratio_mean(sums: Float[ndarray, " C"], counts: Float[ndarray, " C"]) -> Mean:
    """The mean of values of which only the sum and the number in each cluster are known."""
    total = float(counts.sum())
    if total == 0:
        return Mean(nan, nan, len(counts), 0)
    value = float(sums.sum()) / total
    number = len(counts)
    if number < 2:
        return Mean(value, nan, number, int(total))
    residual = float(np.sum((sums - value * counts) ** 2))
    return Mean(value, sqrt(number / (number - 1) * residual) / total, number, int(total))
