"""The result of a run: frozen, countable, printable."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from jaxtyping import Bool, Float, Int
from torch import Tensor

from lossatlas._frame import data_frame

from ._history import History


@final
@dataclass(frozen=True, eq=False, repr=False)
class Ends:
    """Where the replicas of a run ended, what they spent, and how they went.

    Attributes:
        points: The end of each replica, in the order of the starts.
        loss: The loss there.
        gradient_norm: ||g|| there, of the gradient on the manifold.
        evaluations: Energy-evaluation equivalents spent. One gradient counts as one: for a
            homogeneous polynomial the energy is a product of the gradient with the point, so both
            cost one contraction of the couplings. A gradient from a share of the couplings counts
            as that share. The records of the history and the two columns above are not counted.
        steps: The steps taken; a step of annealing is a sweep.
        history: The losses on the way.
        converged: Which replicas met the method's own rule for having arrived; where a noisy method
            has a closing descent, that one's rule.
        details: What a method tells beside that, by name. Annealing: `energy_drift`, the largest
            error of the running energy that a computation from scratch found; `acceptance`, the
            share of the proposals taken; `last_width`, the standard deviation of the last angles.
    """

    points: Float[Tensor, "R P"]
    loss: Float[Tensor, " R"]
    gradient_norm: Float[Tensor, " R"]
    evaluations: Float[Tensor, " R"]
    steps: Int[Tensor, " R"]
    history: History
    converged: Bool[Tensor, " R"]
    details: Mapping[str, float]

    def __len__(self) -> int:
        return len(self.points)

    def to_dict(self, *, points: bool = False) -> dict[str, Any]:
        """Columns of plain values.

        Args:
            points: Whether the points themselves are wanted, as lists of numbers.

        Returns:
            A column a name, a value a replica.
        """
        names = ("loss", "gradient_norm", "evaluations", "steps", "converged")
        columns = {name: getattr(self, name).tolist() for name in names}
        return {**columns, "point": self.points.tolist()} if points else columns

    def to_frame(self) -> Any:
        """The columns of `to_dict` as a pandas data frame.

        Raises:
            ImportError: If pandas is not installed.
        """
        return data_frame(self.to_dict())

    def __repr__(self) -> str:
        arrived = f"{int(self.converged.sum())} converged"
        return f"Ends({len(self)} replicas: {arrived}, mean loss {float(self.loss.mean()):.6g})"

    def _repr_html_(self) -> str:
        names = ("replicas", "converged", "lowest loss", "mean loss", "highest loss", "evaluations")
        values = (
            len(self),
            int(self.converged.sum()),
            *(f"{float(act()):.6g}" for act in (self.loss.min, self.loss.mean, self.loss.max)),
            f"{float(self.evaluations.mean()):.6g}",
        )
        head = "".join(f"<th>{name}</th>" for name in names)
        row = "".join(f"<td>{value}</td>" for value in values)
        return f"<table><thead><tr>{head}</tr></thead><tbody><tr>{row}</tr></tbody></table>"
