"""A constructed bad minimum: a network, its data, the point, why it is a minimum, and a lower point."""

from dataclasses import dataclass
from enum import StrEnum
from typing import final

from jaxtyping import Float
from numpy import ndarray

from ._activation import PiecewiseLinear, Smooth


class Argument(StrEnum):
    """Why a constructed point is a local minimum; each value is the proof in one sentence."""

    AFFINE = (
        "around the point every hidden unit is active on every sample, so the network is affine in its "
        "inputs, and no affine function has a smaller loss"
    )
    CONSTANT = (
        "around the point no unit of the first hidden layer is active on any sample, so the network is "
        "constant, and no constant that it can take has a smaller loss"
    )
    EVEN = (
        "the loss is an even function of the difference between the two outer samples' preactivations, "
        "convex in it around the point, and where that is zero no choice has a smaller loss"
    )
    ISOLATED = (
        "inside the activation pattern the point is critical and the Hessian is positive definite across "
        "the rescaling of the unit"
    )


@final
@dataclass(frozen=True, eq=False)
class Construction:
    """A local minimum that is not global, of 1/2 the sum of squared errors.

    Parts of a point are W_1, b_1, W_2, ... in order (no b_k without biases), samples are rows.

    Attributes:
        name: What it is, for a reader.
        source: Where it is from.
        widths: (d_x, d_1, ..., d_y).
        biases: Whether each layer has a bias.
        activation: The hidden layers' activation.
        inputs: X.
        targets: Y.
        minimum: The parts of the local minimum.
        lower: The parts of a point with a strictly lower loss, as far as it can be written in floats.
        loss: The loss at the minimum, by its formula and not by running the network.
        lower_loss: The same at the lower point.
        margin: Preactivations of the first layer are at least this far from zero; 0 where no pattern matters.
        strict: Whether the minimum is strict but for the rescaling of hidden units.
        argument: Why it is a local minimum.
    """

    name: str
    source: str
    widths: tuple[int, ...]
    biases: bool
    activation: PiecewiseLinear | Smooth
    inputs: Float[ndarray, "n d_x"]
    targets: Float[ndarray, "n d_y"]
    minimum: tuple[ndarray, ...]
    lower: tuple[ndarray, ...]
    loss: float
    lower_loss: float
    margin: float
    strict: bool
    argument: Argument
