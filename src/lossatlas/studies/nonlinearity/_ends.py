"""The ends of all searches of one network, each in one of three shares.

First the best known value: the lowest loss among the ends, or what a theorem says. Ends at it are done.
Of the others those that pass for minima, by estimates for all together, are proved class by class.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from lossatlas._types import Vector
from lossatlas.critical import Found, MinimaScreen, Status, screen_minima
from lossatlas.surfaces import Perceptron

from ._claims import VALUE_TOLERANCE
from ._minima import Minimum, examine_classes
from ._problem import Problem
from ._why import Why

# A pre-activation this near to zero, as a share of the point's size, is at its kink.
_KINK = 1e-7
# An eigenvalue this small, as a share of the largest, may be a zero one.
_FLAT = 1e-9


@final
@dataclass(frozen=True, eq=False)
class Ends:
    """Where the searches of a network ended, with what each end is.

    Attributes:
        found: The searches.
        screen: What was estimated at their ends.
        passes: Whether an end passes for a minimum: critical to rounding, off the kinks, and no
            eigenvalue negative or near zero beyond those of the symmetry.
        best: The best known value.
        lowest: The lowest end.
        above: How far each loss lies above the best known value, in units of 1/2 ||Y||^2.
        why: What each end is.
        minimum: The number of its class in `minima`; None for ends of no class.
        minima: The classes of ends that pass for minima above the best known value.
    """

    found: Found
    screen: MinimaScreen
    passes: Bool[Tensor, " B"]
    best: float
    lowest: Vector
    above: Float[Tensor, " B"]
    why: tuple[Why, ...]
    minimum: tuple[int | None, ...]
    minima: tuple[Minimum, ...]


def sort_ends(problem: Problem, found: Found) -> Ends:
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
    screen = screen_minima(problem.surface, found.points)
    passes = _passes(screen)
    high = screen.candidates & (above > VALUE_TOLERANCE)
    minima = examine_classes(
        problem.surface,
        found.points,
        high.nonzero()[:, 0].tolist(),
        passes=passes,
        lowest=lowest,
        scale=problem.scale,
        most=problem.piece.proofs,
    )
    of_class = {row: number for number, one in enumerate(minima) for row in one.rows}
    minimum = tuple(of_class.get(row) for row in range(len(found)))
    others = _others(found, screen, above)
    why = tuple(
        other if number is None else minima[number].why
        for other, number in zip(others, minimum, strict=True)
    )
    return Ends(found, screen, passes, best, lowest, above, why, minimum, tuple(minima))


def passing(surface: Perceptron, found: Found) -> Bool[Tensor, " B"]:
    """Which ends pass for minima.

    Args:
        surface: The network.
        found: Its searches.
    """
    return _passes(screen_minima(surface, found.points))


def _passes(screen: MinimaScreen) -> Bool[Tensor, " B"]:
    """Candidates without an eigenvalue near zero, or without any eigenvalue that counts."""
    clear = screen.slice_eigenvalue > _FLAT * screen.largest_eigenvalue
    return screen.candidates & (clear | screen.slice_eigenvalue.isnan())


def _others(found: Found, screen: MinimaScreen, above: Float[Tensor, " B"]) -> list[Why]:
    """What the ends are that pass for no minimum above the best known value."""
    size = 1 + found.points.norm(dim=-1)
    at_kink = (screen.margin <= _KINK * size).tolist()
    at_best = (above <= VALUE_TOLERANCE).tolist()
    negative = (screen.slice_eigenvalue < -_FLAT * screen.largest_eigenvalue).tolist()
    return [
        Why.BEST
        if at_best[i]
        else Why.KINK
        if at_kink[i]
        else Why.ON_ITS_WAY
        if found.status[i] is not Status.CRITICAL
        else Why.SADDLE
        if negative[i]
        else Why.PLATEAU
        for i in range(len(found))
    ]
