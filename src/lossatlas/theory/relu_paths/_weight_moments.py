"""Moments of |product of weights| over all paths, with gates and without, by passes through layers.

The sum over paths of |prod w|^s is a pass of ones through the matrices |W_k|^s. A pass takes the mean
over each layer's inputs, so that it returns means over paths, and keeps powers of two apart: neither
the number of paths nor the depth takes it out of the floats.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import final

import numpy as np
from numpy import ndarray

from ._scaled import Scaled, unit, unit_matrices, whole

_NOISE = 1e-13  # a variance below this share of the second moment is rounding


@final
@dataclass(frozen=True, eq=False)
class WeightMoments:
    """Means over all paths of |w|, w^2, w^4 and pi |w|, w the product of a path's weights."""

    first: Scaled
    second: Scaled
    fourth: Scaled
    gated: Scaled

    @property
    def variance(self) -> Scaled:
        """Variance of |w|."""
        return self.second.times(self._spread)

    @property
    def share(self) -> float:
        """(mean w^2)^2 / mean w^4: effective paths as a share of all; 0 if every w is 0."""
        return self.second.squared().over(self.fourth)

    def number(self, paths: int) -> float:
        """Effective paths of so many, infinite beyond the floats."""
        return whole(paths).times(self.share).plain()

    def correlation(self, rho: float, variance: float) -> float:
        """Correlation of pi, of this mean and variance, with |w|; 0 where either is constant."""
        spread = self._spread
        if spread == 0 or variance == 0:
            return 0.0
        # cov / mean|w| over the spreads, with (mean|w|)^2 = (1 - spread) of the second moment
        shift = self.gated.over(self.first) - rho
        return float(np.clip(shift * sqrt((1 - spread) / spread) / sqrt(variance), -1.0, 1.0))

    @property
    def _spread(self) -> float:
        """Var|w| / mean w^2."""
        if self.second.mantissa == 0:
            return 0.0
        spread = 1 - self.first.squared().over(self.second)
        return spread if spread > _NOISE else 0.0


def weight_moments(matrices: Sequence[ndarray], masks: Sequence[ndarray]) -> WeightMoments:
    """The moments of a network's weights over its paths."""
    scaled, exponent = unit_matrices(matrices)
    sizes = [np.abs(W) for W in scaled]
    first, second, fourth = (_mean_pass([A**s for A in sizes], s * exponent) for s in (1, 2, 4))
    return WeightMoments(first, second, fourth, _gated_mean_pass(sizes, masks, exponent))


def _mean_pass(matrices: Sequence[ndarray], exponent: int) -> Scaled:
    signal = np.ones(matrices[0].shape[1])
    for A in matrices:
        signal, taken = unit(A @ signal / A.shape[1])
        exponent += taken
    return Scaled(float(signal.mean()), exponent)


def _gated_mean_pass(
    matrices: Sequence[ndarray], masks: Sequence[ndarray], exponent: int
) -> Scaled:
    """The mean over paths and samples; all samples share a scale, so that they can be averaged."""
    signal = matrices[0].mean(axis=1) * masks[0]
    for A, open_ in zip(matrices[1:-1], masks[1:], strict=True):
        signal, taken = unit((signal @ A.T) * (open_ / A.shape[1]))
        exponent += taken
    last = matrices[-1].mean(axis=0) / matrices[-1].shape[1]
    return Scaled(float((signal @ last).mean()), exponent)
