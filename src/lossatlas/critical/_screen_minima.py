"""Which of thousands of ends may be proved to be minima? All together, in float64."""

from dataclasses import dataclass
from typing import final

from jaxtyping import Bool, Float, Int
from torch import Tensor

from lossatlas.surfaces import Perceptron


@final
@dataclass(frozen=True, eq=False)
class MinimaScreen:
    """Estimates, one row a point: nothing here is proved.

    Attributes:
        loss: The loss.
        gradient: ||gradient|| / `gradient_scale`.
        margin: The least distance of a pre-activation from zero, infinite without kinks.
        dead_units: Hidden units that reach the output on no sample.
        inert: Directions that do not enter the loss near the point.
        symmetry: The dimension of the pattern's orbit.
        slice_eigenvalue: The Hessian's least eigenvalue across both.
        largest_eigenvalue: The Hessian's largest one in absolute value.
    """

    loss: Float[Tensor, " B"]
    gradient: Float[Tensor, " B"]
    margin: Float[Tensor, " B"]
    dead_units: Int[Tensor, " B"]
    inert: Int[Tensor, " B"]
    symmetry: Int[Tensor, " B"]
    slice_eigenvalue: Float[Tensor, " B"]
    largest_eigenvalue: Float[Tensor, " B"]

    @property
    def candidates(self) -> Bool[Tensor, " B"]:
        """Points worth a proof: critical to rounding, off the kinks, no negative eigenvalue."""
        raise NotImplementedError

    @property
    def strict(self) -> Bool[Tensor, " B"]:
        """Candidates whose least eigenvalue across the symmetry is clearly positive."""
        raise NotImplementedError


@final
@dataclass(frozen=True, eq=False)
class PolishedMinima:
    """Points after Newton's steps inside their activation patterns.

    Attributes:
        points: Where each ended.
        iterations: Steps taken.
        left_pattern: Whether the next step would leave the activation pattern: the pattern's own
            critical point lies outside, and the point is none.
        moved: The distance from where it began.
    """

    points: Float[Tensor, "B P"]
    iterations: Int[Tensor, " B"]
    left_pattern: Bool[Tensor, " B"]
    moved: Float[Tensor, " B"]


def screen_minima(surface: Perceptron, points: Float[Tensor, "B P"]) -> MinimaScreen:
    """Estimate for every point what `prove_minimum` would have to prove.

    Args:
        surface: The surface, with the squared error.
        points: The points.

    Returns:
        One row a point; a point that is not finite is marked by NaN.
    """
    raise NotImplementedError


def polish_minima(
    surface: Perceptron, points: Float[Tensor, "B P"], *, max_steps: int = 50
) -> PolishedMinima:
    """Newton's method for all points together, each inside its activation pattern.

    Args:
        surface: The surface.
        points: The points, as searches left them.
        max_steps: Steps at most.

    Returns:
        The points, and which of them would have left their pattern.
    """
    raise NotImplementedError
