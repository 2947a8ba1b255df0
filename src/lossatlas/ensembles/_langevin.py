"""Langevin dynamics on the weights, as a learner: gradient steps with noise while it cools.

Euler and Maruyama's step w <- w - rate g + sqrt(2 T rate) xi, xi standard normal. At a fixed
temperature and along the whole gradient the law of w tends to the Gibbs law exp(-objective / T), up
to O(rate). A gradient from a batch adds noise of its own, of order rate: the law is then hotter by an
amount that depends on the place (Welling and Teh 2011), and only small rates come near to Gibbs's.
"""

from dataclasses import dataclass
from math import ceil
from typing import final

import numpy as np
import torch
from jaxtyping import Float, UInt64
from numpy import ndarray
from torch import Tensor

from lossatlas.dynamics import AbstractCooling
from lossatlas.errors import misuse
from lossatlas.surfaces import Perceptron

from ._annealing_temperatures import check_cooling, temperatures
from ._engine import AbstractEngine
from ._full_batch import in_order
from ._learner import AbstractLearner, gradient_evaluations
from ._orders import orders
from ._rates import AbstractRate, check_rate
from ._sgd import Descent
from ._validate import check_count, check_nonnegative


@final
@dataclass(frozen=True, kw_only=True)
class Langevin(AbstractLearner[Descent]):
    """Gradient steps, each followed by normal noise of variance 2 T rate.

    The temperature is in units of the objective: the mean loss plus weight_decay / 2 |w|^2. By
    equipartition a temperature T holds the objective about T P / 2 above a minimum. The noise comes
    from each network's own seed, so a network does not feel its neighbours.

    Args:
        rate: The learning rate of each step.
        cooling: The temperature over the steps.
        epochs: How often each sample is seen.
        batch_size: The samples of a step, in the order that `SGD` would take; None for all.
        weight_decay: The factor of |w|^2 / 2 in the objective.

    Raises:
        ValueError: If one is out of range, or the rate is not known for so many epochs.
    """

    rate: AbstractRate
    cooling: AbstractCooling
    epochs: int
    batch_size: int | None = None
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        check_rate(self.rate)
        check_cooling(self.cooling)
        check_count("epochs", self.epochs, least=1)
        if self.batch_size is not None:
            check_count("batch_size", self.batch_size, least=1)
        check_nonnegative("weight_decay", self.weight_decay)
        self.rate.check(self.epochs)

    @property
    def num_epochs(self) -> int:
        return self.epochs

    def evaluations_per_epoch(self, surface: Perceptron) -> float:
        return gradient_evaluations(surface.widths)

    def working_bytes(self, surface: Perceptron, num_networks: int, engine: AbstractEngine) -> int:
        point = surface.dimension * surface.inputs.element_size()
        n = len(surface.inputs)
        size = engine.networks_per_call(num_networks)
        own = 4 * size * n + 2 * size * point  # the orders, and noise on its way to a device
        return num_networks * point + own + engine.working_bytes(size, self.batch_size or n)

    def begin(
        self,
        surface: Perceptron,
        starts: Float[Tensor, "M P"],
        seeds: UInt64[ndarray, " M"],
        engine: AbstractEngine,
    ) -> Descent:
        n = len(surface.inputs)
        if self.batch_size is not None and self.batch_size > n:
            raise misuse(
                "batch_size",
                should=f"be at most the {n} samples, or None for all",
                got=self.batch_size,
                remedy="None is the whole gradient.",
            )
        networks = starts.detach().clone(memory_format=torch.contiguous_format)
        return Descent(networks, None, seeds, n, engine)

    def epoch(self, state: Descent, epoch: int) -> None:
        n = state.num_samples
        num_steps = ceil(n / (self.batch_size or n))
        rates = self.rate.at(epoch, num_steps)
        heats = temperatures(
            self.cooling,
            first=epoch * num_steps,
            num_steps=num_steps,
            total=self.epochs * num_steps,
        )
        sizes = np.sqrt(2 * heats * rates)
        size = state.engine.networks_per_call(len(state.networks))
        for start in range(0, len(state.networks), size):
            self._steps(state, slice(start, start + size), epoch, rates, sizes)

    def _steps(
        self, state: Descent, part: slice, epoch: int, rates: ndarray, sizes: ndarray
    ) -> None:
        """The steps of an epoch, for some of the networks."""
        n, points, seeds = state.num_samples, state.networks[part], state.seeds[part]
        batch = self.batch_size or n
        order = in_order(len(points), n) if batch == n else orders(seeds, epoch, n)
        for s, noise in enumerate(sizes.tolist()):
            chosen = np.ascontiguousarray(order[:, s * batch : (s + 1) * batch])
            state.engine.epoch(
                points,
                None,
                chosen,
                rates[s : s + 1],
                batch_size=chosen.shape[1],
                momentum=0.0,
                weight_decay=self.weight_decay,
            )
            _shake(points, seeds, epoch, s, noise)


def _shake(points: Tensor, seeds: ndarray, epoch: int, step: int, size: float) -> None:
    """Add each network's own noise; it is made on the processor, so every device gets the same."""
    from ._langevin_noise import add_noise  # numba comes with it

    if size == 0:
        return
    if points.device.type == "cpu":
        add_noise(points.numpy(), seeds, epoch, step, size)
        return
    noise = torch.zeros(points.shape, dtype=points.dtype)
    add_noise(noise.numpy(), seeds, epoch, step, size)
    points.add_(noise.to(points.device))
