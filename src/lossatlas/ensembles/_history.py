"""The losses on the way, thinned so that a long training stays small.

Early epochs change more than late ones, so the recorded epochs are spaced like the terms of a
geometric series, 0, 1, 2, ... and then further and further apart; the last is always among them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float, Int
from torch import Tensor

from lossatlas.surfaces import Perceptron

from ._losses import losses


@final
@dataclass(frozen=True, eq=False)
class History:
    """The losses of every network after some epochs.

    Attributes:
        epochs: The epochs done at each record, ascending, from 0 (the starts) to the last.
        losses: The training loss of each network there.
        held_out: The losses on other samples, by name.
    """

    epochs: Int[Tensor, " E"]
    losses: Float[Tensor, "M E"]
    held_out: Mapping[str, Float[Tensor, "M E"]]

    def quantiles(self, shares: tuple[float, ...] = (0.1, 0.5, 0.9)) -> Float[Tensor, "q E"]:
        """Quantiles of the training loss over the networks; NaN where a loss is NaN."""
        levels = torch.tensor(shares, dtype=self.losses.dtype, device=self.losses.device)
        return torch.quantile(self.losses, levels, dim=0)

    def __repr__(self) -> str:
        return f"History({len(self.epochs)} records to epoch {int(self.epochs[-1])})"


@final
@dataclass(frozen=True)
class Progress:
    """How far an ensemble has come.

    Attributes:
        epoch: The epochs done.
        num_epochs: The epochs that will be done.
        num_networks: The networks that learn.
    """

    epoch: int
    num_epochs: int
    num_networks: int

    def __str__(self) -> str:
        return f"epoch {self.epoch} of {self.num_epochs}, {self.num_networks} networks"


@final
class Recorder:
    """Keeps the losses at the wanted epochs.

    Args:
        surface: The training loss.
        held_out: The losses on other samples.
        num_epochs: The epochs that will be done.
        num_records: The records that are wanted, about.
    """

    def __init__(
        self,
        surface: Perceptron,
        held_out: Mapping[str, Perceptron],
        num_epochs: int,
        num_records: int,
    ) -> None:
        self._surface = surface
        self._held_out = held_out
        self._wanted = _schedule(num_epochs, num_records)
        self._epochs: list[int] = []
        self._losses: list[Tensor] = []
        self._others: dict[str, list[Tensor]] = {name: [] for name in held_out}

    def look(self, epoch: int, points: Float[Tensor, "M P"]) -> None:
        """Record the losses if this number of epochs done is a wanted one."""
        if epoch not in self._wanted:
            return
        self._epochs.append(epoch)
        self._losses.append(losses(self._surface, points))
        for name, surface in self._held_out.items():
            self._others[name].append(losses(surface, points))

    def history(self) -> History:
        """What was recorded."""
        return History(
            torch.tensor(self._epochs),
            torch.stack(self._losses, dim=1),
            {name: torch.stack(column, dim=1) for name, column in self._others.items()},
        )


def _schedule(num_epochs: int, num_records: int) -> frozenset[int]:
    """Epochs in geometric progression, the starts and the last among them."""
    ratio = num_epochs ** (1 / max(num_records - 2, 1))
    between = {min(round(ratio**k), num_epochs) for k in range(num_records - 1)}
    return frozenset({0, num_epochs} | between)
