"""Five settings of each noisy method at one budget: what a fair comparison tunes over.

Temperatures are in the units of the extensive loss, for which a spin glass of order 3 falls out of
equilibrium near T = 0.87 when large: the candidates start above, near and below it. The last part
of every budget is a plain descent, because what a noisy method has found shows only at the bottom
of its valley.
"""

from lossatlas.errors import misuse
from lossatlas.surfaces import AbstractSurface

from ._annealing import Annealing
from ._cooling import AbstractCooling, Geometric, Linear
from ._gradient_descent import GradientDescent
from ._langevin import Langevin
from ._stochastic_descent import StochasticDescent

_COOLINGS: tuple[AbstractCooling, ...] = (
    Geometric(2.0, 0.02),
    Geometric(1.0, 0.02),
    Geometric(0.3, 0.02),
    Linear(1.0),
    Linear(0.5),
)
_STOCHASTIC = (
    (0.1, 0.0015, 5),
    (0.3, 0.0015, 5),
    (0.3, 0.0015, 10),
    (0.6, 0.01, 10),
    (0.6, 0.005, 25),
)
_CLOSING_SHARE = 0.3


def annealing_schedules(surface: AbstractSurface, budget: float) -> tuple[Annealing, ...]:
    """Five annealings that spend the budget, 30 % of it on the closing descent.

    Args:
        surface: The spin glass.
        budget: Energy-evaluation equivalents a replica, at least 20.

    Returns:
        Geometric cooling from 2, 1 and 0.3 to 0.02, and linear cooling from 1 and 0.5 to 0.

    Raises:
        ValueError: If the budget is below 20.
    """
    closing = _closing(budget)
    refresh = 50
    sweep = Annealing(sweeps=refresh, refresh=refresh, closing=None).budget(surface) / refresh
    sweeps = int((budget - closing.budget(surface)) / sweep)
    return tuple(
        Annealing(cooling=cooling, sweeps=sweeps, refresh=refresh, closing=closing)
        for cooling in _COOLINGS
    )


def langevin_schedules(surface: AbstractSurface, budget: float) -> tuple[Langevin, ...]:
    """Five Langevin runs that spend the budget, 30 % of it on the closing descent.

    Args:
        surface: The surface.
        budget: Energy-evaluation equivalents a replica, at least 20.

    Returns:
        The coolings of `annealing_schedules`, with steps of 0.05.

    Raises:
        ValueError: If the budget is below 20.
    """
    closing = _closing(budget)
    steps = int(budget - closing.budget(surface))
    return tuple(
        Langevin(cooling=cooling, max_steps=steps, closing=closing) for cooling in _COOLINGS
    )


def stochastic_schedules(surface: AbstractSurface, budget: float) -> tuple[StochasticDescent, ...]:
    """Five stochastic descents that spend the budget, 30 % of it on the closing descent.

    Args:
        surface: The spin glass.
        budget: Energy-evaluation equivalents a replica, at least 20.

    Returns:
        First steps 0.1 to 0.6, decays 0.0015 to 0.01, and 5 to 25 parts (no more than spins); the
        published 0.3, 0.0015 and 10 among them.

    Raises:
        ValueError: If the budget is below 20.
    """
    closing = _closing(budget)
    spent = budget - closing.budget(surface)
    return tuple(
        StochasticDescent(
            step=step,
            decay=decay,
            parts=min(parts, surface.dimension),
            max_steps=int(spent * min(parts, surface.dimension)),
            closing=closing,
        )
        for step, decay, parts in _STOCHASTIC
    )


def _closing(budget: float) -> GradientDescent:
    if not budget >= 20:
        raise misuse(
            "budget",
            should="be at least 20 evaluations",
            got=budget,
            remedy="A few hundred evaluations let a descent arrive.",
        )
    return GradientDescent(step=0.1, max_steps=int(_CLOSING_SHARE * budget) - 1)
