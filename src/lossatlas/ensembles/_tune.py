"""The best of some learners at equal budgets, chosen on networks set aside for that."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import torch
from jaxtyping import Float, UInt64
from numpy import ndarray
from torch import Tensor

from lossatlas._progress import Listener
from lossatlas.errors import misuse
from lossatlas.surfaces import Perceptron

from ._choose_engine import Engine
from ._history import Progress
from ._learner import AbstractLearner
from ._train import train
from ._trained import Trained

_SLACK = 0.02


@final
@dataclass(frozen=True, eq=False, repr=False)
class Tuning:
    """What every candidate reached, and which one won.

    Attributes:
        methods: The candidates.
        trained: What each made of the same networks, in the same order.
        mean_loss: The mean final training loss of each, NaN if one of its networks is not finite.
        winner: The place of the candidate with the lowest mean loss, the first of several.
    """

    methods: tuple[AbstractLearner[Any], ...]
    trained: tuple[Trained, ...]
    mean_loss: Float[Tensor, " K"]
    winner: int

    @property
    def best(self) -> AbstractLearner[Any]:
        """The winning learner."""
        return self.methods[self.winner]

    def __repr__(self) -> str:
        lines = [
            f"{'*' if k == self.winner else ' '} {float(loss):.6g}  {method}"
            for k, (method, loss) in enumerate(zip(self.methods, self.mean_loss, strict=True))
        ]
        return "\n".join(["Tuning(mean loss, method; * wins)", *lines])


def tune(
    surface: Perceptron,
    starts: Float[Tensor, "M P"],
    *,
    seeds: Sequence[int] | UInt64[ndarray, " M"],
    methods: Sequence[AbstractLearner[Any]],
    engine: Engine = "auto",
    progress: Listener[Progress] | bool = False,
) -> Tuning:
    """Train the same networks by every candidate and pick the lowest mean training loss.

    All candidates begin at the same starts with the same seeds. The winner's own mean here is biased
    low, being the least of several: measure it again on other networks.

    Args:
        surface: The training loss.
        starts: The networks to begin with.
        seeds: A seed a network.
        methods: The candidates; their evaluations must agree within 2 %, or within one.
        engine: As in `train`.
        progress: As in `train`, for each candidate in turn.

    Returns:
        All candidates with their results, and the winner.

    Raises:
        ValueError: If there is no candidate, or the budgets differ.

    Example:
        >>> import torch
        >>> from lossatlas import ensembles, surfaces
        >>> X, Y = torch.eye(4), torch.tensor([0, 1, 1, 0])
        >>> surface = surfaces.Perceptron(
        ...     (4, 3, 2), surfaces.Tanh(), surfaces.CrossEntropy(), X, Y, reduction="mean"
        ... )
        >>> starts = ensembles.draw_starts(surface, range(6), law=ensembles.UniformCube(1.0))
        >>> methods = ensembles.annealing_schedules(surface, evaluations=100.0)
        >>> tuning = ensembles.tune(surface, starts, seeds=range(6), methods=methods)
        >>> len(tuning.trained), bool(tuning.mean_loss[tuning.winner] == tuning.mean_loss.min())
        (5, True)
    """
    _check(surface, methods)
    trained = tuple(
        train(
            surface,
            starts,
            seeds=seeds,
            method=method,
            engine=engine,
            num_records=2,
            progress=progress,
        )
        for method in methods
    )
    mean_loss = torch.stack([ends.loss.double().mean() for ends in trained])
    ranked = torch.where(mean_loss.isfinite(), mean_loss, torch.inf)
    return Tuning(tuple(methods), trained, mean_loss, int(ranked.argmin()))


def _check(surface: Perceptron, methods: Sequence[AbstractLearner[Any]]) -> None:
    spent = [method.num_epochs * method.evaluations_per_epoch(surface) for method in methods]
    if not spent or max(spent) - min(spent) > max(_SLACK * max(spent), 1.0):
        raise misuse(
            "methods",
            should=f"be at least one, with evaluations within {_SLACK:.0%} or one of each other",
            got=f"evaluations {', '.join(f'{each:.1f}' for each in spent) or 'of nobody'}",
            remedy="`annealing_schedules` gives five of one budget.",
        )
