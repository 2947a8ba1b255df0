"""Steepest lines: integral curves of -g, or of g, followed until they settle at an extremum.

A line is followed by an adaptive Runge-Kutta pair, all lines of a batch at once, each with its own
step. It has settled where Newton's method takes over: the Hessian is definite, the Newton step is
short, and the next one is a tenth of it. What does not settle within the budget is lost, and says so.
"""

from dataclasses import dataclass, field
from typing import final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from lossatlas.errors import misuse
from lossatlas.surfaces import AbstractSurface

from ._dormand_prince import trial
from ._settle import settle
from ._size import sizes

_SAFETY, _SHRINK, _GROW = 0.9, 0.2, 4.0
_LOOK_EVERY = 4


@final
@dataclass(frozen=True)
class Flow:
    """How lines are followed.

    Args:
        tolerance: The error of a step, as a share of the point's size.
        longest: The longest step, as a share of the point's size.
        max_steps: Steps at most, those that were tried in vain among them.
        record: Whether the way is kept, or only its end.
    """

    tolerance: float = 1e-7
    longest: float = 0.1
    max_steps: int = 4000
    record: bool = False

    def __post_init__(self) -> None:
        for name in ("tolerance", "longest", "max_steps"):
            if not getattr(self, name) > 0:
                raise misuse(
                    name,
                    should="be positive",
                    got=getattr(self, name),
                    remedy="`Flow()` has values that suit float64.",
                )


@final
@dataclass(frozen=True, eq=False)
class Lines:
    """Where steepest lines led.

    Attributes:
        ends: The extremum that each line settled at; where a line is lost, its last point.
        settled: Whether it settled.
        loss: The loss at the ends.
        steps: The steps spent.
        paths: The way of each line from its start to its end; empty unless it was recorded.
    """

    ends: Float[Tensor, "B P"]
    settled: Bool[Tensor, " B"]
    loss: Float[Tensor, " B"]
    steps: Int[Tensor, " B"]
    paths: tuple[Float[Tensor, "_ P"], ...] = field(default=(), repr=False)

    def __len__(self) -> int:
        return len(self.settled)

    def __repr__(self) -> str:
        settled = int(self.settled.sum())
        return f"Lines({len(self)}: {settled} settled, {len(self) - settled} lost)"


def steepest_lines(
    surface: AbstractSurface,
    starts: Float[Tensor, "B P"],
    *,
    up: bool = False,
    flow: Flow | None = None,
) -> Lines:
    """Follow the lines of steepest descent, or ascent, from many points at once.

    Args:
        surface: The surface; Hessians are formed on the way.
        starts: The starts, none of them critical.
        up: Whether to follow g instead of -g.
        flow: How.

    Returns:
        The ends, each settled or lost.

    Raises:
        ValueError: If the starts are not a batch of points of the surface.

    Example:
        >>> import torch
        >>> from lossatlas import surfaces, topography
        >>> surface = surfaces.SpinGlass.from_couplings(torch.diag(torch.tensor([1.0, 2, 4])).double())
        >>> starts = surface.random_point(torch.Generator().manual_seed(0), (5,))
        >>> topography.steepest_lines(surface, starts)
        Lines(5: 5 settled, 0 lost)
    """
    _check(surface, starts)
    flow = flow or Flow()
    walk = _Walk(surface, starts, -1.0 if not up else 1.0, flow)
    for step in range(flow.max_steps):
        if not len(walk.active):
            break
        walk.advance()
        if step % _LOOK_EVERY == 0:
            walk.look()
    return walk.result()


class _Walk:
    """The lines on their way. `active` numbers those that have not settled."""

    def __init__(self, surface: AbstractSurface, starts: Tensor, sign: float, flow: Flow) -> None:
        self.surface, self.sign, self.flow = surface, sign, flow
        self.w = starts.clone()
        self.slope = self._slope(self.w)
        self.settled = torch.zeros(len(starts), dtype=torch.bool, device=starts.device)
        self.steps = torch.zeros(len(starts), dtype=torch.int64, device=starts.device)
        # The first step is too short rather than too long; steps grow fast.
        self.h = 1e-3 * sizes(surface, starts) / surface.gradient_scale(starts)
        finite = starts.isfinite().all(-1) & self.h.isfinite()
        self.active = finite.nonzero()[:, 0]
        self.paths = [[point] for point in self.w.clone()] if flow.record else []

    def _slope(self, x: Tensor) -> Tensor:
        here = self.surface.manifold.retract(x, torch.zeros_like(x))
        return self.sign * self.surface.gradient(here)

    def advance(self) -> None:
        """One step of every active line, taken where its error is small enough."""
        rows = self.active
        w, slope, h = self.w[rows], self.slope[rows], self.h[rows]
        size = sizes(self.surface, w)
        h = torch.minimum(h, self.flow.longest * size / slope.norm(dim=-1))
        tried = trial(self._slope, w, slope, h)
        error = tried.error / (self.flow.tolerance * size)
        taken = error <= 1
        kept = rows[taken]
        self.w[kept] = self.surface.manifold.retract(
            tried.points[taken], torch.zeros_like(tried.points[taken])
        )
        self.slope[kept] = tried.slope[taken]
        self.steps[rows] += 1
        factor = (_SAFETY * error.clamp(min=1e-10) ** (-1 / 5)).clamp(_SHRINK, _GROW)
        # A step that led to no number is tried again, much shorter.
        self.h[rows] = h * torch.where(error.isfinite(), factor, _SHRINK)
        if self.flow.record:
            for row in kept.tolist():
                self.paths[row].append(self.w[row].clone())

    def look(self) -> None:
        """Which lines have settled."""
        rows = self.active
        ends, settled = settle(self.surface, self.w[rows], self.sign)
        arrived = rows[settled]
        self.w[arrived] = ends[settled]
        self.settled[arrived] = True
        if self.flow.record:
            for row in arrived.tolist():
                self.paths[row].append(self.w[row].clone())
        self.active = rows[~settled & self.w[rows].isfinite().all(-1)]

    def result(self) -> Lines:
        paths = tuple(torch.stack(path) for path in self.paths)
        return Lines(self.w, self.settled, self.surface.loss(self.w), self.steps, paths)


def _check(surface: AbstractSurface, starts: Tensor) -> None:
    if starts.ndim != 2 or starts.shape[-1] != surface.dimension or starts.dtype != surface.dtype:
        raise misuse(
            "starts",
            should=f"be {surface.dtype} of the shape (B, {surface.dimension})",
            got=f"{starts.dtype} of shape {tuple(starts.shape)}",
            remedy="Stack the points as rows; one point needs a leading axis too.",
        )
