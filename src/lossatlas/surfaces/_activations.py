"""Activations with their first two derivatives, elementwise.

A hidden layer applies one of these to its preactivation z; the output layer is linear. `second`
is None where the second derivative is zero away from kinks, so that its terms cost nothing. At a
kink the derivative is the one-sided one that PyTorch takes, 0 for ReLU.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import final

import torch
from torch import Tensor

from lossatlas.errors import misuse


class Gauge(StrEnum):
    """The changes of a hidden layer's basis that pass through its activation."""

    NONE = "none"
    SCALING = "each unit by a positive factor"
    LINEAR = "every invertible matrix"


class AbstractActivation(ABC):
    """A real function with two derivatives almost everywhere."""

    @property
    @abstractmethod
    def gauge(self) -> Gauge:
        """The symmetry that the activation leaves to a hidden layer."""

    @property
    @abstractmethod
    def third_bound(self) -> float:
        """A bound on the absolute third derivative, for error bounds."""

    @abstractmethod
    def value(self, z: Tensor) -> Tensor:
        """The function."""

    @abstractmethod
    def first(self, z: Tensor, x: Tensor) -> Tensor:
        """The first derivative, from z and the value x there."""

    @abstractmethod
    def second(self, x: Tensor, first: Tensor) -> Tensor | None:
        """The second derivative, from the value and the first; None for zero."""


@final
@dataclass(frozen=True)
class Identity(AbstractActivation):
    """z: a deep linear network."""

    @property
    def gauge(self) -> Gauge:
        return Gauge.LINEAR

    @property
    def third_bound(self) -> float:
        return 0.0

    def value(self, z: Tensor) -> Tensor:
        return z

    def first(self, z: Tensor, x: Tensor) -> Tensor:  # noqa: ARG002
        return torch.ones_like(z)

    def second(self, x: Tensor, first: Tensor) -> None:  # noqa: ARG002
        return None


@final
@dataclass(frozen=True)
class ReLU(AbstractActivation):
    """max(0, z)."""

    @property
    def gauge(self) -> Gauge:
        return Gauge.SCALING

    @property
    def third_bound(self) -> float:
        return 0.0

    def value(self, z: Tensor) -> Tensor:
        return z.relu()

    def first(self, z: Tensor, x: Tensor) -> Tensor:  # noqa: ARG002
        return (z > 0).to(z.dtype)

    def second(self, x: Tensor, first: Tensor) -> None:  # noqa: ARG002
        return None


@final
@dataclass(frozen=True)
class LeakyReLU(AbstractActivation):
    """z above zero, slope * z below.

    Args:
        slope: The slope below zero, finite and not negative.

    Raises:
        ValueError: If it is negative or not finite.
    """

    slope: float = 0.01

    def __post_init__(self) -> None:
        if not 0 <= self.slope < float("inf"):
            raise misuse(
                "slope",
                should="be finite and not negative",
                got=self.slope,
                remedy="0.01 is the usual choice; 0 is ReLU.",
            )

    @property
    def gauge(self) -> Gauge:
        return Gauge.SCALING

    @property
    def third_bound(self) -> float:
        return 0.0

    def value(self, z: Tensor) -> Tensor:
        return torch.where(z > 0, z, self.slope * z)

    def first(self, z: Tensor, x: Tensor) -> Tensor:  # noqa: ARG002
        return torch.where(z > 0, torch.ones_like(z), self.slope)

    def second(self, x: Tensor, first: Tensor) -> None:  # noqa: ARG002
        return None


@final
@dataclass(frozen=True)
class Tanh(AbstractActivation):
    """The hyperbolic tangent."""

    @property
    def gauge(self) -> Gauge:
        return Gauge.NONE

    @property
    def third_bound(self) -> float:
        return 2.0

    def value(self, z: Tensor) -> Tensor:
        return z.tanh()

    def first(self, z: Tensor, x: Tensor) -> Tensor:  # noqa: ARG002
        return 1 - x.square()

    def second(self, x: Tensor, first: Tensor) -> Tensor:
        return -2 * x * first


@final
@dataclass(frozen=True)
class Softplus(AbstractActivation):
    """log(1 + exp(z)), exact to rounding for every z."""

    @property
    def gauge(self) -> Gauge:
        return Gauge.NONE

    @property
    def third_bound(self) -> float:
        return 0.0963  # 1 / (6 sqrt 3)

    def value(self, z: Tensor) -> Tensor:
        return -torch.nn.functional.logsigmoid(-z)

    def first(self, z: Tensor, x: Tensor) -> Tensor:  # noqa: ARG002
        return z.sigmoid()

    def second(self, x: Tensor, first: Tensor) -> Tensor:  # noqa: ARG002
        return first * (1 - first)
