"""The four ways down, each within the same budget of energy evaluations.

A method that makes noise comes in five schedules, and spends the last part of its budget on a plain
descent, since noise of any size leaves it above the bottom of its valley. Plain descent alone
stops early, where the gradient is below the tolerance.
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
    Linear,
    StochasticDescent,
    annealing_schedules,
    langevin_schedules,
    stochastic_schedules,
)
from lossatlas.surfaces import SpinGlass
from lossatlas.theory.kac_rice import threshold

from ._reference import ORDER, STEP, TOLERANCE
from ._rows import STOCHASTIC

Schedules: TypeAlias = Callable[[SpinGlass, float], tuple[AbstractDynamics, ...]]

_NOISY: dict[str, Schedules] = {
    STOCHASTIC: stochastic_schedules,
    "annealing": annealing_schedules,
    "Langevin": langevin_schedules,
}


def schedules(name: str, glass: SpinGlass, evaluations: int) -> tuple[AbstractDynamics, ...]:
    """The five schedules of a method that makes noise, at a budget."""
    return _NOISY[name](glass, float(evaluations))


def plain_descent(
    order: int, *, step: float, evaluations: int, tolerance: float
) -> GradientDescent:
    """Gradient descent that stops where ||g|| / sqrt(N) is below a tolerance.

    The room of dynamics measures a gradient on the scale of what cancels in it, which at energy u
    is sqrt(p^2 u^2 + p) sqrt(N); it is taken at u = -E_inf, near which descents end.
    """
    scale = sqrt(order**2 * threshold(order) ** 2 + order)
    return GradientDescent(step=step, tolerance=tolerance / scale, max_steps=evaluations - 1)


def is_plain(order: int, step: float, tolerance: float) -> bool:
    """Whether gradient descent is made as that of the reference table was."""
    return (order, step, tolerance) == (ORDER, STEP, TOLERANCE)


def in_words(method: AbstractDynamics) -> str:
    """A schedule as a record and a sentence have it."""
    match method:
        case GradientDescent():
            return f"step {method.step:g}"
        case StochasticDescent():
            return f"step {method.step:g} / (1 + {method.decay:g} t), {method.parts} parts"
        case Annealing() | Langevin():
            return _cooling(method)
    return str(method)


def _cooling(method: Annealing | Langevin) -> str:
    match method.cooling:
        case Geometric(hot, cold):
            return f"T from {hot:g} to {cold:g}, geometric"
        case Linear(hot, cold):
            return f"T from {hot:g} to {cold:g}, linear"
    return str(method.cooling)
