"""What takes an ensemble through one epoch of stochastic gradient steps.

The networks know nothing of each other: each has its own point, its own velocity and its own order
of the samples. The step is that of `torch.optim.SGD`: with g the gradient of the batch's mean loss
plus weight_decay * w, the velocity becomes momentum * v + g and the point loses rate * v. The last
batch of an epoch is smaller where the batch size does not divide n, and its mean is over itself.
"""

from abc import ABC, abstractmethod

from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor


class AbstractEngine(ABC):
    """An engine, made for the samples of one `Perceptron` whose reduction is "mean"."""

    @property
    @abstractmethod
    def name(self) -> str:
        """One word for the record of a run: "torch", "kernel"."""

    @abstractmethod
    def epoch(
        self,
        points: Float[Tensor, "M P"],
        velocity: Float[Tensor, "M P"] | None,
        orders: Int[ndarray, "M n"],
        rates: Float[ndarray, " S"],
        *,
        batch_size: int,
        momentum: float,
        weight_decay: float,
    ) -> None:
        """Take every network through its samples once, in place.

        What is not finite stays with its own network: the bits of the others do not depend on it.

        Args:
            points: The networks, contiguous, in the layout of the surface's points.
            velocity: Their velocities, contiguous, zero before the first step; None where
                `momentum` is 0.
            orders: A permutation of the samples a network, int32; or the next part of it, for
                learners that do something of their own between steps.
            rates: The rate of each step, float64, S = ceil(n / batch_size), n as in `orders`.
            batch_size: The samples of a step, from 1 to n.
            momentum: The share of the velocity that is kept, from 0 to below 1.
            weight_decay: The factor of |w|^2 / 2 in the objective, at least 0.
        """

    @abstractmethod
    def networks_per_call(self, num_networks: int) -> int:
        """How many of the networks to hand to one call of `epoch`.

        Enough to be fast, and few enough that an interrupt is heard within seconds where a call
        cannot be interrupted.
        """

    @abstractmethod
    def working_bytes(self, num_networks: int, batch_size: int) -> int:
        """What a call of `epoch` needs beside the points, velocities and orders, at its peak."""
