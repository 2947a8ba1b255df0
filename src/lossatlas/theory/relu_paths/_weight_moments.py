"""Moments of |product of weights| over all paths, with gates and without, by passes through layers.

The sum over paths of |prod w|^s is a pass of ones through the matrices |W_k|^s. A pass takes the mean
over each layer's inputs, so that it returns means over paths and nothing grows with their number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import final

import numpy as np
from numpy import ndarray

from ._scaled import unit_matrices

_NOISE = 1e-13  # a variance below this share of the second moment is rounding


@final
@dataclass(frozen=True, eq=False)
class WeightMoments:
    """Means over all paths of powers of |w|, w the product of weights, in units of 2^exponent.

    `gated` is the mean over paths of pi |w|.
    """

    first: float
    second: float
    fourth: float
    gated: float
    exponent: int

    @property
    def mean(self) -> float:
        """Mean of |w|."""
        return _scaled(self.first, self.exponent)

    @property
    def variance(self) -> float:
        """Variance of |w|."""
        return _scaled(self._variance, 2 * self.exponent)

    @property
    def share(self) -> float:
        """(mean w^2)^2 / mean w^4: effective paths as a share of all; 0 if every w is 0."""
        return self.second**2 / self.fourth if self.fourth > 0 else 0.0

    def correlation(self, rho: float, variance: float) -> float:
        """Correlation of pi, of this mean and variance, with |w|; 0 where either is constant."""
        scale = sqrt(self._variance) * sqrt(variance)
        if scale == 0:
            return 0.0
        return float(np.clip((self.gated - rho * self.first) / scale, -1.0, 1.0))

    @property
    def _variance(self) -> float:
        gap = self.second - self.first**2
        return gap if gap > _NOISE * self.second else 0.0


def weight_moments(matrices: Sequence[ndarray], masks: Sequence[ndarray]) -> WeightMoments:
    """The moments of a network's weights over its paths."""
    scaled, exponent = unit_matrices(matrices)
    scaled = [np.abs(W) for W in scaled]
    first, second, fourth = (_mean_pass([A**s for A in scaled]) for s in (1, 2, 4))
    return WeightMoments(first, second, fourth, _gated_mean_pass(scaled, masks), exponent)


def _mean_pass(matrices: Sequence[ndarray]) -> float:
    signal = np.ones(matrices[0].shape[1])
    for A in matrices:
        signal = A @ signal / A.shape[1]
    return float(signal.mean())


def _gated_mean_pass(matrices: Sequence[ndarray], masks: Sequence[ndarray]) -> float:
    signal = matrices[0].mean(axis=1) * masks[0]
    for A, open_ in zip(matrices[1:-1], masks[1:], strict=True):
        signal = (signal @ A.T) * (open_ / A.shape[1])
    mean = float((signal @ matrices[-1].mean(axis=0)).mean())
    return mean / float(matrices[-1].shape[1])


def _scaled(value: float, exponent: int) -> float:
    with np.errstate(over="ignore", under="ignore"):  # beyond the floats it is 0 or infinite
        return float(np.ldexp(value, exponent))
