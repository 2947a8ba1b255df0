"""The result of a batch of searches: frozen, countable, printable."""

from collections import Counter
from dataclasses import dataclass
from html import escape
from typing import Any, final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from lossatlas._frame import data_frame

from ._status import Status


@final
@dataclass(frozen=True, eq=False, repr=False)
class Found:
    """Where searches ended, how, and the numbers that say so.

    Attributes:
        points: The end of each search, in the order of the starts.
        status: The status of each.
        gradient_norm: ||g||.
        newton_step: The length of the minimum-norm Newton step.
        loss: The loss.
        flatness: ||Hg|| / (||H|| ||g||), small at gradient-flat points.
        gradient_scale: The surface's own scale of the gradient.
        iterations: The iterations spent, finishing steps included.
    """

    points: Float[Tensor, "B P"]
    status: tuple[Status, ...]
    gradient_norm: Float[Tensor, " B"]
    newton_step: Float[Tensor, " B"]
    loss: Float[Tensor, " B"]
    flatness: Float[Tensor, " B"]
    gradient_scale: Float[Tensor, " B"]
    iterations: Int[Tensor, " B"]

    def __len__(self) -> int:
        return len(self.status)

    @property
    def counts(self) -> dict[Status, int]:
        """How many searches ended with each status, all four always there."""
        seen = Counter(self.status)
        return {status: seen[status] for status in Status}

    def having(self, status: Status) -> Bool[Tensor, " B"]:
        """The mask of the searches with a status."""
        mask = [found is status for found in self.status]
        return torch.tensor(mask, dtype=torch.bool, device=self.points.device)

    @property
    def critical(self) -> Float[Tensor, "K P"]:
        """The points whose status is critical."""
        return self.points[self.having(Status.CRITICAL)]

    def to_dict(self, *, points: bool = False) -> dict[str, Any]:
        """Columns of plain values.

        Args:
            points: Whether the points themselves are wanted, as lists of numbers.

        Returns:
            A column a name, a value a search.
        """
        columns: dict[str, Any] = {
            "status": [status.value for status in self.status],
            "loss": self.loss.tolist(),
            "gradient_norm": self.gradient_norm.tolist(),
            "gradient_scale": self.gradient_scale.tolist(),
            "newton_step": self.newton_step.tolist(),
            "flatness": self.flatness.tolist(),
            "iterations": self.iterations.tolist(),
        }
        return {**columns, "point": self.points.tolist()} if points else columns

    def to_frame(self) -> Any:
        """The columns of `to_dict` as a pandas data frame.

        Raises:
            ImportError: If pandas is not installed.
        """
        return data_frame(self.to_dict())

    def __repr__(self) -> str:
        words = ", ".join(f"{count} {status}" for status, count in self.counts.items() if count)
        return f"Found({len(self)} searches: {words or 'none'})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(status.value)}</td><td>{count}</td><td>{_range(self, status)}</td></tr>"
            for status, count in self.counts.items()
        )
        head = "<tr><th>status</th><th>searches</th><th>loss</th></tr>"
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _range(found: Found, status: Status) -> str:
    losses = found.loss[found.having(status)]
    losses = losses[losses.isfinite()]
    return f"{losses.min():.6g} to {losses.max():.6g}" if len(losses) else ""
