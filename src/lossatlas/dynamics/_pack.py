"""Replicas that still move, packed together; those that arrived cost nothing more."""

from collections.abc import Mapping
from typing import final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ._method import Journey


@final
class Pack:
    """The bookkeeping of a batch of replicas.

    Args:
        starts: Where the replicas begin.
        scale: A number a replica that travels with it.

    Attributes:
        w: Where the moving replicas are.
        index: Their rows in the batch.
        scale: Their scales.
        points: Where every replica was last written down: the moving ones only when they leave.
    """

    w: Float[Tensor, "A P"]
    index: Int[Tensor, " A"]
    scale: Float[Tensor, " A"]
    points: Float[Tensor, "R P"]

    def __init__(self, starts: Float[Tensor, "R P"], scale: Float[Tensor, " R"]) -> None:
        self.points = starts.clone()
        self.index = starts.isfinite().all(-1).nonzero()[:, 0]
        self.w, self.scale = starts[self.index], scale[self.index]
        count, device = len(starts), starts.device
        self._evaluations = torch.zeros(count, dtype=torch.float64, device=device)
        self._steps = torch.zeros(count, dtype=torch.int64, device=device)
        self._converged = torch.zeros(count, dtype=torch.bool, device=device)

    def __len__(self) -> int:
        return len(self.index)

    def spend(self, evaluations: float) -> None:
        """Charge each moving replica."""
        self._evaluations[self.index] += evaluations

    def place(self, w: Float[Tensor, "A P"]) -> None:
        """The moving replicas have taken one more step, to `w`."""
        self.w = w
        self._steps[self.index] += 1

    def mark(self, arrived: Bool[Tensor, " A"]) -> None:
        """Note which moving replicas have arrived."""
        self._converged[self.index] = arrived

    def keep(self, stay: Bool[Tensor, " A"]) -> Bool[Tensor, " A"] | slice:
        """Let the others leave the batch; their places are written down.

        Returns:
            What selects the rows that stayed in anything aligned with the moving replicas.
        """
        if bool(stay.all()):
            return slice(None)
        self.points[self.index[~stay]] = self.w[~stay]
        self.w, self.index, self.scale = self.w[stay], self.index[stay], self.scale[stay]
        return stay

    def journey(self, details: Mapping[str, float] | None = None) -> Journey:
        """Where everything stands, and what it cost."""
        points = self.points.index_copy(0, self.index, self.w)
        return Journey(points, self._evaluations, self._steps, self._converged, details or {})
