"""Newton's method inside activation patterns and on their kinks, for a whole batch.

A step is -|H|^{-1} g across the flat directions (eigenvalues too small to be told from zero left
out), so that it goes down; it is halved until the loss or the gradient falls. With one hidden layer a
step ends at the first kink and goes on along it (`_step_on_kinks.py`), and kinks that are merely
touched are left in the end (`_step_off_kinks.py`); in deeper networks a point
whose pattern has its own critical point beyond a kink stops there, and the answer says so.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from lossatlas.surfaces import ActivationPatterns, Perceptron, activation_patterns, slope_below

from ._constrained import constrained
from ._newton_step import newton_step
from ._screen_minima import ON_KINK, check_batch, chunk
from ._step_off_kinks import step_off_kinks
from ._step_on_kinks import OnKinks, step_on_kinks

_HALVINGS = 12
_SMALL = 1e-15
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
        left_pattern: Whether the next step would leave the activation pattern, of a network of more
            than one hidden layer: the pattern's own critical point lies outside, and the point is
            none.
        moved: The distance from where it began.
    """

    points: Float[Tensor, "B P"]
    iterations: Int[Tensor, " B"]
    kinks: Int[Tensor, " B"]
    left_pattern: Bool[Tensor, " B"]
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
        The points, on how many kinks each ended, and which would have left their pattern. A point
        that is not finite is left alone.

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
    below = slope_below(surface.activation)
    if below is None or below == 1 or len(surface.widths) != 3:
        return _inside_patterns(surface, points, max_steps)
    return _on_kinks(surface, points, below, max_steps)


def _on_kinks(surface: Perceptron, points: Tensor, below: float, max_steps: int) -> PolishedMinima:
    patterns = activation_patterns(surface, points, on_kink=ON_KINK)
    held = patterns.held
    assert held is not None
    state = OnKinks(points.clone(), patterns.gates[0].clone(), held.clone())
    iterations = torch.zeros(len(points), dtype=torch.long, device=points.device)
    active = points.isfinite().all(-1).nonzero()[:, 0]
    for _ in range(_ROUNDS):
        _settle(surface, state, active, iterations, below, max_steps)
        active = _leave(surface, state, active, below)
    _settle(surface, state, active, iterations, below, max_steps)
    moved = (state.points - points).norm(dim=-1)
    none = torch.zeros(len(points), dtype=torch.bool, device=points.device)
    return PolishedMinima(state.points, iterations, state.held.flatten(1).sum(-1), none, moved)


def _settle(
    surface: Perceptron,
    state: OnKinks,
    active: Tensor,
    iterations: Tensor,
    below: float,
    max_steps: int,
) -> None:
    """Steps along kinks until none is taken."""
    for _ in range(max_steps):
        if not len(active):
            break
        going = []
        for rows in active.split(chunk(surface)):
            after, taken = step_on_kinks(surface, state.part(rows), below)
            state.put(rows, after)
            going.append(rows[taken])
        active = torch.cat(going)
        iterations[active] += 1


def _leave(surface: Perceptron, state: OnKinks, active: Tensor, below: float) -> Tensor:
    """Take points off the kinks that they merely touch; which were."""
    going = []
    for rows in active.split(chunk(surface)):
        after, left = step_off_kinks(surface, state.part(rows), below)
        state.put(rows, after)
        going.append(rows[left])
    return torch.cat(going) if going else active


def _inside_patterns(surface: Perceptron, points: Tensor, max_steps: int) -> PolishedMinima:
    w = points.clone()
    iterations = torch.zeros(len(w), dtype=torch.long, device=w.device)
    left = torch.zeros(len(w), dtype=torch.bool, device=w.device)
    active = w.isfinite().all(-1).nonzero()[:, 0]
    for _ in range(max_steps):
        if not len(active):
            break
        pieces = [_stepped(surface, w[part]) for part in active.split(chunk(surface))]
        trial, taken, kinked = (torch.cat(column) for column in zip(*pieces, strict=True))
        w[active] = trial
        iterations[active] += taken.long()
        left[active] = kinked & ~taken
        active = active[taken]
    return PolishedMinima(
        w, iterations, torch.zeros_like(iterations), left, (w - points).norm(dim=-1)
    )


def _stepped(surface: Perceptron, w: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The point after a step, whether one was taken, and whether the full one leaves the pattern."""
    g, loss, here = surface.gradient(w), surface.loss(w), activation_patterns(surface, w)
    step = newton_step(constrained(surface, w, here), w)
    size = g.norm(dim=-1)
    trial, taken = w.clone(), torch.zeros(len(w), dtype=torch.bool, device=w.device)
    waiting = step.norm(dim=-1) > _SMALL * (1 + w.norm(dim=-1))
    leaves = waiting & ~activation_patterns(surface, w + step).same_as(here)
    for k in range(_HALVINGS):
        rows = waiting.nonzero()[:, 0]
        if not len(rows):
            break
        ahead = w[rows] + step[rows] / 2**k
        kept = activation_patterns(surface, ahead).same_as(_part(here, rows))
        falls = surface.gradient(ahead).norm(dim=-1) < size[rows] / (1 + 2.0 ** -(k + 1))
        lower = surface.loss(ahead) < loss[rows] * (1 - 1e-12)
        good = kept & (falls | lower)
        trial[rows[good]] = ahead[good]
        taken[rows[good]] = True
        waiting[rows[good]] = False
    return trial, taken, leaves


def _part(pattern: ActivationPatterns, rows: Tensor) -> ActivationPatterns:
    return ActivationPatterns([g[rows] for g in pattern.gates], pattern.margin[rows])
