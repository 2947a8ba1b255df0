"""Bootstrap over networks, the law exp(alpha n^beta), and one-sided tests.

Networks of a width are independent, so a resample draws them with replacement, each width for
itself. The law is fitted by least squares to ln E[L]: at a given beta the best alpha is a ratio of
sums, and beta is found on a grid, sharpened by a parabola; so thousands of resamples are two matrix
products.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan, sqrt
from typing import final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

_EXPONENTS = np.linspace(-3.0, 3.0, 2001)


@final
@dataclass(frozen=True, eq=False)
class Law:
    """ln E[L] = alpha n^beta, one fit or a batch of them."""

    alpha: Float[ndarray, "*b"]
    beta: Float[ndarray, "*b"]

    def log_means(self, widths: Sequence[int] | Sequence[float]) -> Float[ndarray, "*b w"]:
        """The logarithm of E[L] by the law at each width."""
        n = np.asarray(widths, dtype=float)
        powers: ndarray = self.alpha[..., None] * n ** self.beta[..., None]
        return powers


def fit_law(widths: Sequence[int], means: Float[ndarray, "*b w"]) -> Law:
    """Fit ln E[L] = alpha n^beta by least squares, with beta between -3 and 3.

    Args:
        widths: The widths n.
        means: The mean losses there, positive.
    """
    y, n = np.log(means), np.asarray(widths, dtype=float)
    scale = np.exp(np.log(n).mean())
    x = (n / scale)[:, None] ** _EXPONENTS  # (w, g)
    explained = (y @ x) ** 2 / np.square(x).sum(0)  # (*b, g)
    best = np.clip(explained.argmax(-1), 1, len(_EXPONENTS) - 2)
    low, middle, high = (
        np.take_along_axis(explained, (best + step)[..., None], -1)[..., 0] for step in (-1, 0, 1)
    )
    bend = low - 2 * middle + high
    with np.errstate(divide="ignore", invalid="ignore"):
        offset = np.where(bend < 0, np.clip((low - high) / (2 * bend), -1, 1), 0.0)
    beta = _EXPONENTS[best] + offset * (_EXPONENTS[1] - _EXPONENTS[0])
    powers = n ** beta[..., None]
    alpha = (y * powers).sum(-1) / np.square(powers).sum(-1)
    return Law(np.asarray(alpha), np.asarray(beta))


def explained_share(y: Float[ndarray, " w"], fitted: Float[ndarray, " w"]) -> float:
    """R^2: one minus the residual over the variance about the mean; below 0 for a poor fit."""
    total = float(np.square(y - y.mean()).sum())
    return 1 - float(np.square(y - fitted).sum()) / total if total > 0 else nan


def resample(
    groups: Mapping[int, Float[ndarray, "n c"]],
    statistic: Callable[[Float[ndarray, "b n c"]], Float[ndarray, "b k"]],
    *,
    resamples: int,
    seed: int,
) -> Float[ndarray, "b w k"]:
    """A statistic of each group in each bootstrap resample.

    Args:
        groups: By width the columns of its networks.
        statistic: Of a batch of resampled groups.
        resamples: How many.
        seed: Of the draws.
    """
    drawn = []
    for width, values in groups.items():
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, width])))
        parts = [
            statistic(values[rng.integers(0, len(values), size=(some, len(values)))])
            for some in _blocks(resamples)
        ]
        drawn.append(np.concatenate(parts))
    return np.stack(drawn, axis=1)


def _blocks(resamples: int) -> list[int]:
    whole, rest = divmod(resamples, 500)
    return [500] * whole + ([rest] if rest else [])


def means_and_spreads(values: Float[ndarray, "*b n c"]) -> Float[ndarray, "*b 2"]:
    """Mean and standard deviation of the first column."""
    first = values[..., 0]
    return np.stack([first.mean(-1), first.std(-1, ddof=1)], axis=-1)


def correlations(values: Float[ndarray, "*b n c"]) -> Float[ndarray, "*b 1"]:
    """Pearson's correlation of the first two columns; NaN where one does not vary."""
    centred = values[..., :2] - values[..., :2].mean(-2, keepdims=True)
    x, y = centred[..., 0], centred[..., 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (x * y).sum(-1) / np.sqrt(np.square(x).sum(-1) * np.square(y).sum(-1))
    correlation: ndarray = found[..., None]
    return correlation


@final
@dataclass(frozen=True)
class Difference:
    """The mean of paired differences against a bound.

    `below` and `above` are the p-values of the two one-sided t-tests: small where the mean is
    certainly below the bound, or certainly above it. Both are NaN where they cannot be made.
    """

    mean: float
    standard_error: float
    below: float
    above: float
    pairs: int


def compare_with(values: Sequence[float] | ndarray, bound: float) -> Difference:
    """Student's t-tests of a mean against a bound; differences that do not vary are certain."""
    from scipy.stats import t as student

    numbers = np.asarray(values, dtype=float)
    n = len(numbers)
    if n < 2 or not np.isfinite(numbers).all():
        return Difference(nan, nan, nan, nan, n)
    mean, error = float(numbers.mean()), float(numbers.std(ddof=1)) / sqrt(n)
    if error == 0:
        return Difference(mean, 0.0, float(mean >= bound), float(mean <= bound), n)
    score = (mean - bound) / error
    below = float(student.cdf(score, n - 1))
    return Difference(mean, error, below, float(student.sf(score, n - 1)), n)


def ranked_correlation(x: ndarray, y: ndarray) -> float:
    """Spearman's correlation; NaN for fewer than three pairs or where one does not vary."""
    from scipy.stats import rankdata

    if len(x) < 3:
        return nan
    found = float(correlations(np.stack([rankdata(x), rankdata(y)], axis=-1))[0])
    return found if isfinite(found) else nan
