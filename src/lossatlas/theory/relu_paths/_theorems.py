"""Theorems 3.2 and 3.3 of Choromanska et al. (2015), and what can be said more sharply.

Both bound the correlation of a network's output with that of a simpler one: with few distinct
weights (3.2), and with every tuple of weights along equally many paths (3.3). What is needed for
the first, and the best constant of the second, are derived in docs/theory/relu_paths.md.
"""

from dataclasses import dataclass
from math import sqrt
from typing import final

import numpy as np
from jaxtyping import Real
from numpy import ndarray

from lossatlas.errors import misuse


@final
@dataclass(frozen=True)
class SignAgreement:
    """How the signs of two networks' outputs agree on a sample, and what Theorem 3.2 says of it.

    Attributes:
        disagreement: eps, the share of outputs whose signs differ (0 counts as negative).
        correlation: corr(sign Y_s, sign Y); None where one of them never changes sign.
        mean: The mean of sign Y, 0 when balanced.
        bound: (1 - 2 eps)/(1 + 2 eps), the theorem's.
        least: The least correlation that this eps and mean allow.
        balanced: Whether the mean is near enough to 0 for the bound to follow, see `largest_mean`.
    """

    disagreement: float
    correlation: float | None
    mean: float
    bound: float
    least: float
    balanced: bool

    @property
    def holds(self) -> bool | None:
        """Whether the bound is met, to 1e-12; None where there is no correlation."""
        return None if self.correlation is None else self.correlation >= self.bound - 1e-12


def sign_agreement(Y: Real[ndarray, "*s"], Y_s: Real[ndarray, "*s"]) -> SignAgreement:
    """Compare the signs of two networks' outputs, all entries together.

    Args:
        Y: One network's outputs.
        Y_s: The other's, of the same shape.

    Returns:
        The correlation beside the bound of Theorem 3.2 and the condition under which it follows.

    Raises:
        ValueError: If there is nothing to compare or the shapes differ.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory import relu_paths
        >>> found = relu_paths.sign_agreement(np.array([1., 2., -1., -2.]), np.array([1., -2., -1., -2.]))
        >>> found.disagreement, round(found.correlation, 4), round(found.bound, 4), found.balanced
        (0.25, 0.5774, 0.3333, True)
    """
    Y, Y_s = np.asarray(Y), np.asarray(Y_s)
    if Y.shape != Y_s.shape or Y.size == 0:
        raise misuse(
            "Y_s",
            should=f"have the shape {Y.shape} of Y, with entries",
            got=Y_s.shape,
            remedy="Evaluate both networks on the same samples.",
        )
    error, mean = float(np.mean((Y > 0) != (Y_s > 0))), float(np.mean((Y > 0) * 2.0 - 1))
    other = float(np.mean((Y_s > 0) * 2.0 - 1))
    spread = sqrt((1 - mean**2) * (1 - other**2))
    return SignAgreement(
        disagreement=error,
        correlation=(1 - 2 * error - mean * other) / spread if spread > 0 else None,
        mean=mean,
        bound=sign_bound(error),
        least=least_sign_correlation(error, mean),
        balanced=error <= 0.5 and abs(mean) <= largest_mean(error),
    )


def sign_bound(error: float) -> float:
    """Theorem 3.2: corr(sign Y_s, sign Y) >= (1 - 2 eps)/(1 + 2 eps).

    Args:
        error: eps, the share of samples on which the signs differ.

    Returns:
        The bound; the theorem has eps <= 1/2, where it is 0.
    """
    return (1 - 2 * error) / (1 + 2 * error)


def least_sign_correlation(error: float, mean: float) -> float:
    """The least correlation of two signs that differ with probability eps, one of them of this mean.

    Args:
        error: eps.
        mean: E sign Y, between -1 and 1.

    Returns:
        The bound sqrt((A^2 - m^2)/(1 - m^2)) where m <= A, and
        -sqrt((m - A)(1 - m)/((1 + m)(2 - m + A))) beyond, with A = 1 - 2 eps and m the size of the
        mean; both attained. -1 for eps > 1/2.
    """
    A, m = 1 - 2 * error, abs(mean)
    if m <= A:
        return sqrt((A**2 - m**2) / (1 - m**2)) if m < 1 else 1.0
    if A < 0:
        return -1.0
    return -sqrt((m - A) * (1 - m) / ((1 + m) * (2 - m + A)))


def largest_mean(error: float) -> float:
    """How far from balanced the signs may be for Theorem 3.2 to follow from eps alone.

    Args:
        error: eps, at most 1/2.

    Returns:
        The largest |E sign Y|, A sqrt(3 - A)/2 with A = 1 - 2 eps: 0.707 at eps = 0, falling to 0.
    """
    A = 1 - 2 * error
    return A * sqrt(3 - A) / 2


def uniformity_bound(spread: float) -> float:
    """Theorem 3.3: corr(Yhat_s, Y_s) >= 1/c^2 if every tuple's count is within a factor c of tau.

    Args:
        spread: c >= 1, infinite where a tuple is missing.

    Returns:
        The bound, 0 at infinity.
    """
    return float(_checked_spread(spread) ** -2.0)


def sharp_uniformity_bound(spread: float) -> float:
    """The best constant in the model of Theorem 3.3: 2/(1 + c), attained.

    Args:
        spread: c >= 1, infinite where a tuple is missing.

    Returns:
        The bound, between 1/c^2 and 1.
    """
    return 2 / (1 + _checked_spread(spread))


def _checked_spread(spread: float) -> float:
    if not spread >= 1:
        raise misuse(
            "spread",
            should="be at least 1",
            got=spread,
            remedy="Take it from `tuple_counts(labels, s).spread`.",
        )
    return spread
