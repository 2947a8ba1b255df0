"""The best of some methods at equal budgets, chosen on replicas set aside for that."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas._progress import Listener
from lossatlas.errors import misuse
from lossatlas.surfaces import AbstractSurface

from ._ends import Ends
from ._history import Progress
from ._method import AbstractDynamics
from ._run import run

_SLACK = 0.02


@final
@dataclass(frozen=True, eq=False, repr=False)
class Tuning:
    """What every candidate reached, and which one won.

    Attributes:
        methods: The candidates.
        ends: Where each led, in the same order, all from the same starts.
        mean_loss: The mean loss of each over the replicas, NaN if one of them is not finite.
        winner: The place of the candidate with the lowest mean loss, the first of several.
    """

    methods: tuple[AbstractDynamics, ...]
    ends: tuple[Ends, ...]
    mean_loss: Float[Tensor, " K"]
    winner: int

    @property
    def best(self) -> AbstractDynamics:
        """The winning method."""
        return self.methods[self.winner]

    def __repr__(self) -> str:
        lines = [
            f"{'*' if k == self.winner else ' '} {float(loss):.6g}  {method}"
            for k, (method, loss) in enumerate(zip(self.methods, self.mean_loss, strict=True))
        ]
        return "\n".join(["Tuning(mean loss, method; * wins)", *lines])


def tune(
    surface: AbstractSurface,
    starts: Float[Tensor, "R P"],
    *,
    methods: Sequence[AbstractDynamics],
    generator: Generator,
    progress: Listener[Progress] | bool = False,
) -> Tuning:
    """Run every candidate from the same starts and pick the lowest mean loss.

    All candidates see the same random numbers: one seed is drawn from `generator`. The winner's
    own mean here is biased low, being the least of several: measure it again on other replicas.

    Args:
        surface: The surface.
        starts: The starts, the same for all.
        methods: The candidates; their budgets must agree within 2 %.
        generator: The source of the seed.
        progress: As in `run`, for each candidate in turn.

    Returns:
        All candidates with their results, and the winner.

    Raises:
        ValueError: If there is no candidate, or the budgets differ.

    Example:
        >>> import torch
        >>> from lossatlas import dynamics, surfaces
        >>> g = torch.Generator().manual_seed(0)
        >>> glass = surfaces.SpinGlass(order=3, size=10, generator=g)
        >>> methods = dynamics.annealing_schedules(glass, budget=150.0)
        >>> tuning = dynamics.tune(glass, glass.random_point(g, (8,)), methods=methods, generator=g)
        >>> len(tuning.ends), bool(tuning.mean_loss[tuning.winner] == tuning.mean_loss.min())
        (5, True)
    """
    _check(surface, methods)
    seed = int(torch.randint(2**62, (), generator=generator, device=generator.device))
    ends = tuple(
        run(
            surface,
            starts,
            method=method,
            generator=Generator(generator.device).manual_seed(seed),
            progress=progress,
        )
        for method in methods
    )
    mean_loss = torch.stack([end.loss.double().mean() for end in ends])
    ranked = torch.where(mean_loss.isfinite(), mean_loss, torch.inf)
    return Tuning(tuple(methods), ends, mean_loss, int(ranked.argmin()))


def _check(surface: AbstractSurface, methods: Sequence[AbstractDynamics]) -> None:
    budgets = [method.budget(surface) for method in methods]
    if not budgets or min(budgets) < (1 - _SLACK) * max(budgets):
        raise misuse(
            "methods",
            should=f"be at least one, with budgets within {_SLACK:.0%} of each other",
            got=f"budgets {', '.join(f'{budget:.1f}' for budget in budgets) or 'of nobody'}",
            remedy="`annealing_schedules` and its neighbours give five of a given budget.",
        )
