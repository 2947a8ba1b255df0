"""What the networks are trained on: real digits, or what a teacher network says of random inputs.

Settings are read before anything runs, so nothing here loads torch.
"""

from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple, TypeAlias, final

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from pydantic import Field

from lossatlas.studies._choices import Count, DigitsChoice, FrozenModel, Positive, load


@final
class DigitsData(FrozenModel):
    """Principal components of real digits; those to train on alone are used.

    With `contrast` the one target is 1 for the first of two classes and -1 for the second.
    """

    kind: Literal["digits"] = "digits"
    choice: DigitsChoice
    contrast: bool = False


@final
class TeacherData(FrozenModel):
    """Standard normal inputs, with the outputs of a ReLU network whose weights are drawn once.

    An entry of W_k is normal with variance 1 / d_{k-1}. A student at least as wide can reach zero loss.
    """

    kind: Literal["teacher"] = "teacher"
    inputs: Positive
    hidden: tuple[Positive, ...]
    outputs: Positive = 1
    samples: Positive
    seed: Count = 0


DataChoice: TypeAlias = Annotated[DigitsData | TeacherData, Field(discriminator="kind")]


class Samples(NamedTuple):
    """Inputs and targets, samples as rows."""

    inputs: Float[ndarray, "n d_x"]
    targets: Float[ndarray, "n d_y"]


@lru_cache(maxsize=8)
def samples(data: DigitsData | TeacherData) -> Samples:
    """The data; kept, since many tasks of a process share them."""
    return _digits(data) if isinstance(data, DigitsData) else _taught(data)


def _digits(data: DigitsData) -> Samples:
    train, _ = load(data.choice)
    X, Y = np.array(train.inputs), np.array(train.targets)
    return Samples(X, Y[:, :1] - Y[:, 1:] if data.contrast else Y)


def _taught(data: TeacherData) -> Samples:
    rng = np.random.default_rng(data.seed)
    widths = (data.inputs, *data.hidden, data.outputs)
    X = x = rng.normal(size=(data.samples, data.inputs))
    weights = [rng.normal(size=(d, below)) / below**0.5 for below, d in pairwise(widths)]
    for W in weights[:-1]:
        x = np.maximum(x @ W.T, 0)
    return Samples(X, x @ weights[-1].T)
