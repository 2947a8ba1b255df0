"""The losses on the way, thinned so that a long run stays small.

Early steps change more than late ones, so the recorded steps are spaced like the terms of a
geometric series: 0, 1, 2, ... and then further and further apart.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float, Int
from torch import Tensor

from lossatlas._progress import Listener
from lossatlas.surfaces import AbstractSurface


@final
@dataclass(frozen=True, eq=False)
class History:
    """The loss of every replica at some steps.

    Attributes:
        steps: The steps, ascending, the start (0) first and the last step taken last.
        loss: The loss of each replica there; a replica that has arrived keeps its last loss.
    """

    steps: Int[Tensor, " K"]
    loss: Float[Tensor, "K R"]

    def quantiles(self, shares: tuple[float, ...] = (0.1, 0.5, 0.9)) -> Float[Tensor, "q K"]:
        """Quantiles of the loss over the replicas, one row a share; NaN where a loss is NaN."""
        levels = torch.tensor(shares, dtype=self.loss.dtype, device=self.loss.device)
        return torch.quantile(self.loss, levels, dim=1)

    def __repr__(self) -> str:
        return f"History({len(self.steps)} records to step {int(self.steps[-1])})"


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

    def __str__(self) -> str:
        return f"step {self.step} of at most {self.num_steps}, {self.moving} replicas move"


@final
class Watch:
    """Looks at a batch on its way: keeps the thinned losses, and tells who wants to know.

    The losses are computed for the record alone; no method sees them and no evaluation is counted.

    Args:
        surface: The surface.
        num_steps: The steps that will be done at most.
        num_records: The records that are wanted, about.
        progress: Called after every step; what it raises ends the run.
    """

    def __init__(
        self,
        surface: AbstractSurface,
        num_steps: int,
        num_records: int,
        progress: Listener[Progress] | None,
    ) -> None:
        self._surface = surface
        self._num_steps = num_steps
        self._wanted = _schedule(num_steps, num_records)
        self._progress = progress
        self._steps: list[int] = []
        self._losses: list[Tensor] = []
        self._done = 0

    def begin(self, points: Float[Tensor, "R P"]) -> None:
        """Record the starts."""
        self._record(points)

    def step(
        self, points: Float[Tensor, "R P"], w: Float[Tensor, "A P"], index: Int[Tensor, " A"]
    ) -> None:
        """One more step is done.

        Args:
            points: Where the replicas were last written down.
            w: Where those that still move are.
            index: Their rows.
        """
        self._done += 1
        if self._done in self._wanted:
            self._record(points.index_copy(0, index, w))
        if self._progress is not None:
            self._progress(Progress(self._done, self._num_steps, len(index)))

    def history(self, points: Float[Tensor, "R P"], loss: Float[Tensor, " R"]) -> History:
        """What was recorded, with the ends as the last record."""
        if not self._steps or self._steps[-1] != self._done:
            self._steps.append(self._done)
            self._losses.append(loss)
        steps = torch.tensor(self._steps, device=points.device)
        return History(steps, torch.stack(self._losses))

    def _record(self, points: Tensor) -> None:
        self._steps.append(self._done)
        self._losses.append(self._surface.loss(points))


def _schedule(num_steps: int, num_records: int) -> frozenset[int]:
    """Steps in geometric progression, the last among them."""
    ratio = max(num_steps, 1) ** (1 / max(num_records - 1, 1))
    return frozenset(min(round(ratio**k), num_steps) for k in range(num_records)) | {num_steps}
