"""The contract of a learner: how an ensemble goes from epoch to epoch.

A learner is a value with its settings; what a run has reached is a state, handed from call to call
and changed in place. Randomness comes from the networks' seeds and the number of the epoch alone,
so a network goes the same way in every ensemble.

Budgets are counted in loss evaluations: 1 is the multiplications of one forward pass over all
samples. A gradient needs the backward products too, between 2 and 3 in all.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Generic, TypeVar

from jaxtyping import Float, UInt64
from numpy import ndarray
from torch import Tensor

from lossatlas.surfaces import Perceptron

from ._engine import AbstractEngine


class AbstractState(ABC):
    """Where an ensemble is; learners add what they remember between epochs."""

    @property
    @abstractmethod
    def points(self) -> Float[Tensor, "M P"]:
        """The networks now, in the layout of the surface's points."""

    @property
    @abstractmethod
    def details(self) -> Mapping[str, Tensor]:
        """What the learner tells of each network beside its point, by name: (M, ...)."""


State = TypeVar("State", bound=AbstractState)


class AbstractLearner(ABC, Generic[State]):
    """A way of learning; its settings are its fields, it remembers nothing."""

    @property
    @abstractmethod
    def num_epochs(self) -> int:
        """The epochs that `train` asks for, at least 1."""

    @abstractmethod
    def evaluations_per_epoch(self, surface: Perceptron) -> float:
        """The loss evaluations that a network spends in each epoch."""

    @abstractmethod
    def working_bytes(self, surface: Perceptron, num_networks: int, engine: AbstractEngine) -> int:
        """What the state and an epoch need at their peak, the starts not counted."""

    @abstractmethod
    def begin(
        self,
        surface: Perceptron,
        starts: Float[Tensor, "M P"],
        seeds: UInt64[ndarray, " M"],
        engine: AbstractEngine,
    ) -> State:
        """The state before the first epoch.

        Args:
            surface: The training loss; its reduction is "mean".
            starts: The networks; they are copied, never changed.
            seeds: A seed a network.
            engine: An engine made for this surface, for learners that step by gradients.

        Raises:
            ValueError: If the settings do not fit the surface.
        """

    @abstractmethod
    def epoch(self, state: State, epoch: int) -> None:
        """Learn for one epoch, in place.

        Args:
            state: From `begin` and the epochs before.
            epoch: The number of this epoch, from 0; each comes once, in order.
        """


def gradient_evaluations(widths: Sequence[int]) -> float:
    """The cost of a gradient in loss evaluations, by multiplications.

    Forward, back to the matrices, and back to the inputs of every layer but the first.

    Args:
        widths: (d_x, d_1, ..., d_y).

    Example:
        >>> gradient_evaluations((100, 25, 10))
        2.090909090909091
    """
    layers = [below * above for below, above in pairwise(widths)]
    return 3 - layers[0] / sum(layers)
