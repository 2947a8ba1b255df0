"""A network of the study: its loss surface, and what the theory says of it where it is linear."""

from dataclasses import dataclass
from typing import Any, final

import numpy as np
import torch

from lossatlas.surfaces import (
    AbstractActivation,
    Identity,
    LeakyReLU,
    Perceptron,
    ReLU,
    Softplus,
    SquaredError,
    Tanh,
)
from lossatlas.theory.deep_linear import Assumptions, check_assumptions, global_minimum

from ._data import Samples, samples
from ._pieces import SearchPiece

_SMOOTH: dict[str, AbstractActivation] = {"tanh": Tanh(), "softplus": Softplus()}


@final
@dataclass(frozen=True, eq=False)
class Problem:
    """A network on its samples, and what was asked for."""

    piece: SearchPiece
    surface: Perceptron
    samples: Samples

    @property
    def is_linear(self) -> bool:
        """Whether the activation is the identity."""
        return isinstance(self.surface.activation, Identity)

    @property
    def scale(self) -> float:
        """1/2 ||Y||^2, the loss of the zero network: the unit of distances of losses."""
        return 0.5 * float(np.square(self.samples.targets).sum())

    @property
    def global_value(self) -> float | None:
        """The least loss, where a theorem knows it."""
        return global_minimum(*self.samples, self.surface.widths) if self.is_linear else None

    @property
    def assumptions(self) -> Assumptions:
        """HA1 to HA4 of the deep linear theory, with their numbers."""
        return check_assumptions(*self.samples)

    def attributes(self) -> dict[str, Any]:
        """What every record of this network says of it."""
        widths = self.surface.widths
        return {
            "family": self.piece.family,
            "architecture": "-".join(map(str, widths)),
            "hidden_layers": len(widths) - 2,
            "width": widths[1],
            "parameters": self.surface.dimension,
            "activation": self.piece.activation,
            "slope": self.piece.slope,
            "sweep": self.piece.sweep,
        }


def problem(piece: SearchPiece) -> Problem:
    """The network that a piece is about."""
    data = samples(piece.data)
    X, Y = (torch.from_numpy(np.array(part)) for part in data)
    widths = (X.shape[1], *piece.hidden, Y.shape[1])
    return Problem(piece, Perceptron(widths, _activation(piece), SquaredError(), X, Y), data)


def _activation(piece: SearchPiece) -> AbstractActivation:
    if piece.smooth is not None:
        return _SMOOTH[piece.smooth]
    if piece.slope == 1:
        return Identity()
    return ReLU() if not piece.slope else LeakyReLU(piece.slope)
