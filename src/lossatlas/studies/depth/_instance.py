"""A linear network on its digits, with what the theory says of them."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, final

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas.data import Dataset
from lossatlas.studies._choices import DigitsChoice, load
from lossatlas.surfaces import DeepLinear
from lossatlas.theory.deep_linear import (
    Assumptions,
    DataSpectrum,
    check_assumptions,
    global_minimum,
    spectrum,
)


@final
@dataclass(frozen=True, eq=False)
class Instance:
    """A deep linear network."""

    dataset: Dataset
    hidden: tuple[int, ...]

    @property
    def widths(self) -> tuple[int, ...]:
        """(d_x, d_1, ..., d_y)."""
        return (self.dataset.inputs.shape[1], *self.hidden, self.dataset.targets.shape[1])

    @cached_property
    def surface(self) -> DeepLinear:
        """The loss, 1/2 ||X M^T - Y||^2."""
        data = (self.dataset.inputs, self.dataset.targets)
        X, Y = (torch.from_numpy(np.array(part)) for part in data)
        return DeepLinear(self.widths, X, Y)

    @cached_property
    def spectrum(self) -> DataSpectrum:
        """The whitened problem."""
        return spectrum(self.dataset.inputs, self.dataset.targets)

    @cached_property
    def assumptions(self) -> Assumptions:
        """HA1 to HA4 with their numbers."""
        return check_assumptions(self.dataset.inputs, self.dataset.targets)

    @cached_property
    def global_value(self) -> float:
        """The least loss."""
        return global_minimum(self.dataset.inputs, self.dataset.targets, self.widths)

    @cached_property
    def scale(self) -> float:
        """1/2 ||Y||^2, the loss of the zero network: what distances of losses are relative to."""
        return 0.5 * float(np.sum(self.dataset.targets**2))

    def above_global(self, loss: Float[Tensor, " B"]) -> Float[Tensor, " B"]:
        """How far each loss lies above the global value, in units of 1/2 ||Y||^2; signed."""
        return (loss - self.global_value) / self.scale

    def attributes(self) -> dict[str, Any]:
        """What every record of this network says of it."""
        return {
            "hidden_layers": len(self.hidden),
            "architecture": "-".join(map(str, self.widths)),
            "parameters": self.surface.dimension,
            "theorem": self.assumptions.all_hold,
            "global_value": self.global_value,
        }


@lru_cache(maxsize=8)
def instance(data: DigitsChoice, hidden: tuple[int, ...]) -> Instance:
    """The instance on the digits to train on; kept, since many tasks of a process share it."""
    train, _ = load(data)
    return Instance(train, hidden)
