"""Cooling schedules: the temperature as a function of the share of the steps that is done.

A temperature T means the Gibbs density exp(-H / T) on the manifold, with H the extensive loss.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

from ._validate import check_nonnegative, check_positive


class AbstractCooling(ABC):
    """A temperature for every share of the steps."""

    @abstractmethod
    def temperature(self, share: float) -> float:
        """The temperature when a share of the steps, 0 at the first and 1 at the last, is done."""


@final
@dataclass(frozen=True)
class Constant(AbstractCooling):
    """One temperature throughout: no annealing, but a sample of the Gibbs law.

    Args:
        level: The temperature, at least 0.

    Raises:
        ValueError: If it is negative.
    """

    level: float

    def __post_init__(self) -> None:
        check_nonnegative("level", self.level)

    def temperature(self, share: float) -> float:  # noqa: ARG002
        return self.level


@final
@dataclass(frozen=True)
class Geometric(AbstractCooling):
    """T = hot (cold / hot)^share: most of the time is spent near the cold end.

    Args:
        hot: The first temperature, above 0.
        cold: The last one, above 0.

    Raises:
        ValueError: If one is not above 0.
    """

    hot: float
    cold: float

    def __post_init__(self) -> None:
        check_positive("hot", self.hot)
        check_positive("cold", self.cold)

    def temperature(self, share: float) -> float:
        return float(self.hot * (self.cold / self.hot) ** share)


@final
@dataclass(frozen=True)
class Linear(AbstractCooling):
    """T = hot + (cold - hot) share.

    Args:
        hot: The first temperature, at least 0.
        cold: The last one, at least 0.

    Raises:
        ValueError: If one is negative.
    """

    hot: float
    cold: float = 0.0

    def __post_init__(self) -> None:
        check_nonnegative("hot", self.hot)
        check_nonnegative("cold", self.cold)

    def temperature(self, share: float) -> float:
        return self.hot + (self.cold - self.hot) * share


def share_of(step: int, num_steps: int) -> float:
    """How much of the way step 0, ..., num_steps - 1 is, from 0 to 1."""
    return step / max(num_steps - 1, 1)
