"""Off kinks that a point merely touches, for a batch: along a flat direction, to the side of no slope.

A descent along a valley of equal minima, or along weights that do not count, may end on a kink of which
one side has no slope. Let go of it, with the gates of that side, and go along the flat direction that
leaves it fastest, half of the way to the next kink at most: the point is then a minimum inside a
pattern, or on fewer kinks, if it was one at all.
"""

import torch
from torch import Tensor

from lossatlas.surfaces import ActivationPatterns, Perceptron

from ._constrained import Constrained, across, constrained
from ._step_on_kinks import LEVEL, OnKinks, reach

# How far a point goes at most, as a share of 1 + its norm.
_FAR = 0.03
_NULL = 1e-9
_LEAST = 1e-3


def step_off_kinks(surface: Perceptron, here: OnKinks, below: float) -> tuple[OnKinks, Tensor]:
    """Each point after leaving the kinks that it touches, and whether it left any.

    Args:
        surface: The surface, of one hidden layer.
        here: Points at rest.
        below: The activation's slope below zero.
    """
    found = _constrained(surface, here)
    left = torch.zeros(len(here.points), dtype=torch.bool, device=here.points.device)
    for place in range(found.kinks.valid.shape[1]):
        down, up = _touched(found, place)
        rows = (down | up).nonzero()[:, 0]
        if not len(rows):
            continue
        unit, sample = found.kinks.units[rows, place], found.kinks.samples[rows, place]
        # An earlier place may have moved the point: what it holds is held still.
        after, moved = _left(surface, here.part(rows), unit, sample, up[rows], below)
        here = OnKinks(here.points.clone(), here.gates.clone(), here.held.clone())
        here.put(rows[moved], after.part(moved.nonzero()[:, 0]))
        left[rows] |= moved
    return here, left


def _constrained(surface: Perceptron, here: OnKinks) -> Constrained:
    infinite = here.points.new_full((len(here.points),), torch.inf)
    patterns = ActivationPatterns([here.gates], infinite, here.held)
    return constrained(surface, here.points, patterns)


def _touched(found: Constrained, place: int) -> tuple[Tensor, Tensor]:
    """Whether the kink at a place has no slope below, or none above it."""
    kinks = found.kinks
    level = LEVEL * kinks.jumps.abs().amax(-1)
    jump, c = kinks.jumps[:, place], found.multipliers[:, place]
    turns = kinks.valid[:, place] & (jump > level)
    return turns & (c.abs() <= level), turns & ((c + jump).abs() <= level)


def _left(
    surface: Perceptron, here: OnKinks, unit: Tensor, sample: Tensor, up: Tensor, below: float
) -> tuple[OnKinks, Tensor]:
    rows = torch.arange(len(here.points), device=here.points.device)
    normal = _normal(surface, unit, sample)
    held, gates = here.held.clone(), here.gates.clone()
    held[rows, unit, sample] = False
    one = torch.ones_like(gates[rows, unit, sample])
    gates[rows, unit, sample] = torch.where(up, one, below * one)
    after = OnKinks(here.points, gates, held)
    found = _constrained(surface, after)
    values, vectors = across(found, here.points)
    inside = torch.arange(values.shape[1], device=values.device) < found.free[:, None]
    largest = torch.where(inside, values.abs(), torch.zeros_like(values)).amax(-1, keepdim=True)
    null = (inside & (values.abs() <= _NULL * largest)).to(values.dtype)
    flat = vectors @ (null * (vectors.mT @ normal[..., None])[..., 0])[..., None]
    direction = flat[..., 0] + (found.flat.projector @ normal[..., None])[..., 0]
    size = direction.norm(dim=-1)
    moves = size > _LEAST * normal.norm(dim=-1)
    side = torch.where(up, 1.0, -1.0)[:, None]
    far = _FAR * (1 + here.points.norm(dim=-1, keepdim=True))
    step = side * far * direction / torch.where(moves, size, torch.ones_like(size))[:, None]
    share, _ = reach(surface, after, step)
    moved = here.points + (share / 2)[:, None] * step
    return OnKinks(moved, gates, held), moves & (share > 0)


def _normal(surface: Perceptron, unit: Tensor, sample: Tensor) -> Tensor:
    """The gradient of one pre-activation of each point."""
    X = surface.inputs
    X = torch.cat([X, torch.ones_like(X[:, :1])], dim=1) if surface.biases else X
    own = torch.nn.functional.one_hot(unit, surface.widths[1]).to(X.dtype)
    first = (own[:, :, None] * X[sample][:, None, :]).flatten(1)
    rest = first.new_zeros(len(first), surface.dimension - first.shape[1])
    whole = torch.cat([first, rest], dim=1)
    back = surface.columns.back
    return whole if back is None else whole[:, back]
