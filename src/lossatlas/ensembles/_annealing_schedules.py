"""Five annealings at one budget: what a fair comparison with descent tunes over.

Temperatures are given by equipartition: P weights at temperature T hold the loss about T P / 2 above
a minimum, so a schedule is told by that height. A hot one begins as high as a network that has learnt
nothing; others begin lower, where less of a small budget is spent on forgetting the start, or take
nothing that rises. Since all candidates spend the same number of evaluations, one that moves more
weights at once makes more sweeps; on digits two and four did better than one, ten and twenty-five.
"""

from lossatlas.dynamics import AbstractCooling, Constant, Geometric
from lossatlas.errors import misuse
from lossatlas.surfaces import Perceptron

from ._annealing import Annealing
from ._metropolis import sweep_evaluations

_LEAST = 2.0  # the first full pass, and some moves


def annealing_schedules(surface: Perceptron, evaluations: float) -> tuple[Annealing, ...]:
    """Five annealings that spend the same number of loss evaluations.

    Args:
        surface: The training loss.
        evaluations: Loss evaluations a network, at least 2: what the moves multiply, as a share of
            a forward pass over all samples, and one full pass a sweep. What is spent lies below it
            by less than one.

    Returns:
        With h the height T P / 2: by two weights, geometric cooling from h = 0.1 to a thousandth
        of it, and no heat at all; by four weights the same, and geometric cooling from h = 1.

    Raises:
        ValueError: If the budget is below 2.

    Example:
        >>> import torch
        >>> from lossatlas import ensembles, surfaces
        >>> X, Y = torch.zeros(20, 100), torch.zeros(20, 10)
        >>> surface = surfaces.Perceptron(
        ...     (100, 25, 10), surfaces.ReLU(), surfaces.SquaredError(), X, Y, reduction="mean"
        ... )
        >>> best = ensembles.annealing_schedules(surface, 418.2)[0]
        >>> round(best.num_epochs * best.evaluations_per_epoch(surface), 1)
        418.2
    """
    if not evaluations >= _LEAST:
        raise misuse(
            "evaluations",
            should=f"be at least {_LEAST:g}",
            got=evaluations,
            remedy="A few hundred let a network cool down.",
        )
    return tuple(
        Annealing(cooling=cooling, sweeps=_sweeps(surface, evaluations, block), block=block)
        for block, cooling in _candidates(surface)
    )


def _candidates(surface: Perceptron) -> tuple[tuple[int, AbstractCooling], ...]:
    unit = 2 / surface.dimension
    still = Constant(0.0)
    low, high = Geometric(0.1 * unit, 1e-4 * unit), Geometric(unit, 1e-3 * unit)
    return ((2, low), (2, still), (4, high), (4, low), (4, still))


def _sweeps(surface: Perceptron, evaluations: float, block: int) -> float:
    """How many sweeps cost that much: with k begun, k full passes and the moves."""
    whole = sweep_evaluations(surface, block)
    begun = int(evaluations // whole)
    rest = evaluations - begun * whole
    return begun + max(0.0, rest - 1) / (whole - 1)
