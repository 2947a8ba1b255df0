"""Descent along the whole gradient, as a learner: an epoch is one step."""

from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Float, UInt64
from numpy import ndarray
from torch import Tensor

from lossatlas.surfaces import Perceptron

from ._engine import AbstractEngine
from ._learner import AbstractLearner, gradient_evaluations
from ._rates import AbstractRate, check_rate
from ._sgd import Descent
from ._validate import check_count, check_momentum, check_nonnegative


@final
@dataclass(frozen=True, kw_only=True)
class FullBatch(AbstractLearner[Descent]):
    """Gradient descent with momentum and weight decay, all samples in every step.

    With g the gradient of the training loss: v becomes momentum v + g + weight_decay w, and w loses
    rate v. It is `SGD` with a batch of n, to rounding, without shuffling. No randomness is used.

    Args:
        rate: The learning rate of each step; an epoch has one.
        epochs: How many steps.
        momentum: From 0 to below 1.
        weight_decay: The factor of |w|^2 / 2 in the objective of a step; the losses that are
            recorded are without it.

    Raises:
        ValueError: If one is out of range, or the rate is not known for so many epochs.

    Example:
        >>> import torch
        >>> from lossatlas import ensembles, surfaces
        >>> X, Y = torch.eye(2), torch.tensor([[1.0], [-1.0]])
        >>> surface = surfaces.Perceptron(
        ...     (2, 1), surfaces.Identity(), surfaces.SquaredError(), X, Y, reduction="mean"
        ... )
        >>> method = ensembles.FullBatch(rate=ensembles.Constant(1.0), epochs=60)
        >>> trained = ensembles.train(
        ...     surface, torch.zeros(1, 2), seeds=[0], method=method, engine="torch"
        ... )
        >>> bool(torch.allclose(trained.points, torch.tensor([[1.0, -1.0]])))
        True
    """

    rate: AbstractRate
    epochs: int
    momentum: float = 0.0
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        check_rate(self.rate)
        check_count("epochs", self.epochs, least=1)
        check_nonnegative("weight_decay", self.weight_decay)
        check_momentum(self.momentum)
        self.rate.check(self.epochs)

    @property
    def num_epochs(self) -> int:
        return self.epochs

    def evaluations_per_epoch(self, surface: Perceptron) -> float:
        return gradient_evaluations(surface.widths)

    def working_bytes(self, surface: Perceptron, num_networks: int, engine: AbstractEngine) -> int:
        copies = 2 if self.momentum else 1
        held = copies * num_networks * surface.dimension * surface.inputs.element_size()
        n = len(surface.inputs)
        size = engine.networks_per_call(num_networks)
        return held + 4 * size * n + engine.working_bytes(size, n)

    def begin(
        self,
        surface: Perceptron,
        starts: Float[Tensor, "M P"],
        seeds: UInt64[ndarray, " M"],
        engine: AbstractEngine,
    ) -> Descent:
        return Descent.at(starts, seeds, len(surface.inputs), engine, momentum=self.momentum)

    def epoch(self, state: Descent, epoch: int) -> None:
        n = state.num_samples
        state.descend(
            lambda part: in_order(len(state.networks[part]), n),
            self.rate.at(epoch, 1),
            batch_size=n,
            momentum=self.momentum,
            weight_decay=self.weight_decay,
        )


def in_order(num_networks: int, n: int) -> ndarray:
    """All samples as they are, for each network: a whole batch has no order."""
    return np.tile(np.arange(n, dtype=np.int32), (num_networks, 1))
