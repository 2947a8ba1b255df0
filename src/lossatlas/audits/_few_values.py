"""A network's parameters rounded to a few values, all layers together: k-means on the line."""

from dataclasses import dataclass
from math import isqrt
from typing import final

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from lossatlas.theory import relu_paths

from ._network import Network


@final
@dataclass(frozen=True, eq=False)
class FewValues:
    """Which parameter takes which of s values.

    Attributes:
        values: The values, ascending; fewer than asked for where the parameters have fewer.
        labels: The value of each parameter.
    """

    values: Float[ndarray, " s"]
    labels: Int[ndarray, " N"]

    @property
    def flat(self) -> Float[ndarray, " N"]:
        """The parameters."""
        return np.asarray(self.values[self.labels])


def few_values(parameters: Float[ndarray, " N"], levels: int) -> FewValues:
    """The parameters rounded to at most so many values, each the mean of its parameters."""
    # in units of a power of two, which rounds nothing, so that no square overflows
    unit = np.ldexp(1.0, int(np.frexp(np.abs(parameters).max(initial=0.0))[1]) - 1)
    scaled = parameters / unit
    # a column and a row of the same numbers compose, and have the same clusters as the numbers
    found = relu_paths.quantised([scaled[:, None], scaled[None, :]], levels)
    return FewValues(found.values * unit, found.labels[0].ravel())


def num_levels(network: Network) -> int:
    """s: Lambda for one output, rounded down, where there are paths; else the root of N."""
    if network.weights is None or len(network.weights) < 2:
        return max(1, isqrt(len(network.parameters)))
    counted = relu_paths.counts([network.weights[0].shape[1], *map(len, network.weights)])
    return max(1, int(counted.size))


def halvings(levels: int) -> list[int]:
    """levels, levels/2, levels/4, ..., 1, rounded down."""
    return [levels >> k for k in range(levels.bit_length())]


def predictions(outputs: Float[ndarray, "n d"]) -> Int[ndarray, " n"]:
    """The class of the largest output; the sign where there is a single output."""
    if outputs.shape[1] == 1:
        return (outputs[:, 0] > 0).astype(int)
    return np.asarray(outputs.argmax(1))
