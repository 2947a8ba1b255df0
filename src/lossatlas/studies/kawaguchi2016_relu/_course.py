"""Networks at the checkpoints of their training.

A network's way depends on its start and its seed alone, and the rate of a step on its number alone, so
the training that stops at a checkpoint is the beginning of the whole one: each checkpoint is a training
of its own from the start. Checkpoints are spaced geometrically, so that this costs little.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import final

import numpy as np
import torch
from jaxtyping import Float, UInt64
from numpy import ndarray
from torch import Tensor

from lossatlas import ensembles
from lossatlas.ensembles import SGD, He, InverseTime
from lossatlas.studies._choices import DigitsChoice, TrainingChoice, load
from lossatlas.studies._ensemble import network_seeds
from lossatlas.studies._training import loss_surface
from lossatlas.surfaces import Identity, Perceptron


@final
@dataclass(frozen=True, eq=False)
class Checkpoint:
    """All networks of a group after some epochs, in float64.

    `linear` holds the training losses of networks without gates, from the same seeds and starts; only
    these are divided by sqrt 2, since no gate takes half of the signal's square away. The shares of
    digits whose largest output is that of their class stand beside the losses.
    """

    epoch: int
    points: Float[Tensor, "M P"]
    train_loss: Float[Tensor, " M"]
    test_loss: Float[Tensor, " M"]
    linear: Float[Tensor, " M"]
    train_right: Float[Tensor, " M"]
    test_right: Float[Tensor, " M"]


@final
@dataclass(frozen=True, eq=False)
class Group:
    """Networks of one shape with the loss that they are trained on, in float64."""

    surface: Perceptron
    numbers: range
    seeds: UInt64[ndarray, " M"]
    data: DigitsChoice
    training: TrainingChoice
    hidden: tuple[int, ...]

    @staticmethod
    def of(
        data: DigitsChoice,
        training: TrainingChoice,
        hidden: tuple[int, ...],
        *,
        base: Sequence[int],
        numbers: range,
    ) -> "Group":
        """The networks with some numbers; a network depends on no other."""
        surface = loss_surface(data, training, hidden)
        return Group(surface, numbers, network_seeds(base, numbers), data, training, hidden)

    def starts(self) -> Float[Tensor, "M P"]:
        """Where they start, in float64."""
        return ensembles.draw_starts(self.surface, self.seeds, law=He())

    def course(self, epochs: Sequence[int]) -> Iterator[Checkpoint]:
        """The networks after each number of epochs."""
        train, test = (self._surface(held_out=part) for part in (False, True))
        linear = _without_gates(train)
        starts = ensembles.draw_starts(train, self.seeds, law=He())
        for epoch in epochs:
            points = self._after(train, starts, epoch)
            others = self._after(linear, starts / 2**0.5, epoch)
            yield Checkpoint(
                epoch,
                points.double(),
                train.loss(points).double(),
                test.loss(points).double(),
                linear.loss(others).double(),
                share_right(train, points),
                share_right(test, points),
            )

    def ends(self) -> Float[Tensor, "M P"]:
        """The networks after all epochs, in float64."""
        train = self._surface(held_out=False)
        starts = ensembles.draw_starts(train, self.seeds, law=He())
        return self._after(train, starts, self.training.epochs).double()

    @property
    def digits(self) -> int:
        """How many digits they are trained on."""
        return len(self.surface.inputs)

    def weights(self, points: Float[Tensor, "M P"], m: int) -> list[Float[ndarray, "_ _"]]:
        """The matrices of one network."""
        return [W.numpy() for W in self.surface.weights(points[m])]

    def samples(self, number: int) -> tuple[Float[ndarray, "n d"], Float[ndarray, "n c"]]:
        """The first training digits with their targets."""
        train, _ = load(self.data)
        return np.array(train.inputs[:number]), np.array(train.targets[:number])

    def _surface(self, *, held_out: bool) -> Perceptron:
        return loss_surface(
            self.data,
            self.training,
            self.hidden,
            held_out=held_out,
            precision=self.training.precision,
        )

    def _after(self, surface: Perceptron, starts: Tensor, epochs: int) -> Float[Tensor, "M P"]:
        if epochs == 0:
            return starts
        steps = self.training.epochs * ceil(len(surface.inputs) / self.training.batch)
        rate = InverseTime(self.training.rate, (self.training.slowdown - 1) / steps)
        method = SGD(rate=rate, epochs=epochs, batch_size=self.training.batch)
        trained = ensembles.train(
            surface,
            starts,
            seeds=self.seeds,
            method=method,
            engine=self.training.engine,
            num_records=2,
        )
        return trained.points


def share_right(surface: Perceptron, points: Float[Tensor, "M P"]) -> Float[Tensor, " M"]:
    """The share of digits whose largest output is that of their class, in float64; NaN where infinite."""
    outputs = surface.outputs(points)
    right = (outputs.argmax(-1) == surface.targets.argmax(-1)).double().mean(-1)
    return torch.where(outputs.isfinite().all(-1).all(-1), right, torch.nan)


def _without_gates(surface: Perceptron) -> Perceptron:
    return Perceptron(
        surface.widths,
        Identity(),
        surface.criterion,
        surface.inputs,
        surface.targets,
        reduction="mean",
    )
