"""From a surface to the arrays of the Metropolis kernel, and what its moves cost."""

from itertools import accumulate, pairwise
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from lossatlas.errors import misuse
from lossatlas.surfaces import (
    AbsoluteError,
    CrossEntropy,
    Hinge,
    Identity,
    LeakyReLU,
    Perceptron,
    ReLU,
    Softplus,
    SquaredError,
    Tanh,
)

if TYPE_CHECKING:
    from ._metropolis_passes import Net

# In the order of the kernel's numbers.
_ACTIVATIONS = (Identity, ReLU, LeakyReLU, Tanh, Softplus)
_CRITERIA = (SquaredError, CrossEntropy, Hinge, AbsoluteError)


def net_of(surface: Perceptron) -> "Net":
    """The kernel's view of a surface, its data in float64.

    Raises:
        ValueError: If the kernel does not know the activation or the criterion, or the data are not
            in the processor's memory.
    """
    from ._metropolis_passes import Net  # numba comes with it

    activation = _number(surface, "activation", _ACTIVATIONS)
    criterion = _number(surface, "criterion", _CRITERIA)
    if surface.device.type != "cpu":
        raise misuse(
            "surface",
            should="lie in the processor's memory for annealing",
            got=str(surface.device),
            remedy="Move its samples with `.cpu()`.",
        )
    widths = np.array(surface.widths, dtype=np.int64)
    sizes = [above * (below + surface.biases) for below, above in pairwise(surface.widths)]
    targets = surface.criterion.prepare(surface.targets, surface.inputs, surface.widths[-1])
    slope = surface.activation.slope if isinstance(surface.activation, LeakyReLU) else 0.0
    return Net(
        widths=widths,
        begins=np.array([0, *accumulate(sizes)][:-1], dtype=np.int64),
        rows=np.array([0, *accumulate(surface.widths[1:])][:-1], dtype=np.int64),
        biases=bool(surface.biases),
        activation=activation,
        slope=float(slope),
        criterion=criterion,
        inputs=np.ascontiguousarray(surface.inputs.double().numpy().T),
        targets=np.ascontiguousarray(targets.double().numpy().T),
    )


def num_moves(surface: Perceptron, block: int) -> tuple[int, ...]:
    """The moves of a sweep in each layer, when `block` weights into one unit move at a time."""
    return tuple(
        above * ceil((below + surface.biases) / block) for below, above in pairwise(surface.widths)
    )


def sweep_evaluations(surface: Perceptron, block: int) -> float:
    """What a sweep costs in loss evaluations, by multiplications; the full pass before it too.

    Each weight of a move costs one multiplication a sample; then come the next layer's units, one
    each, and all products of the layers above.
    """
    widths = surface.widths
    products = [below * above for below, above in pairwise(widths)]
    spent = 0
    for k, moves in enumerate(num_moves(surface, block)):
        spread = widths[k + 2] if k + 2 < len(widths) else 0
        spent += products[k] + moves * (spread + sum(products[k + 2 :]))
    return 1 + spent / sum(products)


def kept_bytes(surface: Perceptron, threads: int) -> int:
    """What the kernel holds beside the points: the data, and in each thread a network's passes twice."""
    widths = surface.widths
    return 8 * len(surface.inputs) * (widths[0] + widths[-1] + 4 * threads * sum(widths[1:]))


def _number(surface: Perceptron, name: str, known: tuple[type, ...]) -> int:
    part = getattr(surface, name)
    if type(part) not in known:
        raise misuse(
            name,
            should=f"be one of {', '.join(kind.__name__ for kind in known)} for annealing",
            got=type(part).__name__,
            remedy="Train by gradients, or take one of these.",
        )
    return known.index(type(part))
