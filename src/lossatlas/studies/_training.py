"""The loss surfaces of the studies `width` and `depth`."""

from typing import Literal

import numpy as np
import torch

from lossatlas.surfaces import (
    AbstractActivation,
    AbstractCriterion,
    CrossEntropy,
    Perceptron,
    ReLU,
    SquaredError,
    Tanh,
)

from ._choices import DigitsChoice, TrainingChoice, load, network_widths

_ACTIVATIONS: dict[str, AbstractActivation] = {"ReLU": ReLU(), "tanh": Tanh()}
_CRITERIA: dict[str, AbstractCriterion] = {
    "squared error": SquaredError(),
    "cross-entropy": CrossEntropy(),
}


def loss_surface(
    data: DigitsChoice,
    training: TrainingChoice,
    hidden: tuple[int, ...],
    *,
    held_out: bool = False,
    precision: Literal["float32", "float64"] = "float64",
) -> Perceptron:
    """The mean loss over a part of the digits, of networks without biases."""
    part = load(data)[1 if held_out else 0]
    dtype = torch.float64 if precision == "float64" else torch.float32
    X, Y = (torch.from_numpy(np.array(x)).to(dtype) for x in (part.inputs, part.targets))
    activation, criterion = _ACTIVATIONS[training.activation], _CRITERIA[training.criterion]
    widths = network_widths(data, hidden)
    return Perceptron(widths, activation, criterion, X, Y, reduction="mean")
