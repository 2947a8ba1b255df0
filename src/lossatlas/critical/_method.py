"""The contract of a search method: from starts to places, all at once."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

from jaxtyping import Float, Int
from torch import Tensor

from lossatlas.surfaces import AbstractSurface


@final
@dataclass(frozen=True, eq=False)
class Arrival:
    """Where the searches of a batch ended.

    Attributes:
        points: One row a start; a start that is not finite is kept as it is.
        iterations: The iterations spent on each.
    """

    points: Float[Tensor, "B P"]
    iterations: Int[Tensor, " B"]


class AbstractMethod(ABC):
    """A way of looking for critical points; its settings are its fields, it remembers nothing."""

    @abstractmethod
    def search(self, surface: AbstractSurface, starts: Float[Tensor, "B P"]) -> Arrival:
        """Move every start until it arrives or the iterations are spent.

        Args:
            surface: The surface.
            starts: The starts. Those that are not finite are not moved.

        Returns:
            The ends, in the order of the starts.
        """
