"""Theorems 3.2 and 3.3 of Choromanska et al. (2015), and what can be said more sharply."""

from dataclasses import dataclass
from typing import final

from jaxtyping import Real
from numpy import ndarray


@final
@dataclass(frozen=True)
class SignAgreement:
    """How two networks' signs agree on a sample, and what Theorem 3.2 says of it.

    Attributes:
        disagreement: eps, the share of outputs whose signs differ (0 counts as negative).
        correlation: corr(sign Y_s, sign Y); None where one of them never changes sign.
        mean: Mean of sign Y; 0 when balanced.
        bound: (1 - 2 eps)/(1 + 2 eps), the theorem's.
        least: The least correlation possible at this eps and mean.
        balanced: Whether |mean| is small enough for the bound to follow.
    """

    disagreement: float
    correlation: float | None
    mean: float
    bound: float
    least: float | None
    balanced: bool

    @property
    def holds(self) -> bool | None:
        """Whether the bound is met; None where there is no correlation."""
        return None if self.correlation is None else self.correlation >= self.bound - 1e-12


def sign_agreement(Y: Real[ndarray, "..."], Y_s: Real[ndarray, "..."]) -> SignAgreement:
    """Compare the signs of two networks' outputs, all entries together."""
    raise NotImplementedError


def sign_bound(error: float) -> float:
    """Theorem 3.2: (1 - 2 eps)/(1 + 2 eps)."""
    raise NotImplementedError


def uniformity_bound(spread: float) -> float:
    """Theorem 3.3: corr >= 1/c^2."""
    raise NotImplementedError


def sharp_uniformity_bound(spread: float) -> float:
    """The best constant for independent inputs, 2/(1 + c)."""
    raise NotImplementedError
