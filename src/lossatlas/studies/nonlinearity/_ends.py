"""The ends of all searches of one network, each in one of three shares.

First the best known value: the lowest loss among the ends, or what a theorem says. Ends at it are done.
Of the others those that pass for minima, by estimates for all together, are proved class by class.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from lossatlas._types import Vector
from lossatlas.critical import (
    Descent,
    MinimaScreen,
    Status,
    find,
    polish_minima,
    screen_minima,
)
from lossatlas.surfaces import Perceptron

from ._claims import VALUE_TOLERANCE
from ._classes import at_kink
from ._minima import Minimum, examine_classes
from ._problem import Problem
from ._why import Why

# An eigenvalue this small, as a share of the largest, may be a zero one.
_FLAT = 1e-9
# Gradients of at most this share of their scale are zero to rounding, as `screen_minima` has it.
_CRITICAL = 1e-10


@final
@dataclass(frozen=True, eq=False)
class Searched:
    """Where searches ended.

    Attributes:
        points: The ends.
        status: How the descents ended, before the finishing steps.
        iterations: Of the descents and the finishing steps.
        screen: What is estimated of the ends.
        passes: Whether an end passes for a minimum: critical to rounding, off its kinks rising, and
            no eigenvalue negative or near zero beyond those of the pattern's symmetry.
    """

    points: Float[Tensor, "B P"]
    status: tuple[Status, ...]
    iterations: Int[Tensor, " B"]
    screen: MinimaScreen
    passes: Bool[Tensor, " B"]

    @property
    def loss(self) -> Float[Tensor, " B"]:
        """The loss at each end."""
        return self.screen.loss


def searched(
    surface: Perceptron,
    starts: Float[Tensor, "B P"],
    *,
    plain_steps: int,
    newton_steps: int,
    finishing_steps: int,
) -> Searched:
    """Descend from all starts together, then along kinks, where gradients only creep.

    Args:
        surface: The network.
        starts: The starts.
        plain_steps: Steps of plain descent at most.
        newton_steps: Saddle-free Newton steps at most.
        finishing_steps: Newton steps inside patterns and along kinks at most.
    """
    method = Descent(max_plain=plain_steps, max_newton=newton_steps)
    found = find(surface, starts, method=method)
    polished = polish_minima(surface, found.points, max_steps=finishing_steps)
    screen = screen_minima(surface, polished.points)
    clear = screen.slice_eigenvalue > _FLAT * screen.largest_eigenvalue
    passes = screen.candidates & (clear | screen.slice_eigenvalue.isnan())
    iterations = found.iterations + polished.iterations
    return Searched(polished.points, found.status, iterations, screen, passes)


@final
@dataclass(frozen=True, eq=False)
class Ends:
    """What each end of a network's searches is.

    Attributes:
        searched: The searches.
        best: The best known value.
        lowest: The lowest end.
        above: How far each loss lies above the best known value, in units of 1/2 ||Y||^2.
        why: What each end is.
        minimum: The number of its class in `minima`; None for ends of no class.
        minima: The classes of ends that pass for minima above the best known value.
    """

    searched: Searched
    best: float
    lowest: Vector
    above: Float[Tensor, " B"]
    why: tuple[Why, ...]
    minimum: tuple[int | None, ...]
    minima: tuple[Minimum, ...]


def sort_ends(problem: Problem, found: Searched) -> Ends:
    """Sort the ends of all searches of a network.

    Args:
        problem: The network.
        found: Its searches.
    """
    finite = torch.where(found.loss.isfinite(), found.loss, torch.inf)
    lowest = found.points[finite.argmin()]
    known = problem.global_value
    best = float(finite.min()) if known is None else known
    above = (found.loss - best) / problem.scale
    high = found.screen.candidates & (above > VALUE_TOLERANCE)
    minima = examine_classes(
        problem.surface,
        found.points,
        high.nonzero()[:, 0].tolist(),
        passes=found.passes,
        lowest=lowest,
        scale=problem.scale,
        most=problem.piece.proofs,
    )
    of_class = {row: number for number, one in enumerate(minima) for row in one.rows}
    minimum = tuple(of_class.get(row) for row in range(len(above)))
    others = _others(problem.surface, found, above)
    why = tuple(
        other if number is None else minima[number].why
        for other, number in zip(others, minimum, strict=True)
    )
    return Ends(found, best, lowest, above, why, minimum, tuple(minima))


def _others(surface: Perceptron, found: Searched, above: Float[Tensor, " B"]) -> list[Why]:
    """What the ends are that pass for no minimum above the best known value."""
    screen = found.screen
    drifting = [status is Status.DRIFTING for status in found.status]
    negative = screen.slice_eigenvalue < -_FLAT * screen.largest_eigenvalue
    # the later rows of the table win over the earlier ones
    table: tuple[tuple[Why, Tensor], ...] = (
        (Why.DRIFTING, torch.tensor(drifting, dtype=torch.bool)),
        (Why.PLATEAU, screen.gradient <= _CRITICAL),
        (Why.SADDLE, (screen.gradient <= _CRITICAL) & negative),
        (Why.KINK, at_kink(surface, found.points)),
        (Why.BEST, above <= VALUE_TOLERANCE),
    )
    why = [Why.ON_ITS_WAY] * len(above)
    for word, rows in table:
        for row in rows.nonzero()[:, 0].tolist():
            why[row] = word
    return why
