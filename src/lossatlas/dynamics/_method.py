"""The contract of a dynamics: from starts to ends, all replicas at once."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import final

from jaxtyping import Bool, Float, Int
from torch import Generator, Tensor

from lossatlas.surfaces import AbstractSurface

from ._history import Watch


@final
@dataclass(frozen=True, eq=False)
class Journey:
    """Where a batch of replicas ended, and what it cost.

    Attributes:
        points: One row a start.
        evaluations: Energy-evaluation equivalents that each replica spent.
        steps: The steps that each took.
        converged: Which ones met the method's own rule for having arrived.
        details: What a method tells beside that, by name.
    """

    points: Float[Tensor, "R P"]
    evaluations: Float[Tensor, " R"]
    steps: Int[Tensor, " R"]
    converged: Bool[Tensor, " R"]
    details: Mapping[str, float] = field(default_factory=dict)


class AbstractDynamics(ABC):
    """A way of moving; its settings are its fields, it remembers nothing."""

    @property
    @abstractmethod
    def num_steps(self) -> int:
        """The steps that a replica takes at most."""

    @abstractmethod
    def budget(self, surface: AbstractSurface) -> float:
        """The energy-evaluation equivalents that a replica spends at most on this surface."""

    @abstractmethod
    def move(
        self,
        surface: AbstractSurface,
        starts: Float[Tensor, "R P"],
        generator: Generator | None,
        watch: Watch,
    ) -> Journey:
        """Move every start until it arrives or the steps are spent.

        Args:
            surface: The surface.
            starts: The starts. Those that are not finite are not moved.
            generator: The source of randomness; methods without noise do not touch it.
            watch: Is told after every step.

        Returns:
            The ends, in the order of the starts.

        Raises:
            ValueError: If the method needs a generator and there is none, or it does not work on
                this kind of surface.
        """
