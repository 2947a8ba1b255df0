"""Stochastic gradient descent, as a learner: each network in its own order of the samples.

The step is that of `torch.optim.SGD` on the mean over the batch. The engine does the work; here the
ensemble is cut into what one call of the engine takes, which changes nothing but the memory, and how
soon an interrupt is heard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import final

import torch
from jaxtyping import Float, UInt64
from numpy import ndarray
from torch import Tensor

from lossatlas.errors import misuse
from lossatlas.surfaces import Perceptron

from ._engine import AbstractEngine
from ._learner import AbstractLearner, AbstractState, gradient_evaluations
from ._orders import orders
from ._rates import AbstractRate
from ._validate import check_count, check_nonnegative


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
        if not isinstance(self.rate, AbstractRate):
            raise misuse(
                "rate",
                should="be a learning rate for each step",
                got=repr(self.rate),
                remedy="A fixed rate of 0.1 is `ensembles.Constant(0.1)`.",
            )
        check_count("epochs", self.epochs, least=1)
        check_count("batch_size", self.batch_size, least=1)
        check_nonnegative("weight_decay", self.weight_decay)
        if not 0 <= self.momentum < 1:
            raise misuse(
                "momentum",
                should="be from 0 to below 1",
                got=self.momentum,
                remedy="0.9 is the usual choice; 0 is none.",
            )
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
        networks = starts.detach().clone(memory_format=torch.contiguous_format)
        velocity = torch.zeros_like(networks) if self.momentum else None
        return Descent(networks, velocity, seeds, n, engine)

    def epoch(self, state: Descent, epoch: int) -> None:
        n = state.num_samples
        rates = self.rate.at(epoch, ceil(n / self.batch_size))
        size = state.engine.networks_per_call(len(state.networks))
        for start in range(0, len(state.networks), size):
            part = slice(start, start + size)
            state.engine.epoch(
                state.networks[part],
                None if state.velocity is None else state.velocity[part],
                orders(state.seeds[part], epoch, n),
                rates,
                batch_size=self.batch_size,
                momentum=self.momentum,
                weight_decay=self.weight_decay,
            )
