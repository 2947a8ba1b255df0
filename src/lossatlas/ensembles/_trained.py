"""The result of a training: frozen, countable, printable."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, final

from jaxtyping import Bool, Float, UInt64
from numpy import ndarray
from torch import Tensor

from lossatlas._frame import data_frame

from ._history import History


@final
@dataclass(frozen=True, eq=False, repr=False)
class Trained:
    """Where the networks of an ensemble ended, what they spent, and how they went.

    Attributes:
        points: The networks, in the order of the starts.
        seeds: The seed of each.
        loss: The training loss of each, without weight decay.
        held_out: The losses on other samples, by name.
        finite: Which networks have a finite training loss and finite weights. The others are kept
            as they are, and are part of no mean that is printed.
        evaluations: What each spent, in loss evaluations: 1 is the multiplications of one forward
            pass over all training samples. The records of the history are not counted.
        history: The losses on the way.
        engine: Which engine took the steps: "kernel" or "torch".
        details: What the learner tells of each network beside that, by name.
    """

    points: Float[Tensor, "M P"]
    seeds: UInt64[ndarray, " M"]
    loss: Float[Tensor, " M"]
    held_out: Mapping[str, Float[Tensor, " M"]]
    finite: Bool[Tensor, " M"]
    evaluations: Float[Tensor, " M"]
    history: History
    engine: str
    details: Mapping[str, Tensor] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.points)

    def to_dict(self, *, points: bool = False) -> dict[str, Any]:
        """Columns of plain values; a held-out loss is the column `loss_<name>`.

        Args:
            points: Whether the points themselves are wanted, as lists of numbers.

        Returns:
            A column a name, a value a network.
        """
        columns = {"seed": self.seeds.tolist(), "loss": self.loss.tolist()}
        columns |= {f"loss_{name}": column.tolist() for name, column in self.held_out.items()}
        columns |= {"finite": self.finite.tolist(), "evaluations": self.evaluations.tolist()}
        return {**columns, "point": self.points.tolist()} if points else columns

    def to_frame(self) -> Any:
        """The columns of `to_dict` as a pandas data frame.

        Raises:
            ImportError: If pandas is not installed.
        """
        return data_frame(self.to_dict())

    def __repr__(self) -> str:
        means = [f"mean loss {self._mean(self.loss)}"]
        means += [f"{name} {self._mean(column)}" for name, column in self.held_out.items()]
        counts = f"{len(self)} networks, {int(self.finite.sum())} finite"
        return f"Trained({counts}: {', '.join(means)}; engine {self.engine})"

    def _repr_html_(self) -> str:
        names = ("networks", "finite", "epochs", "mean loss", *self.held_out, "evaluations")
        values = (
            len(self),
            int(self.finite.sum()),
            int(self.history.epochs[-1]),
            self._mean(self.loss),
            *(self._mean(column) for column in self.held_out.values()),
            f"{float(self.evaluations.mean()):.6g}",
        )
        head = "".join(f"<th>{escape(name)}</th>" for name in names)
        row = "".join(f"<td>{value}</td>" for value in values)
        return f"<table><thead><tr>{head}</tr></thead><tbody><tr>{row}</tr></tbody></table>"

    def _mean(self, column: Tensor) -> str:
        """Over the finite networks; nan where there is none."""
        return f"{float(column[self.finite].mean()):.6g}"
