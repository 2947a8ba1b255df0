"""Where networks start: each from its own seed alone.

A law draws the matrices and biases layer by layer, in float64, from a generator that knows the
network's seed and nothing else; the rounding to the surface's type comes last, so float32 and
float64 start at the same place.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import final

import numpy as np
import torch
from jaxtyping import Float, UInt64
from numpy import ndarray
from torch import Tensor

from lossatlas.linalg import forecast
from lossatlas.surfaces import Perceptron

from ._validate import check_positive, check_seeds

# Beside the seed, so that other uses of the same seed draw other numbers.
_USE = 0x73746172


@final
@dataclass(frozen=True)
class Layer:
    """The part of a point that a law draws in one piece.

    Attributes:
        size: Its entries.
        fan_in: What a unit of this layer reads, its bias not counted.
        bias: Whether it is the biases, and not the matrix.
    """

    size: int
    fan_in: int
    bias: bool


class AbstractStarts(ABC):
    """A law of starts."""

    @abstractmethod
    def draw(self, layer: Layer, generator: np.random.Generator) -> Float[ndarray, " size"]:
        """The entries of one layer's matrix (row-major) or biases, float64."""


@final
@dataclass(frozen=True)
class UniformCube(AbstractStarts):
    """Every weight uniform on [-half_width, half_width).

    Args:
        half_width: Above 0.

    Raises:
        ValueError: If it is not.
    """

    half_width: float = 1.0

    def __post_init__(self) -> None:
        check_positive("half_width", self.half_width)

    def draw(self, layer: Layer, generator: np.random.Generator) -> Float[ndarray, " size"]:
        return generator.uniform(-self.half_width, self.half_width, layer.size)


@final
@dataclass(frozen=True)
class Normal(AbstractStarts):
    """Every weight normal with mean 0.

    Args:
        scale: The standard deviation, above 0.

    Raises:
        ValueError: If it is not.
    """

    scale: float = 1.0

    def __post_init__(self) -> None:
        check_positive("scale", self.scale)

    def draw(self, layer: Layer, generator: np.random.Generator) -> Float[ndarray, " size"]:
        return generator.normal(0.0, self.scale, layer.size)


@final
@dataclass(frozen=True)
class LinearDefault(AbstractStarts):
    """What `torch.nn.Linear` starts from: uniform on +-1 / sqrt(fan_in), biases too."""

    def draw(self, layer: Layer, generator: np.random.Generator) -> Float[ndarray, " size"]:
        bound = layer.fan_in**-0.5
        return generator.uniform(-bound, bound, layer.size)


@final
@dataclass(frozen=True)
class He(AbstractStarts):
    """Normal with variance 2 / fan_in, biases zero (He et al., arXiv 1502.01852)."""

    def draw(self, layer: Layer, generator: np.random.Generator) -> Float[ndarray, " size"]:
        if layer.bias:
            return np.zeros(layer.size)
        return generator.normal(0.0, (2 / layer.fan_in) ** 0.5, layer.size)


def draw_starts(
    surface: Perceptron,
    seeds: Sequence[int] | UInt64[ndarray, " M"],
    *,
    law: AbstractStarts,
) -> Float[Tensor, "M P"]:
    """One start a seed.

    Args:
        surface: Whose points are wanted; its widths, biases, type and device.
        seeds: A whole number a network, from 0 to below 2^64.
        law: How the weights are distributed.

    Returns:
        The starts; row m depends on `seeds[m]` alone.

    Raises:
        ValueError: If a seed is out of range.
        MemoryForecastError: If the starts would not fit.

    Example:
        >>> import torch
        >>> from lossatlas import ensembles, surfaces
        >>> X, Y = torch.eye(2), torch.ones(2, 1)
        >>> surface = surfaces.Perceptron((2, 3, 1), surfaces.Tanh(), surfaces.SquaredError(), X, Y)
        >>> starts = ensembles.draw_starts(surface, [5, 6], law=ensembles.UniformCube(1.0))
        >>> starts.shape, bool((starts.abs() <= 1).all())
        (torch.Size([2, 9]), True)
    """
    keys = check_seeds(seeds)
    forecast(
        len(keys) * surface.dimension * surface.inputs.element_size(),
        purpose=f"The starts of {len(keys)} networks with {surface.dimension} weights",
        remedy="Draw and train them in parts; the result is the same.",
    )
    layers = _layers(surface)
    starts = torch.empty(len(keys), surface.dimension, dtype=surface.dtype)
    for row, key in zip(starts, keys.tolist(), strict=True):
        generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([key, _USE])))
        drawn = np.concatenate([law.draw(layer, generator) for layer in layers])
        row.copy_(torch.from_numpy(drawn))
    return starts.to(surface.device)


def _layers(surface: Perceptron) -> list[Layer]:
    layers: list[Layer] = []
    for below, above in pairwise(surface.widths):
        layers.append(Layer(above * below, below, bias=False))
        if surface.biases:
            layers.append(Layer(above, below, bias=True))
    return layers
