"""Several surfaces at once: for methods whose small steps are worth batching over them too."""

from abc import abstractmethod
from collections.abc import Sequence

from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas.surfaces import AbstractSurface

from ._history import Watch
from ._method import AbstractDynamics, Journey


class AbstractTogether(AbstractDynamics):
    """A way of moving that takes several surfaces of one kind in one block."""

    @abstractmethod
    def move_together(
        self,
        surfaces: Sequence[AbstractSurface],
        starts: Float[Tensor, "D R P"],
        generator: Generator | None,
        watches: Sequence[Watch],
    ) -> list[Journey]:
        """As `move`, on each surface from its own starts, with a watch each.

        Raises:
            ValueError: If the surfaces are not of one kind.
        """
