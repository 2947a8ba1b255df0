"""The end of a noisy method: full gradient steps from wherever it stands.

Noise of any size leaves a replica above the bottom of its valley, so what the method found is only
seen after a plain descent, whose steps and evaluations count with the rest.
"""

from torch import Tensor

from lossatlas.surfaces import AbstractSurface

from ._gradient_descent import GradientDescent
from ._history import Watch
from ._method import Journey


def close(
    surface: AbstractSurface, journey: Journey, closing: GradientDescent | None, watch: Watch
) -> Journey:
    """Continue a journey by the closing descent; without one it is as it was."""
    if closing is None:
        return journey
    end = closing.move(surface, journey.points, None, watch)
    return Journey(
        points=end.points,
        evaluations=journey.evaluations + end.evaluations,
        steps=journey.steps + end.steps,
        converged=end.converged,
        details=journey.details,
    )


def closing_steps(closing: GradientDescent | None) -> int:
    """The steps of the closing descent at most."""
    return 0 if closing is None else closing.num_steps


def closing_budget(surface: AbstractSurface, closing: GradientDescent | None) -> float:
    """The evaluations of the closing descent at most."""
    return 0.0 if closing is None else closing.budget(surface)


def no_scale(starts: Tensor) -> Tensor:
    """A scale for a pack whose replicas never stop by their gradient."""
    return starts.new_zeros(len(starts))
