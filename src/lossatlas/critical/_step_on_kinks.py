"""One step of an active-set Newton method for a batch of points, inside patterns and on their kinks.

Pre-activations that are held stay at zero. The step is Newton's for the smooth loss on what is free;
where it would carry a pre-activation through zero it ends there, and holds it. A point that is at
rest lets go of the kink off which the loss falls fastest, to the side where it falls.
"""

from collections.abc import Callable

import torch
from jaxtyping import Bool
from torch import Tensor

from ._constrained import Constrained, constrained
from ._newton_step import newton_step
from ._on_kinks import OnKinks

_AT_REST = 1e-8
# A step this short is rounding.
_SMALL = 4e-15
# A slope off a kink of less than this share of the change of slope may be zero.
LEVEL = 1e-10
_HALVINGS = 12
# Pre-activations of deeper layers are curved along a step: halvings and secants, in turn, to where one
# vanishes, and steps back onto the held kinks.
_ROOT_STEPS = 16
_ONTO_KINKS = 3


def step_on_kinks(here: OnKinks) -> tuple[OnKinks, Bool[Tensor, " B"]]:
    """Each point after a step, and whether one was taken.

    Args:
        here: The points.
    """
    w = here.points
    found = constrained(here.surface, w, here.patterns)
    step = newton_step(found, w)
    at_rest = step.norm(dim=-1) <= _AT_REST * (1 + w.norm(dim=-1))
    frees = at_rest & (found.rise < -LEVEL)

    def path(share: Tensor) -> Tensor:
        return _onto_kinks(found, w + share[:, None] * step)

    ahead, first = reach(here, path)
    moved, share = _moved(found, w, path, ahead)
    done = step.norm(dim=-1) <= _SMALL * (1 + w.norm(dim=-1))
    taken = ((share > 0) & ~done) | ((ahead == 0) & ~at_rest)
    hits = taken & ((share == ahead) | (ahead == 0)) & (ahead < 1) & ~frees
    after = here.moved(torch.where((taken & ~frees)[:, None], moved, w)).settled()
    rows = hits.nonzero()[:, 0]
    if len(rows):
        after = after.holding(rows, first[rows])
    rows = frees.nonzero()[:, 0]
    if len(rows):
        after = after.letting_go(rows, *_falling(found, rows))
    return after, taken | frees


def reach(here: OnKinks, path: Callable[[Tensor], Tensor]) -> tuple[Tensor, Tensor]:
    """The share of a path up to the first kink, at most 1, and which kink that is.

    Args:
        here: Where it begins.
        path: From shares (B,) to points.

    Returns:
        The shares, and the kinks: the unit times the samples plus the sample.
    """
    low = torch.zeros_like(here.points[:, 0])
    if not here.has_kinks:
        return low + 1, torch.zeros_like(low, dtype=torch.long)
    side = torch.where(here.gates == 1, 1.0, -1.0)
    inside, high = here.inside, torch.ones_like(low)
    z_low, z_high = inside.pre_activations(here.points), inside.pre_activations(path(high))
    found = _crossings(here, side, low, high, z_low, z_high)
    for k in range(_ROOT_STEPS if len(here.surface.widths) > 3 else 0):
        share = found.amin(-1) if k % 2 else (low + high) / 2
        middle = torch.where(found.amin(-1).isfinite(), share, high)
        if not bool((middle < high).any()):
            break
        z = inside.pre_activations(path(middle))
        beyond = ((side * z < 0) & ~here.held).flatten(1).any(1)
        high = torch.where(beyond, middle, high)
        low = torch.where(beyond, low, middle)
        z_high = torch.where(beyond[:, None, None], z, z_high)
        z_low = torch.where(beyond[:, None, None], z_low, z)
        found = _crossings(here, side, low, high, z_low, z_high)
    return found.amin(-1).clamp(max=1.0), _cause(here, found)


def _cause(here: OnKinks, found: Tensor) -> Tensor:
    """The kink met first, and of those met together on its sample that of the earliest layer.

    Where a unit is all that the next layer reads, they all vanish with it.
    """
    n, widths = here.gates.shape[-1], here.surface.widths[1:-1]
    layers = torch.arange(len(widths), device=found.device)
    layer = layers.repeat_interleave(torch.tensor(widths, device=found.device))
    sample = found.argmin(-1) % n
    shares = found.unflatten(-1, (sum(widths), n))
    own = shares.gather(-1, sample[:, None, None].expand(-1, sum(widths), 1))[..., 0]
    # Shares are at most 1: a later layer comes after all of an earlier one.
    kink: Tensor = (own + 2 * layer).argmin(-1) * n + sample
    return kink


def _crossings(
    here: OnKinks, side: Tensor, low: Tensor, high: Tensor, z_low: Tensor, z_high: Tensor
) -> Tensor:
    """Where between two shares each pre-activation vanishes, by the secant; infinite for nowhere."""
    # A unit that reads nothing on a sample never crosses there.
    crosses = (side * z_high < 0) & ~here.held
    gap = torch.where(crosses, z_low - z_high, torch.ones_like(z_low))
    part = (z_low / gap).clamp(min=0.0, max=1.0)
    share = low[:, None, None] + (high - low)[:, None, None] * part
    return torch.where(crosses, share, torch.inf).flatten(1)


def _moved(
    found: Constrained, w: Tensor, path: Callable[[Tensor], Tensor], ahead: Tensor
) -> tuple[Tensor, Tensor]:
    """The point after the largest share of the path that helps, and that share; 0 for none."""
    smooth = found.kinks.smooth
    loss, rest = smooth.loss(w), found.rest.norm(dim=-1)
    moved, share = w.clone(), torch.zeros_like(loss)
    waiting = torch.ones_like(loss, dtype=torch.bool)
    for k in range(_HALVINGS):
        if not bool(waiting.any()):
            break
        part = ahead / 2**k
        trial = path(part)
        after = smooth.loss(trial)
        calmer = found.gradient(trial).norm(dim=-1) < rest / (1 + part / 2)
        good = (after < loss * (1 - 1e-13)) | (calmer & (after <= loss * (1 + 1e-13) + 1e-30))
        good &= waiting & (part > 0)
        moved = torch.where(good[:, None], trial, moved)
        share = torch.where(good, part, share)
        waiting = waiting & ~good
    return moved, share


def _onto_kinks(found: Constrained, w: Tensor) -> Tensor:
    kinks = found.kinks
    if not kinks.valid.shape[1]:
        return w
    for _ in range(_ONTO_KINKS if len(kinks.smooth.surface.widths) > 3 else 1):
        w = w + found.onto_kinks(kinks.at(w))
    return w


def _falling(found: Constrained, rows: Tensor) -> tuple[Tensor, Tensor]:
    """Off which kink the loss falls fastest, and whether upwards."""
    kinks, c = found.kinks, found.multipliers
    down, up = -c, c + found.jumps
    falls = torch.where(kinks.valid, torch.minimum(down, up), torch.inf)[rows]
    worst = falls.argmin(-1)
    n = len(kinks.smooth.surface.inputs)
    places = kinks.units[rows, worst] * n + kinks.samples[rows, worst]
    return places, up[rows, worst] < down[rows, worst]
