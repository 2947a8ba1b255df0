"""Descent whose step follows the curvature it meets, each replica with its own.

The trial step is that of Barzilai and Borwein 1988, <s, s> / <s, y> with s the last step and y the
change of the gradient, both carried along to where they are compared. It is taken if the loss falls
enough (Armijo's rule), else the replica stays and tries a shorter one. Each step asks once for the
loss and the gradient, taken or not, so that the batch never waits for one replica's line search.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas.surfaces import AbstractSurface, SpinGlass

from ._arrival import under_way
from ._history import Watch
from ._method import AbstractDynamics, Journey
from ._pack import Pack
from ._validate import check_count, check_nonnegative, check_positive

_SLOPE = 1e-4
_SHRINK = 0.3
_GROW = 10.0
_ROUNDINGS = 64


@final
@dataclass(frozen=True)
class AdaptiveDescent(AbstractDynamics):
    """Barzilai and Borwein's steps under Armijo's rule: fewer evaluations than a fixed step.

    The loss never rises beyond rounding. Its long steps leave the path of steepest descent, so
    ends can differ from those of small fixed steps. A step costs one evaluation where loss and
    gradient come from one contraction (spin glasses), two elsewhere.

    Args:
        step: The first trial step, above 0.
        tolerance: The share of the gradient's scale at which a replica stops; 0 for never.
        max_steps: Steps at most, those not taken included.

    Raises:
        ValueError: If a setting is out of its range.
    """

    step: float = 0.1
    tolerance: float = 1e-4
    max_steps: int = 2000

    def __post_init__(self) -> None:
        check_positive("step", self.step)
        check_nonnegative("tolerance", self.tolerance)
        check_count("max_steps", self.max_steps)

    @property
    def num_steps(self) -> int:
        return self.max_steps

    def budget(self, surface: AbstractSurface) -> float:
        return (self.max_steps + 1) * _cost(surface)

    def move(
        self,
        surface: AbstractSurface,
        starts: Float[Tensor, "R P"],
        generator: Generator | None,  # noqa: ARG002
        watch: Watch,
    ) -> Journey:
        pack = Pack(starts, surface.gradient_scale(starts))
        f, g = _look(surface, pack)
        length = torch.full_like(f, self.step)
        stay = pack.keep(under_way(surface, pack, g, self.tolerance))
        for _ in range(self.max_steps):
            f, g, length = f[stay], g[stay], length[stay]
            if not len(pack):
                break
            f, g, length = _advance(surface, pack, f, g, length)
            watch.step(pack.points, pack.w, pack.index)
            stay = pack.keep(under_way(surface, pack, g, self.tolerance))
        return pack.journey()


def _advance(
    surface: AbstractSurface, pack: Pack, f: Tensor, g: Tensor, length: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Try a step from every moving replica; take those that are good."""
    w = pack.w
    p = -length[:, None] * g
    pack.place(surface.manifold.retract(w, p))
    trial_f, trial_g = _look(surface, pack)
    good = _good(f, g, trial_f, trial_g, length)
    fresh = _barzilai_borwein(surface, w, pack.w, p, g, trial_g, length)
    pack.w = torch.where(good[:, None], pack.w, w)
    return (
        torch.where(good, trial_f, f),
        torch.where(good[:, None], trial_g, g),
        torch.where(good, fresh, _SHRINK * length),
    )


def _good(f: Tensor, g: Tensor, trial_f: Tensor, trial_g: Tensor, length: Tensor) -> Tensor:
    """Enough of a fall; or, where the loss cannot resolve one, a smaller gradient."""
    square, trial_square = g.square().sum(-1), trial_g.square().sum(-1)
    falls = trial_f <= f - _SLOPE * length * square
    rounding = _ROUNDINGS * torch.finfo(f.dtype).eps * f.abs()
    return falls | ((trial_f <= f + rounding) & (trial_square < square))


def _barzilai_borwein(
    surface: AbstractSurface,
    w: Tensor,
    to: Tensor,
    p: Tensor,
    g: Tensor,
    trial_g: Tensor,
    length: Tensor,
) -> Tensor:
    """The next trial step, at most ten times longer or shorter; longer where the slope bends down."""
    s = surface.manifold.transport(w, to, p)
    y = trial_g - surface.manifold.transport(w, to, g)
    bend = (s * y).sum(-1)
    fresh = torch.where(bend > 0, s.square().sum(-1) / bend, _GROW * length)
    return fresh.clamp(length / _GROW, length * _GROW)


def _look(surface: AbstractSurface, pack: Pack) -> tuple[Tensor, Tensor]:
    """Loss and gradient at the moving replicas, charged to them."""
    pack.spend(_cost(surface))
    w = pack.w
    if isinstance(surface, SpinGlass):
        G = surface.euclidean_gradient(w)
        return (w * G).sum(-1) / surface.order, surface.manifold.project(w, G)
    return surface.loss(w), surface.gradient(w)


def _cost(surface: AbstractSurface) -> float:
    return 1.0 if isinstance(surface, SpinGlass) else 2.0
