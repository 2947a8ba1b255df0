"""One step of an active-set Newton method for a batch of points, on the kinks of one hidden layer.

Pre-activations that are held stay at zero. The step is Newton's for the smooth loss on what is free;
where it would carry a pre-activation through zero it ends there, and holds it. A point that is at
rest lets go of the kink off which the loss falls fastest, to the side where it falls.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from lossatlas.surfaces import ActivationPatterns, Perceptron

from ._constrained import Constrained, constrained
from ._newton_step import newton_step

_AT_REST = 1e-8
# A step this short is rounding.
_SMALL = 4e-15
# A slope off a kink of less than this share of the change of slope may be zero.
LEVEL = 1e-10
_HALVINGS = 12


@final
@dataclass(frozen=True, eq=False)
class OnKinks:
    """A batch of points, each with its gates and what it holds.

    Attributes:
        points: The points.
        gates: phi' of the hidden layer, as below zero where it is held.
        held: Which pre-activations are held at zero.
    """

    points: Float[Tensor, "B P"]
    gates: Float[Tensor, "B d n"]
    held: Bool[Tensor, "B d n"]

    def part(self, rows: Tensor) -> "OnKinks":
        """Some of the points."""
        return OnKinks(self.points[rows], self.gates[rows], self.held[rows])

    def put(self, rows: Tensor, part: "OnKinks") -> None:
        """Replace some of the points."""
        self.points[rows] = part.points
        self.gates[rows] = part.gates
        self.held[rows] = part.held


def step_on_kinks(
    surface: Perceptron, here: OnKinks, below: float
) -> tuple[OnKinks, Bool[Tensor, " B"]]:
    """Each point after a step, and whether one was taken.

    Args:
        surface: The surface, of one hidden layer.
        here: The points.
        below: The activation's slope below zero.
    """
    w = here.points
    patterns = ActivationPatterns([here.gates], w.new_full((len(w),), torch.inf), here.held)
    found = constrained(surface, w, patterns)
    step = newton_step(found, w)
    at_rest = step.norm(dim=-1) <= _AT_REST * (1 + w.norm(dim=-1))
    frees = at_rest & (found.rise < -LEVEL)
    ahead, first = reach(surface, here, step + found.onto_kinks)
    moved, share = _moved(found, w, step, ahead)
    done = step.norm(dim=-1) <= _SMALL * (1 + w.norm(dim=-1))
    taken = ((share > 0) & ~done) | ((ahead == 0) & ~at_rest)
    hits = taken & ((share == ahead) | (ahead == 0)) & (ahead < 1) & ~frees
    points = torch.where((taken & ~frees)[:, None], moved, w)
    held, gates = here.held.clone(), here.gates.clone()
    _hold(held, gates, hits, first, below)
    _let_go(held, gates, frees, found, below)
    return OnKinks(points, gates, held), taken | frees


def reach(surface: Perceptron, here: OnKinks, step: Tensor) -> tuple[Tensor, Tensor]:
    """The share of the step up to the first kink, at most 1, and which kink that is."""
    X = surface.inputs
    if surface.biases:
        X = torch.cat([X, torch.ones_like(X[:, :1])], dim=1)
    z = surface.columns.split(here.points)[0] @ X.T
    ahead = surface.columns.split(here.points + step)[0] @ X.T
    side = torch.where(here.gates == 1, 1.0, -1.0)
    # A unit that reads nothing on a sample never crosses there.
    crosses = (side * ahead < 0) & ~here.held
    gap = torch.where(crosses, z - ahead, torch.ones_like(z))
    share = torch.where(crosses, (z / gap).clamp(min=0.0, max=1.0), torch.inf).flatten(1)
    least, first = share.min(dim=-1)
    return least.clamp(max=1.0), first


def _moved(found: Constrained, w: Tensor, step: Tensor, ahead: Tensor) -> tuple[Tensor, Tensor]:
    """The point after the largest share of the step that helps, and that share; 0 for none."""
    smooth = found.kinks.smooth
    loss, rest = smooth.loss(w), found.rest.norm(dim=-1)
    moved, share = w.clone(), torch.zeros_like(loss)
    waiting = torch.ones_like(loss, dtype=torch.bool)
    for k in range(_HALVINGS):
        if not bool(waiting.any()):
            break
        part = ahead / 2**k
        trial = w + part[:, None] * step + found.onto_kinks
        lower = smooth.loss(trial) < loss * (1 - 1e-13)
        calmer = _rest(found, smooth.gradient(trial)) < rest / (1 + part / 2)
        good = waiting & (lower | calmer) & (part > 0)
        moved = torch.where(good[:, None], trial, moved)
        share = torch.where(good, part, share)
        waiting = waiting & ~good
    return moved, share


def _rest(found: Constrained, g: Tensor) -> Tensor:
    free = g - (found.projector @ g[..., None])[..., 0]
    size: Tensor = free.norm(dim=-1)
    return size


def _hold(held: Tensor, gates: Tensor, hits: Tensor, first: Tensor, below: float) -> None:
    rows = hits.nonzero()[:, 0]
    n = held.shape[-1]
    held[rows, first[rows] // n, first[rows] % n] = True
    gates[rows, first[rows] // n, first[rows] % n] = below


def _let_go(held: Tensor, gates: Tensor, frees: Tensor, found: Constrained, below: float) -> None:
    rows = frees.nonzero()[:, 0]
    if not len(rows):
        return
    kinks, c = found.kinks, found.multipliers
    down, up = -c, c + kinks.jumps
    falls = torch.where(kinks.valid, torch.minimum(down, up), torch.inf)[rows]
    worst = falls.argmin(-1)
    unit, sample = kinks.units[rows, worst], kinks.samples[rows, worst]
    upwards = up[rows, worst] < down[rows, worst]
    held[rows, unit, sample] = False
    one = torch.ones_like(gates[rows, unit, sample])
    gates[rows, unit, sample] = torch.where(upwards, one, below * one)
