"""Networks of the study, trained: the one place that calls the room of ensembles for descent."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import final

import numpy as np
from jaxtyping import Float, UInt64
from numpy import ndarray
from torch import Tensor

from lossatlas import ensembles
from lossatlas.ensembles import SGD, AbstractRate, Constant, InverseTime, Trained, UniformCube

from ._pieces import NetworksPiece
from ._problem import Problem, make_problem
from ._settings import ProtocolChoice

_REFERENCE_WIDTH = 25
_SETTLING_MOMENTUM = 0.9


@final
@dataclass(frozen=True, eq=False)
class Group:
    """Networks of one width after training, with the problem that they were trained on.

    `numbers` are the networks' numbers.
    """

    problem: Problem
    numbers: range
    seeds: UInt64[ndarray, " M"]
    trained: Trained


def network_seeds(base: Sequence[int], numbers: Sequence[int]) -> UInt64[ndarray, " M"]:
    """The seed of each network: 63 bits that depend on the base and the network's number alone."""
    words = [np.random.SeedSequence([*base, m]).generate_state(1, np.uint64)[0] for m in numbers]
    return np.array(words, dtype=np.uint64) >> np.uint64(1)


def train_group(
    piece: NetworksPiece, *, samples: int | None = None, epochs: int | None = None
) -> Group:
    """Train the networks of a piece by the protocol.

    Args:
        piece: Which networks.
        samples: On a subset of the training digits of this size; None for all.
        epochs: Another number of epochs than the protocol's; the rate is stretched to it.
    """
    protocol = piece.protocol
    problem = make_problem(protocol, piece.width, samples=samples)
    rate = decaying_rate(protocol, piece.width, len(problem.train.inputs), epochs)
    numbers = range(piece.first, piece.first + piece.number)
    seeds = network_seeds(piece.base, numbers)
    starts = starts_of(problem, protocol, seeds)
    method = descent(protocol, rate, epochs or protocol.epochs)
    trained = ensembles.train(
        problem.train,
        starts,
        seeds=seeds,
        method=method,
        held_out={"test": problem.test},
        engine=protocol.engine,
        num_records=protocol.records,
    )
    return Group(problem, numbers, seeds, trained)


def train_on(group: Group, piece: NetworksPiece, *, epochs: int, rate: float) -> Trained:
    """Train the networks of a group on from where they ended, at a constant rate."""
    protocol = piece.protocol
    return ensembles.train(
        group.problem.train,
        group.trained.points,
        seeds=group.seeds,
        method=descent(protocol, Constant(rate * width_factor(protocol, piece.width)), epochs),
        held_out={"test": group.problem.test},
        engine=protocol.engine,
        num_records=protocol.records,
    )


def settle(group: Group, piece: NetworksPiece, *, steps: int) -> Trained:
    """Take networks on along the whole gradient, with momentum, at the last rate of the protocol."""
    protocol = piece.protocol
    rate = protocol.rate * width_factor(protocol, piece.width) / protocol.slowdown
    samples = len(group.problem.train.inputs)
    method = SGD(
        rate=Constant(rate),
        epochs=steps,
        batch_size=samples,
        momentum=_SETTLING_MOMENTUM,
        weight_decay=protocol.weight_decay,
    )
    return ensembles.train(
        group.problem.train,
        group.trained.points,
        seeds=group.seeds,
        method=method,
        engine=protocol.engine,
        num_records=2,
    )


def starts_of(
    problem: Problem, protocol: ProtocolChoice, seeds: UInt64[ndarray, " M"]
) -> Float[Tensor, "M P"]:
    """Where networks begin: uniform in the cube, each from its own seed."""
    return ensembles.draw_starts(problem.train, seeds, law=UniformCube(protocol.half_width))


def descent(protocol: ProtocolChoice, rate: AbstractRate, epochs: int) -> SGD:
    """Stochastic descent as the protocol has it, but for rate and length."""
    return SGD(
        rate=rate,
        epochs=epochs,
        batch_size=protocol.batch,
        momentum=protocol.momentum,
        weight_decay=protocol.weight_decay,
    )


def decaying_rate(
    protocol: ProtocolChoice, width: int, num_samples: int, epochs: int | None = None
) -> InverseTime:
    """The rate that falls to a `slowdown`-th over the whole training, whatever its length."""
    steps = (epochs or protocol.epochs) * ceil(num_samples / protocol.batch)
    rate = protocol.rate * width_factor(protocol, width)
    return InverseTime(rate, (protocol.slowdown - 1) / steps)


def width_factor(protocol: ProtocolChoice, width: int) -> float:
    """What rates are multiplied by at a width; 1 everywhere where the power is 0."""
    return float((_REFERENCE_WIDTH / width) ** protocol.rate_power)
