"""Newton's method inside activation patterns and on their kinks, for a whole batch.

A step is -|H|^{-1} g across the flat directions (eigenvalues too small to be told from zero left
out), so that it goes down; it is halved until the loss or the gradient falls. It ends at the first kink and
goes on along it (`_step_on_kinks.py`), and kinks that are merely touched are left in the end
(`_step_off_kinks.py`).
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float, Int
from torch import Tensor

from lossatlas.surfaces import Perceptron

from ._on_kinks import OnKinks
from ._screen_minima import ON_KINK, check_batch, chunk
from ._step_off_kinks import step_off_kinks
from ._step_on_kinks import step_on_kinks

# Rounds of leaving kinks that are merely touched, and settling again.
_ROUNDS = 3


@final
@dataclass(frozen=True, eq=False)
class PolishedMinima:
    """Points after Newton's steps.

    Attributes:
        points: Where each ended.
        iterations: Steps taken.
        kinks: Pre-activations that are held at zero at the end.
        moved: The distance from where it began.
    """

    points: Float[Tensor, "B P"]
    iterations: Int[Tensor, " B"]
    kinks: Int[Tensor, " B"]
    moved: Float[Tensor, " B"]


def polish_minima(
    surface: Perceptron, points: Float[Tensor, "B P"], *, max_steps: int = 200
) -> PolishedMinima:
    """Newton's method for all points together, inside activation patterns and on their kinks.

    Searches by gradients creep towards kinks and along flat valleys; this goes to the minimum of
    where they are. The loss never rises but for rounding.

    Args:
        surface: The surface.
        points: The points, as searches left them.
        max_steps: Steps at most.

    Returns:
        The points, and on how many kinks each ended. A point that is not finite is left alone.

    Raises:
        ValueError: If the surface is no `Perceptron`, or the points are not a batch.

    Example:
        >>> import torch
        >>> from lossatlas import critical
        >>> from lossatlas.surfaces import Perceptron, ReLU, SquaredError
        >>> X, Y = torch.tensor([[1.0], [2.0]]).double(), torch.tensor([[1.0], [3.0]]).double()
        >>> surface = Perceptron((1, 1, 1), ReLU(), SquaredError(), X, Y)
        >>> found = critical.polish_minima(surface, torch.tensor([[1.0, 1.5]]).double())
        >>> surface.loss(found.points)
        tensor([0.1000], dtype=torch.float64)
    """
    check_batch(surface, points)
    state = OnKinks.at(surface, points, on_kink=ON_KINK)
    iterations = torch.zeros(len(points), dtype=torch.long, device=points.device)
    active = points.isfinite().all(-1).nonzero()[:, 0]
    for _ in range(_ROUNDS):
        _settle(state, active, iterations, max_steps)
        active = _leave(state, active)
    _settle(state, active, iterations, max_steps)
    moved = (state.points - points).norm(dim=-1)
    return PolishedMinima(state.points, iterations, state.held.flatten(1).sum(-1), moved)


def _settle(state: OnKinks, active: Tensor, iterations: Tensor, max_steps: int) -> None:
    """Steps along kinks until none is taken."""
    for _ in range(max_steps):
        if not len(active):
            break
        going = []
        for rows in active.split(chunk(state.surface)):
            after, taken = step_on_kinks(state.part(rows))
            state.put(rows, after)
            going.append(rows[taken])
        active = torch.cat(going)
        iterations[active] += 1


def _leave(state: OnKinks, active: Tensor) -> Tensor:
    """Take points off the kinks that they merely touch; which were."""
    going = []
    for rows in active.split(chunk(state.surface)):
        after, left = step_off_kinks(state.part(rows))
        state.put(rows, after)
        going.append(rows[left])
    return torch.cat(going) if going else active
