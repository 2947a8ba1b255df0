"""A network on an instance: its surface, its critical values and what its points are named."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, final

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from lossatlas.surfaces import DeepLinear
from lossatlas.theory.deep_linear import CriticalValue, critical_values, global_minimum

from ._instance import Instance, load
from ._settings import Piece


@final
@dataclass(frozen=True, eq=False)
class Network:
    """A deep linear network of a study, with the theory's numbers for it."""

    position: int
    data: str
    instance: Instance
    hidden: tuple[int, ...]

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """(d_x, d_1, ..., d_y)."""
        return (self.instance.inputs.shape[1], *self.hidden, self.instance.targets.shape[1])

    @property
    def architecture(self) -> str:
        """The widths as one word, for example 64-8-10."""
        return "-".join(map(str, self.widths))

    @cached_property
    def surface(self) -> DeepLinear:
        """The loss surface."""
        X, Y = (torch.from_numpy(np.array(part)) for part in self.instance.compact)
        return DeepLinear(self.widths, X, Y)

    @cached_property
    def values(self) -> list[CriticalValue]:
        """Every critical value, ascending."""
        return critical_values(*self.instance.compact, self.widths)

    @cached_property
    def global_value(self) -> float:
        """The smallest loss."""
        return global_minimum(*self.instance.compact, self.widths)

    @property
    def theorem(self) -> bool:
        """Whether the instance meets every assumption of the theorem."""
        return self.instance.assumptions.all_hold

    def weights(self, w: Float[Tensor, " P"]) -> list[ndarray]:
        """The matrices of a point as arrays."""
        return [W.numpy() for W in self.surface.weights(w)]

    def point(self, weights: Sequence[ndarray]) -> Float[Tensor, " P"]:
        """The point of matrices."""
        return self.surface.point([torch.from_numpy(np.array(W)) for W in weights])

    def distance_to_values(self, losses: Float[ndarray, " B"]) -> Float[ndarray, " B"]:
        """How far each loss is from the nearest critical value, in units of 1/2 ||Y||^2."""
        values = np.array([value.value for value in self.values])
        place = np.searchsorted(values, losses).clip(1, max(1, len(values) - 1))
        near = np.stack([values[(place - 1).clip(0)], values[place.clip(0, len(values) - 1)]])
        distance: Float[ndarray, " B"] = np.abs(near - losses).min(0) / self.instance.scale
        return distance

    def above_global(self, losses: Float[ndarray, " B"]) -> Float[ndarray, " B"]:
        """How far each loss is above the global value, in units of 1/2 ||Y||^2; signed."""
        return (losses - self.global_value) / self.instance.scale

    def attributes(self) -> dict[str, Any]:
        """What every record of this network says of it."""
        return {
            "network": self.position,
            "data": self.data,
            "architecture": self.architecture,
            "hidden_layers": len(self.hidden),
            "theorem": self.theorem,
        }


def network_of(piece: Piece) -> Network:
    """The network that a piece of work is about."""
    return _network(piece.network, piece.data_name, load(piece.data), piece.hidden)


@lru_cache(maxsize=8)
def _network(position: int, data: str, instance: Instance, hidden: tuple[int, ...]) -> Network:
    return Network(position, data, instance, hidden)
