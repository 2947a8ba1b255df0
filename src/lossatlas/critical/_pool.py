"""Searches that still move, packed together; those that arrived cost nothing more."""

from typing import final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ._method import Arrival


@final
class Pool:
    """The bookkeeping of a batch of searches.

    Attributes:
        index: The rows of the batch that are still moving.
    """

    index: Int[Tensor, " A"]

    def __init__(self, starts: Float[Tensor, "B P"]) -> None:
        self._points = starts.clone()
        self.refill()
        self._iterations = torch.zeros(len(starts), dtype=torch.int64, device=starts.device)

    def __len__(self) -> int:
        return len(self.index)

    @property
    def moving(self) -> Float[Tensor, "A P"]:
        """The places of the searches that still move."""
        return self._points[self.index]

    def place(self, w: Float[Tensor, "A P"]) -> None:
        """Write down where the moving searches are now; one more iteration is spent on each."""
        self._points[self.index] = w
        self._iterations[self.index] += 1

    def retire(self, done: Bool[Tensor, " A"]) -> None:
        """Take searches out of the batch; their last places stay."""
        self.index = self.index[~done]

    def refill(self) -> None:
        """Let every search whose place is finite move again."""
        self.index = self._points.isfinite().all(-1).nonzero()[:, 0]

    def arrival(self) -> Arrival:
        """Where everything stands."""
        return Arrival(self._points, self._iterations)
