"""Off kinks that a point merely touches, for a batch: along a flat direction, to the side of no slope.

A descent along a valley of equal minima, or along weights that do not count, may end on a kink of which
one side has no slope. Let go of it, with the gates of that side, and go along the flat direction that
leaves it fastest, half of the way to the next kink at most: the point is then a minimum inside a
pattern, or on fewer kinks, if it was one at all.
"""

import torch
from torch import Tensor

from lossatlas.surfaces import pre_activation_slopes

from ._constrained import Constrained, across, constrained
from ._on_kinks import OnKinks
from ._step_on_kinks import LEVEL, reach

# How far a point goes at most, as a share of 1 + its norm.
_FAR = 0.03
_NULL = 1e-9
_LEAST = 1e-3


def step_off_kinks(here: OnKinks) -> tuple[OnKinks, Tensor]:
    """Each point after leaving the kinks that it touches, and whether it left any.

    Args:
        here: Points at rest.
    """
    found = constrained(here.surface, here.points, here.patterns)
    n = len(here.surface.inputs)
    left = torch.zeros(len(here.points), dtype=torch.bool, device=here.points.device)
    for place in range(found.kinks.valid.shape[1]):
        down, up = _touched(found, place)
        rows = (down | up).nonzero()[:, 0]
        if not len(rows):
            continue
        kink = found.kinks.units[rows, place] * n + found.kinks.samples[rows, place]
        # An earlier place may have moved the point: what it holds is held still.
        after, moved = _left(here.part(rows), kink, up[rows])
        here = OnKinks(here.surface, here.points.clone(), here.gates.clone(), here.held.clone())
        here.put(rows[moved], after.part(moved.nonzero()[:, 0]))
        left[rows] |= moved
    return here, left


def _touched(found: Constrained, place: int) -> tuple[Tensor, Tensor]:
    """Whether the kink at a place has no slope below, or none above it."""
    level = LEVEL * found.jumps.abs().amax(-1)
    jump, c = found.jumps[:, place], found.multipliers[:, place]
    turns = found.kinks.valid[:, place] & (jump > level)
    return turns & (c.abs() <= level), turns & ((c + jump).abs() <= level)


def _left(here: OnKinks, kink: Tensor, up: Tensor) -> tuple[OnKinks, Tensor]:
    rows = torch.arange(len(here.points), device=here.points.device)
    n = len(here.surface.inputs)
    unit, sample = (kink // n)[:, None], (kink % n)[:, None]
    normal = pre_activation_slopes(here.inside, here.points, unit, sample)[:, 0]
    after = here.letting_go(rows, kink, up)
    found = constrained(after.surface, after.points, after.patterns)
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
    share, _ = reach(after, lambda part: here.points + part[:, None] * step)
    moved = after.moved(here.points + (share / 2)[:, None] * step).settled()
    return moved, moves & (share > 0)
