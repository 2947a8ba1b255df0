"""Newton's method inside activation patterns, for a whole batch.

A step is -|H|^{-1} g across the flat directions (eigenvalues too small to be told from zero left
out), so that it goes down; it is halved until the loss or the gradient falls and the pattern is
kept. A pattern whose own critical point lies beyond a kink stops there, and the answer says so.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from lossatlas.surfaces import (
    ActivationPatterns,
    Perceptron,
    activation_patterns,
    flat_directions,
)

from ._screen_minima import across, check_batch, chunk

_CUT = 1e-10
_HALVINGS = 12
_SMALL = 1e-15


@final
@dataclass(frozen=True, eq=False)
class PolishedMinima:
    """Points after Newton's steps inside their activation patterns.

    Attributes:
        points: Where each ended.
        iterations: Steps taken.
        left_pattern: Whether the next step would leave the activation pattern: the pattern's own
            critical point lies outside, and the point is none.
        moved: The distance from where it began.
    """

    points: Float[Tensor, "B P"]
    iterations: Int[Tensor, " B"]
    left_pattern: Bool[Tensor, " B"]
    moved: Float[Tensor, " B"]


def polish_minima(
    surface: Perceptron, points: Float[Tensor, "B P"], *, max_steps: int = 50
) -> PolishedMinima:
    """Newton's method for all points together, each inside its activation pattern.

    Args:
        surface: The surface.
        points: The points, as searches left them.
        max_steps: Steps at most.

    Returns:
        The points, and which of them would have left their pattern. A point that is not finite is
        left alone.

    Raises:
        ValueError: If the surface is no `Perceptron`, or the points are not a batch.
    """
    check_batch(surface, points)
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
    return PolishedMinima(w, iterations, left, (w - points).norm(dim=-1))


def _stepped(surface: Perceptron, w: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The point after a step, whether one was taken, and whether the full one leaves the pattern."""
    g, loss, here = surface.gradient(w), surface.loss(w), activation_patterns(surface, w)
    step = _step(surface, w, g)
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


def _step(surface: Perceptron, w: Tensor, g: Tensor) -> Tensor:
    flat = flat_directions(surface, w)
    values, vectors = across(surface, w, flat)
    left = w.shape[-1] - flat.inert - flat.symmetry
    inside = torch.arange(w.shape[-1], device=w.device) < left[:, None]
    sizes = torch.where(inside, values.abs(), torch.zeros_like(values))
    used = sizes > _CUT * sizes.amax(-1, keepdim=True)
    parts = (vectors.mT @ g[..., None])[..., 0]
    quotient = parts / torch.where(used, sizes, torch.ones_like(sizes)) * used
    step: Tensor = -(vectors @ quotient[..., None])[..., 0]
    return step


def _part(pattern: ActivationPatterns, rows: Tensor) -> ActivationPatterns:
    return ActivationPatterns([g[rows] for g in pattern.gates], pattern.margin[rows])
