"""Learning rates: the rate of every step of an epoch, known before it begins.

Epochs and steps are counted from 0. A rate depends on nothing but their numbers, so that a run can
be taken up at any epoch.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.errors import misuse

from ._validate import check_nonnegative, check_positive


class AbstractRate(ABC):
    """A learning rate for each step."""

    @abstractmethod
    def at(self, epoch: int, num_steps: int) -> Float[ndarray, " S"]:
        """The rates of an epoch's steps, float64.

        Args:
            epoch: Its number, from 0.
            num_steps: The steps of each epoch, ceil(n / batch size).
        """

    def check(self, epochs: int) -> None:  # noqa: B027 (most rates know every epoch)
        """Refuse a number of epochs that the rate does not reach.

        Raises:
            ValueError: If there are more epochs than the rate is known for.
        """


@final
@dataclass(frozen=True)
class Constant(AbstractRate):
    """The same rate at every step.

    Args:
        rate: The rate, above 0.

    Raises:
        ValueError: If it is not.
    """

    rate: float

    def __post_init__(self) -> None:
        check_positive("rate", self.rate)

    def at(self, epoch: int, num_steps: int) -> Float[ndarray, " S"]:  # noqa: ARG002
        return np.full(num_steps, self.rate)


@final
@dataclass(frozen=True)
class InverseTime(AbstractRate):
    """rate / (1 + decay t), t the number of steps taken before.

    Args:
        rate: The rate of the first step, above 0.
        decay: How fast it falls, at least 0.

    Raises:
        ValueError: If one is out of range.

    Example:
        >>> InverseTime(1.0, 0.5).at(epoch=1, num_steps=2)
        array([0.5, 0.4])
    """

    rate: float
    decay: float

    def __post_init__(self) -> None:
        check_positive("rate", self.rate)
        check_nonnegative("decay", self.decay)

    def at(self, epoch: int, num_steps: int) -> Float[ndarray, " S"]:
        t = epoch * num_steps + np.arange(num_steps, dtype=np.float64)
        rates: ndarray = self.rate / (1 + self.decay * t)
        return rates


@final
@dataclass(frozen=True)
class Exponential(AbstractRate):
    """rate * factor^epoch, the same at every step of an epoch.

    Args:
        rate: The rate of the first epoch, above 0.
        factor: What it is multiplied by after each epoch, above 0.

    Raises:
        ValueError: If one is out of range.
    """

    rate: float
    factor: float

    def __post_init__(self) -> None:
        check_positive("rate", self.rate)
        check_positive("factor", self.factor)

    def at(self, epoch: int, num_steps: int) -> Float[ndarray, " S"]:
        return np.full(num_steps, self.rate * self.factor**epoch)


@final
@dataclass(frozen=True)
class Sampled(AbstractRate):
    """One rate an epoch, as the user gives them.

    Args:
        rates: The rates, each finite and at least 0; training may not be longer than the list.

    Raises:
        ValueError: If there are none, or one is out of range.
    """

    rates: Sequence[float]

    def __post_init__(self) -> None:
        object.__setattr__(self, "rates", tuple(float(rate) for rate in self.rates))
        for rate in self.rates:
            check_nonnegative("rates", rate)
        if not self.rates:
            raise misuse(
                "rates", should="hold one rate an epoch", got="none", remedy="Give at least one."
            )

    def at(self, epoch: int, num_steps: int) -> Float[ndarray, " S"]:
        return np.full(num_steps, self.rates[epoch])

    def check(self, epochs: int) -> None:
        if epochs > len(self.rates):
            raise misuse(
                "rates",
                should=f"hold a rate for each of the {epochs} epochs",
                got=f"{len(self.rates)} rates",
                remedy="Give more rates or train for fewer epochs.",
            )


def check_rate(rate: AbstractRate) -> None:
    """A rate for each step, not a number."""
    if not isinstance(rate, AbstractRate):
        raise misuse(
            "rate",
            should="be a learning rate for each step",
            got=repr(rate),
            remedy="A fixed rate of 0.1 is `ensembles.Constant(0.1)`.",
        )
