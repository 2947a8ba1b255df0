"""From the protocol to loss surfaces: digits, split, architecture, criterion."""

from dataclasses import dataclass
from functools import lru_cache
from typing import final

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from lossatlas.data import Dataset, prepare, stratified
from lossatlas.surfaces import (
    AbsoluteError,
    AbstractActivation,
    AbstractCriterion,
    CrossEntropy,
    Hinge,
    Identity,
    Perceptron,
    ReLU,
    Softplus,
    SquaredError,
    Tanh,
)

from ._settings import ProtocolChoice

_ACTIVATIONS: dict[str, type[AbstractActivation]] = {
    "ReLU": ReLU,
    "tanh": Tanh,
    "softplus": Softplus,
    "identity": Identity,
}
_CRITERIA: dict[str, type[AbstractCriterion]] = {
    "cross-entropy": CrossEntropy,
    "squared error": SquaredError,
    "hinge": Hinge,
    "absolute error": AbsoluteError,
}
_DTYPES = {"float32": torch.float32, "float64": torch.float64}
# Numbers that the passes of the networks looked at in one call may hold.
_AT_ONCE = 2e7


@final
@dataclass(frozen=True, eq=False)
class Problem:
    """The training loss and the test loss of one architecture, with the labels of their digits."""

    train: Perceptron
    test: Perceptron
    train_labels: Int[Tensor, " n"]
    test_labels: Int[Tensor, " m"]

    def errors(self, points: Float[Tensor, "M P"], *, test: bool) -> Float[Tensor, " M"]:
        """The share of digits that each network names wrongly, NaN where an output is not finite."""
        surface = self.test if test else self.train
        labels = self.test_labels if test else self.train_labels
        return torch.cat([_errors(surface, part, labels) for part in parts(surface, points)])

    def gradient_norms(self, points: Float[Tensor, "M P"]) -> Float[Tensor, " M"]:
        """The norm of each network's gradient of the training loss."""
        found = [self.train.gradient(part).norm(dim=-1) for part in parts(self.train, points)]
        return torch.cat(found)


def make_problem(
    protocol: ProtocolChoice, width: int, *, samples: int | None = None, precision: str = ""
) -> Problem:
    """The problem of a width.

    Args:
        protocol: How networks are trained.
        width: n1.
        samples: Train on so many of the training digits, each class with its share; None for all.
        precision: Another one than the protocol's.
    """
    train, test = _digits(
        protocol.data, protocol.side, protocol.train, protocol.test, protocol.split_seed
    )
    if samples is not None:
        rows = stratified(train.labels, samples, (protocol.split_seed, samples))
        train = train.take(rows, remark=f"{samples} of them.")
    dtype = _DTYPES[precision or protocol.precision]
    surfaces = [_surface(protocol, width, part, dtype) for part in (train, test)]
    labels = [torch.from_numpy(part.targets.argmax(1)) for part in (train, test)]
    return Problem(surfaces[0], surfaces[1], labels[0], labels[1])


@lru_cache(maxsize=2)
def _digits(name: str, side: int, train: int, test: int, seed: int) -> tuple[Dataset, Dataset]:
    return prepare(name, size=side, train=train, test=test, seed=seed)


def _surface(protocol: ProtocolChoice, width: int, part: Dataset, dtype: torch.dtype) -> Perceptron:
    X, Y = (torch.from_numpy(np.array(x)).to(dtype) for x in (part.inputs, part.targets))
    if protocol.criterion == "hinge":
        Y = 2 * Y - 1
    return Perceptron(
        (X.shape[1], width, Y.shape[1]),
        _ACTIVATIONS[protocol.activation](),
        _CRITERIA[protocol.criterion](),
        X,
        Y,
        biases=protocol.biases,
        reduction="mean",
    )


def parts(surface: Perceptron, points: Float[Tensor, "M P"]) -> tuple[Tensor, ...]:
    """The networks in blocks whose passes through all samples fit the memory."""
    each = len(surface.inputs) * sum(surface.widths[1:]) + surface.dimension
    blocks: tuple[Tensor, ...] = points.split(max(1, int(_AT_ONCE / each)))
    return blocks


def _errors(
    surface: Perceptron, points: Float[Tensor, "M P"], labels: Int[Tensor, " n"]
) -> Float[Tensor, " M"]:
    outputs = surface.outputs(points)  # (M, n, d_y)
    wrong: Bool[Tensor, "M n"] = outputs.argmax(-1) != labels
    finite = outputs.isfinite().all(-1).all(-1)
    return torch.where(finite, wrong.double().mean(-1), torch.nan)
