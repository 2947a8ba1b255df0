"""Mean counts by Monte Carlo where the exact ones end: eigenvalues of tridiagonal matrices.

A tridiagonal matrix with N(0, 1) on the diagonal and chi_j / sqrt(2), j = N-1..1, beside it has the
eigenvalues of GOE(N) (Dumitriu and Edelman 2002). The mean count is that of the weight
exp(-(p-2) x^2 / (2p)) at its (k + 1)-th smallest eigenvalue. Entries are drawn from the law tilted
along the eigenvector of the mean matrix, towards where the weight wants the eigenvalue, and every
draw carries its density ratio: no bias, and less spread. What spread is left grows with N at the
edges of the spectrum: look at `effective_samples`.
"""

from dataclasses import dataclass
from math import exp, inf, log
from typing import final

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from numpy.random import Generator
from scipy.linalg import eigh_tridiagonal
from scipy.special import gammaln, logsumexp

from lossatlas.errors import misuse

from ._checks import checked_index, checked_order, checked_size, checked_window
from ._mean_count import LARGEST_LOG
from ._scale import energy_scale, log_prefactor, log_tilt

# the eigenvalue follows a tilt less than to first order
_STRENGTH = 0.7
_FARTHEST = 4.0
_LEAST_FACTOR = 0.2


@final
@dataclass(frozen=True, eq=False)
class MonteCarloCount:
    """An estimated mean count: log of value and of standard error, and what they rest on.

    `effective_samples` is (sum w)^2 / sum w^2 of the weights in the window: where it is below about
    30 the standard error is itself a guess.
    """

    log_value: float
    log_standard_error: float
    samples: int
    effective_samples: float

    @property
    def value(self) -> float:
        """The estimate; infinite where it is above the largest float."""
        return exp(self.log_value) if self.log_value <= LARGEST_LOG else inf

    @property
    def standard_error(self) -> float:
        """One standard error of the estimate."""
        return exp(self.log_standard_error) if self.log_standard_error <= LARGEST_LOG else inf


def mean_count_estimate(
    size: int,
    order: int,
    *,
    index: int,
    between: tuple[float, float] = (-inf, inf),
    samples: int = 1000,
    rng: Generator,
) -> MonteCarloCount:
    """The mean number of critical points of an index, estimated without bias at any size.

    Args:
        size: The size N, at least 2.
        order: The order p, at least 2.
        index: The index, 0..N-1.
        between: The window (low, high) of energies per spin.
        samples: The number of matrices, at least 2.
        rng: Where they are drawn from.

    Returns:
        The estimate with its standard error.

    Raises:
        ValueError: If order, size, index, window or samples are out of range.

    Example:
        >>> import numpy as np
        >>> count = mean_count_estimate(8, 3, index=0, rng=np.random.default_rng(0))
        >>> abs(count.value - 5.23544852) < 4 * count.standard_error
        True
    """
    size, order = checked_size(size), checked_order(order)
    index, window = checked_index(index, size), checked_window(between)
    if samples < 2:
        raise misuse("samples", should="be at least 2", got=samples, remedy="Draw more.")
    scale = energy_scale(size, order)
    low, high = window[0] * scale, window[1] * scale
    tilt = _tilt(size, order, index, (low, high))
    x, log_ratios = _order_statistics(tilt, index, samples, rng)
    logs = np.where((x > low) & (x < high), log_tilt(x, order) + log_ratios, -inf)
    return _estimate(logs, log_prefactor(size, order), samples)


def _estimate(logs: ndarray, constant: float, samples: int) -> MonteCarloCount:
    if np.all(logs == -inf):
        return MonteCarloCount(-inf, -inf, samples, 0.0)
    sums, squares = float(logsumexp(logs)), float(logsumexp(2 * logs))
    effective = exp(2 * sums - squares)
    # the variance of the mean is (sum w^2 / n - mean^2) / (n - 1), as a share of mean^2
    share = max(samples / effective - 1, 0.0) / (samples - 1)
    value = constant + sums - log(samples)
    error = value + 0.5 * log(share) if share > 0 else -inf
    return MonteCarloCount(value, error, samples, effective)


@final
@dataclass(frozen=True, eq=False)
class _Tilt:
    """Means of the diagonal entries, and factors of those beside it."""

    shifts: Float[ndarray, " N"]
    factors: Float[ndarray, " M"]


def _tilt(size: int, order: int, index: int, window: tuple[float, float]) -> _Tilt:
    """Draw entries so that the eigenvalue moves, to first order, to where its weight is largest."""
    freedoms = np.arange(size - 1, 0, -1)
    beside = np.exp(gammaln((freedoms + 1) / 2) - gammaln(freedoms / 2))
    values, vectors = eigh_tridiagonal(
        np.zeros(size), beside, select="i", select_range=(index, index)
    )
    place, v = float(values[0]), vectors[:, 0]
    pairs = v[:-1] * v[1:]
    variance = float(np.sum(v**4) + np.sum(pairs**2))
    wanted = place - _STRENGTH * variance * (order - 2) / order * place
    reach = _FARTHEST * variance**0.5
    moved = min(max(wanted, window[0], place - reach), window[1], place + reach)
    pull = (moved - place) / variance
    # the eigenvalue's derivatives are v_i^2 and 2 v_i v_{i+1}; variances of entries 1 and 1/4
    return _Tilt(pull * v**2, np.maximum(1 + pull * pairs / (2 * beside), _LEAST_FACTOR))


def _order_statistics(
    tilt: _Tilt, index: int, samples: int, rng: Generator
) -> tuple[Float[ndarray, " samples"], Float[ndarray, " samples"]]:
    """The (index + 1)-th smallest eigenvalue of each of so many matrices, and log density ratios."""
    freedoms = np.arange(len(tilt.shifts) - 1, 0, -1)
    log_factors, gains = np.log(tilt.factors), 1 - tilt.factors**-2.0
    x, log_ratios = np.empty(samples), np.empty(samples)
    for i in range(samples):
        diagonal = rng.standard_normal(len(tilt.shifts)) + tilt.shifts
        squares = tilt.factors**2 * rng.chisquare(freedoms) / 2
        x[i] = eigh_tridiagonal(
            diagonal,
            np.sqrt(squares),
            eigvals_only=True,
            select="i",
            select_range=(index, index),
        )[0]
        normal = tilt.shifts @ (0.5 * tilt.shifts - diagonal)
        log_ratios[i] = normal + freedoms @ log_factors - squares @ gains
    return x, log_ratios
