"""Stochastic gradient descent, as a learner: each network in its own order of the samples.

The step is that of `torch.optim.SGD` on the mean over the batch. The engine does the work; here the
ensemble is cut into what one call of the engine takes, which changes nothing but the memory, and how
soon an interrupt is heard.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import final

import torch
from jaxtyping import Float, Int32, UInt64
from numpy import ndarray
from torch import Tensor

from lossatlas.errors import misuse
from lossatlas.surfaces import Perceptron

from ._engine import AbstractEngine
from ._learner import AbstractLearner, AbstractState, gradient_evaluations
from ._orders import orders
from ._rates import AbstractRate, check_rate
from ._validate import check_count, check_momentum, check_nonnegative


@final
@dataclass(frozen=True, eq=False)
class Descent(AbstractState):
    """Networks on their way down; the tensors are written in place."""

    networks: Float[Tensor, "M P"]
    velocity: Float[Tensor, "M P"] | None
    seeds: UInt64[ndarray, " M"]
    num_samples: int
    engine: AbstractEngine

    @property
    def points(self) -> Float[Tensor, "M P"]:
        return self.networks

    @property
    def details(self) -> Mapping[str, Tensor]:
        return {}

    @staticmethod
    def at(
        starts: Float[Tensor, "M P"],
        seeds: UInt64[ndarray, " M"],
        num_samples: int,
        engine: AbstractEngine,
        *,
        momentum: float,
    ) -> "Descent":
        """Copies of the starts, at rest."""
        networks = starts.detach().clone(memory_format=torch.contiguous_format)
        velocity = torch.zeros_like(networks) if momentum else None
        return Descent(networks, velocity, seeds, num_samples, engine)

    def descend(
        self,
        orders_of: Callable[[slice], Int32[ndarray, "_ n"]],
        rates: Float[ndarray, " S"],
        *,
        batch_size: int,
        momentum: float,
        weight_decay: float,
    ) -> None:
        """An epoch, as many networks at a time as the engine takes, each part in its orders."""
        size = self.engine.networks_per_call(len(self.networks))
        for start in range(0, len(self.networks), size):
            part = slice(start, start + size)
            self.engine.epoch(
                self.networks[part],
                None if self.velocity is None else self.velocity[part],
                orders_of(part),
                rates,
                batch_size=batch_size,
                momentum=momentum,
                weight_decay=weight_decay,
            )


@final
@dataclass(frozen=True, kw_only=True)
class SGD(AbstractLearner[Descent]):
    """Stochastic gradient descent with momentum and weight decay.

    With g the gradient of the mean over the batch: v becomes momentum v + g + weight_decay w, and w
    loses rate v. The last batch of an epoch is smaller where the batch size does not divide n.

    Args:
        rate: The learning rate of each step.
        epochs: How often each sample is seen.
        batch_size: The samples of a step, at most n.
        momentum: From 0 to below 1.
        weight_decay: The factor of |w|^2 / 2 in the objective of a step; the losses that are
            recorded are without it.

    Raises:
        ValueError: If one is out of range, or the rate is not known for so many epochs.
    """

    rate: AbstractRate
    epochs: int
    batch_size: int = 1
    momentum: float = 0.0
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        check_rate(self.rate)
        check_count("epochs", self.epochs, least=1)
        check_count("batch_size", self.batch_size, least=1)
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
        size = engine.networks_per_call(num_networks)
        return held + 4 * size * len(surface.inputs) + engine.working_bytes(size, self.batch_size)

    def begin(
        self,
        surface: Perceptron,
        starts: Float[Tensor, "M P"],
        seeds: UInt64[ndarray, " M"],
        engine: AbstractEngine,
    ) -> Descent:
        n = len(surface.inputs)
        if self.batch_size > n:
            raise misuse(
                "batch_size",
                should=f"be at most the {n} samples",
                got=self.batch_size,
                remedy=f"{n} is descent along the whole gradient.",
            )
        return Descent.at(starts, seeds, n, engine, momentum=self.momentum)

    def epoch(self, state: Descent, epoch: int) -> None:
        n = state.num_samples
        state.descend(
            lambda part: orders(state.seeds[part], epoch, n),
            self.rate.at(epoch, ceil(n / self.batch_size)),
            batch_size=self.batch_size,
            momentum=self.momentum,
            weight_decay=self.weight_decay,
        )
