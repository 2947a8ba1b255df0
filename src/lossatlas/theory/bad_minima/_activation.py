"""Activations as formulas: two slopes, or a smooth function with its first two derivatives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias, final

import numpy as np
from numpy import ndarray

from lossatlas.errors import misuse

Function: TypeAlias = Callable[[ndarray], ndarray]


@final
@dataclass(frozen=True)
class PiecewiseLinear:
    """z times `positive` above zero, times `negative` below: ReLU is (1, 0), leaky ReLU (1, slope).

    Args:
        positive: The slope ``s_+`` above zero, positive and finite.
        negative: The slope ``s_-`` below, finite, not negative, and another one: equal slopes are linear.

    Raises:
        ValueError: If the slopes are not such numbers.
    """

    positive: float = 1.0
    negative: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.positive < np.inf:
            raise misuse(
                "positive", should="be positive and finite", got=self.positive, remedy="ReLU has 1."
            )
        if not 0 <= self.negative < np.inf or self.negative == self.positive:
            raise misuse(
                "negative",
                should="be finite, not negative, and not the slope above zero",
                got=self.negative,
                remedy="0 is ReLU; with equal slopes the network is linear and has no bad minimum.",
            )

    @property
    def name(self) -> str:
        """What a reader calls it."""
        if self.positive == 1:
            return "ReLU" if self.negative == 0 else f"leaky ReLU of slope {self.negative:g}"
        return f"slopes {self.positive:g} and {self.negative:g}"


@final
@dataclass(frozen=True, eq=False)
class Smooth:
    """A function with two continuous derivatives, but perhaps at zero.

    Attributes:
        name: What a reader calls it.
        value: h.
        first: h'.
        second: h''.
        kinks: Whether h' or h'' jumps at zero, which a construction has to keep away from.
    """

    name: str
    value: Function
    first: Function
    second: Function
    kinks: bool = False


# Klambauer et al. (2017), the fixed point of mean 0 and variance 1.
_SCALE, _SHARE = 1.0507009873554805, 1.6732632423543772


def _sigmoid(z: ndarray) -> ndarray:
    value: ndarray = 0.5 * (1 + np.tanh(0.5 * z))
    return value


def _sigmoid_slope(z: ndarray) -> ndarray:
    slope: ndarray = _sigmoid(z) * _sigmoid(-z)
    return slope


def _tanh_slope(z: ndarray) -> ndarray:
    slope: ndarray = 1 / np.cosh(z) ** 2
    return slope


_TABLE = (
    Smooth("tanh", np.tanh, _tanh_slope, lambda z: -2 * np.tanh(z) * _tanh_slope(z)),
    Smooth(
        "sigmoid",
        _sigmoid,
        _sigmoid_slope,
        lambda z: -_sigmoid_slope(z) * np.tanh(0.5 * z),
    ),
    Smooth(
        "arctan",
        np.arctan,
        lambda z: 1 / (1 + z**2),
        lambda z: -2 * z / (1 + z**2) ** 2,
    ),
    Smooth("softplus", lambda z: np.logaddexp(0, z), _sigmoid, _sigmoid_slope),
    Smooth("square", np.square, lambda z: 2 * z, lambda z: np.full_like(z, 2.0)),
    Smooth(
        "SELU",
        lambda z: _SCALE * np.where(z > 0, z, _SHARE * np.expm1(np.minimum(z, 0))),
        lambda z: _SCALE * np.where(z > 0, 1.0, _SHARE * np.exp(np.minimum(z, 0))),
        lambda z: _SCALE * np.where(z > 0, 0.0, _SHARE * np.exp(np.minimum(z, 0))),
        kinks=True,
    ),
    Smooth(
        "ELU",
        lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
        lambda z: np.exp(np.minimum(z, 0)),
        lambda z: np.where(z > 0, 0.0, np.exp(np.minimum(z, 0))),
        kinks=True,
    ),
)

SMOOTH: Mapping[str, Smooth] = MappingProxyType({h.name: h for h in _TABLE})
"""The smooth activations that are known here, by name."""
