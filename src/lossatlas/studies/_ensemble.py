"""Ensembles of networks for the studies `width` and `depth`: the one place that trains any."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import final

import numpy as np
from jaxtyping import Float, UInt64
from numpy import ndarray
from torch import Tensor

from lossatlas import ensembles
from lossatlas.ensembles import SGD, He, InverseTime, Trained
from lossatlas.surfaces import Perceptron

from ._choices import DigitsChoice, TrainingChoice
from ._training import loss_surface


@final
@dataclass(frozen=True, eq=False)
class Ensemble:
    """Networks after training.

    Attributes:
        surface: The training loss in float64, on which they are looked at.
        numbers: The networks' numbers.
        seeds: The seed of each, from which it can be trained again.
        trained: What the training says of them.
        points: The networks in float64.
    """

    surface: Perceptron
    numbers: range
    seeds: UInt64[ndarray, " M"]
    trained: Trained
    points: Float[Tensor, "M P"]


def network_seeds(base: Sequence[int], numbers: range) -> UInt64[ndarray, " M"]:
    """The seed of each network: 63 bits that depend on the base and the network's number alone."""
    words = [np.random.SeedSequence([*base, m]).generate_state(1, np.uint64)[0] for m in numbers]
    return np.array(words, dtype=np.uint64) >> np.uint64(1)


def train_networks(
    data: DigitsChoice,
    training: TrainingChoice,
    hidden: tuple[int, ...],
    *,
    base: Sequence[int],
    numbers: range,
) -> Ensemble:
    """Train the networks with some numbers.

    Args:
        data: On which digits.
        training: How.
        hidden: The hidden widths.
        base: The entropy of this family of networks.
        numbers: Which of them; a network depends on no other.
    """
    surface, held_out = (
        loss_surface(data, training, hidden, held_out=part, precision=training.precision)
        for part in (False, True)
    )
    seeds = network_seeds(base, numbers)
    steps = training.epochs * ceil(len(surface.inputs) / training.batch)
    rate = InverseTime(training.rate, (training.slowdown - 1) / steps)
    trained = ensembles.train(
        surface,
        ensembles.draw_starts(surface, seeds, law=He()),
        seeds=seeds,
        method=SGD(rate=rate, epochs=training.epochs, batch_size=training.batch),
        held_out={"test": held_out},
        engine=training.engine,
    )
    looked_at = loss_surface(data, training, hidden)
    return Ensemble(looked_at, numbers, seeds, trained, trained.points.double())
