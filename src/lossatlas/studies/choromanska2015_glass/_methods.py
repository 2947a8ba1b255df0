"""The four ways down, each within the same budget of energy evaluations.

A method that makes noise spends a share of its budget on a plain descent at the end, since noise
of any size leaves it above the bottom of its valley. Plain descent alone stops early, where the
gradient is below the tolerance.
"""

from collections.abc import Callable
from math import sqrt
from typing import TypeAlias

from lossatlas.dynamics import (
    AbstractDynamics,
    Annealing,
    Geometric,
    GradientDescent,
    Langevin,
    StochasticDescent,
)
from lossatlas.theory.kac_rice import threshold

from ._reference import ORDER, STEP, TOLERANCE
from ._rows import GRADIENT, STOCHASTIC
from ._settings import Schedule

_CLOSING_STEP = 0.1
_REFRESH = 50

Maker: TypeAlias = Callable[[Schedule, int, GradientDescent], AbstractDynamics]


def make_method(
    name: str, schedule: Schedule, *, order: int, evaluations: int, tolerance: float
) -> AbstractDynamics:
    """A method that spends at most so many evaluations a run.

    Args:
        name: One of the four.
        schedule: How it moves.
        order: p.
        evaluations: The budget of a run.
        tolerance: ||g|| / sqrt(N) at which plain descents stop.

    Returns:
        The method.
    """
    relative = tolerance / sqrt(order**2 * threshold(order) ** 2 + order)
    if name == GRADIENT:
        return GradientDescent(
            step=schedule.step, decay=schedule.decay, tolerance=relative, max_steps=evaluations - 1
        )
    closing_steps = max(0, round(schedule.closing * evaluations) - 1)
    closing = GradientDescent(step=_CLOSING_STEP, tolerance=relative, max_steps=closing_steps)
    return _NOISY[name](schedule, evaluations - closing_steps - 1, closing)


def _stochastic(schedule: Schedule, evaluations: int, closing: GradientDescent) -> AbstractDynamics:
    return StochasticDescent(
        step=schedule.step,
        decay=schedule.decay,
        parts=schedule.parts,
        max_steps=schedule.parts * evaluations,
        closing=closing,
    )


def _annealing(schedule: Schedule, evaluations: int, closing: GradientDescent) -> AbstractDynamics:
    # one evaluation in every 51 goes to the energy computed anew
    sweeps = evaluations * _REFRESH // (_REFRESH + 1)
    cooling = Geometric(schedule.hot, schedule.cold)
    return Annealing(cooling=cooling, sweeps=sweeps, refresh=_REFRESH, closing=closing)


def _langevin(schedule: Schedule, evaluations: int, closing: GradientDescent) -> AbstractDynamics:
    cooling = Geometric(schedule.hot, schedule.cold)
    return Langevin(step=schedule.step, cooling=cooling, max_steps=evaluations, closing=closing)


_NOISY: dict[str, Maker] = {
    STOCHASTIC: _stochastic,
    "annealing": _annealing,
    "Langevin": _langevin,
}


def is_plain(name: str, schedule: Schedule, *, order: int, tolerance: float) -> bool:
    """Whether a run is made as those of the reference table were."""
    steps = (schedule.step, schedule.decay, tolerance)
    return name == GRADIENT and order == ORDER and steps == (STEP, 0.0, TOLERANCE)


def in_words(name: str, schedule: Schedule) -> str:
    """A schedule as a record and a sentence have it."""
    falls = f" / (1 + {schedule.decay:g} t)" if schedule.decay else ""
    cools = f"T from {schedule.hot:g} to {schedule.cold:g}"
    return {
        GRADIENT: f"step {schedule.step:g}{falls}",
        STOCHASTIC: f"step {schedule.step:g}{falls}, {schedule.parts} parts",
        "annealing": cools,
        "Langevin": f"{cools}, step {schedule.step:g}",
    }[name] + ("" if name == GRADIENT else f", {schedule.closing:.0%} closing")
