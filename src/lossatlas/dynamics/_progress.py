"""What a long run tells on its way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, final


@final
@dataclass(frozen=True)
class Progress:
    """How far a batch of replicas has come.

    Attributes:
        step: The steps done.
        num_steps: The steps that will be done at most.
        moving: The replicas that still move.
    """

    step: int
    num_steps: int
    moving: int


Listener: TypeAlias = Callable[[Progress], object]
