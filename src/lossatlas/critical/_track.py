"""Paths of solutions followed from t = 0 to t = 1, all of them together, each with its own step.

The predictor is the cubic through the last two points and tangents; two Newton steps correct it. A
step is taken when the second correction is small and much smaller than the first, as it is near a
solution; the size of the first is the predictor's error, and sets the next step (Deuflhard 2011).
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Complex, Float, Int
from torch import Tensor

from ._tensor_system import Paths, TensorSystem

_NEAR_END = 1 - 1e-6


@final
@dataclass(frozen=True)
class Tracking:
    """How carefully paths are followed.

    Attributes:
        tolerance: The predictor's error that a step aims at, relative to the point.
        contraction: The largest ratio of the second correction to the first.
        first_step: The first step in t.
        least_step: A path that needs a smaller step is given up. So close to t = 1 its last point
            is returned all the same: near a double solution Newton's method may do the rest.
        max_rounds: The steps, failed ones included, after which every path ends.
    """

    tolerance: float = 0.03
    contraction: float = 0.1
    first_step: float = 0.02
    least_step: float = 1e-14
    max_rounds: int = 2000


@final
@dataclass(eq=False)
class _State:
    """The paths under way; every tensor begins with the axes of instances and paths."""

    number: Int[Tensor, "D K"]  # the path's place among the starts
    t: Float[Tensor, "D K"]
    step: Float[Tensor, "D K"]
    y: Complex[Tensor, "D K N"]
    slope: Complex[Tensor, "D K N"]
    last_step: Float[Tensor, "D K"]  # 0 where there is no earlier point
    last_y: Complex[Tensor, "D K N"]
    last_slope: Complex[Tensor, "D K N"]
    active: Bool[Tensor, "D K"]

    def only(self, instances: Tensor, paths: Tensor) -> "_State":
        """Some instances, and of each of them some of its paths."""
        return _State(
            **{name: part[instances[:, None], paths] for name, part in vars(self).items()}
        )


def track(
    system: TensorSystem, starts: Complex[Tensor, "D K N"], tracking: Tracking
) -> Complex[Tensor, "D K N"]:
    """Follow every start to t = 1; NaN for a path that was given up."""
    ends = torch.full_like(starts, torch.nan)
    here = torch.arange(len(starts))
    state = _begin(system, starts, tracking)
    for _ in range(tracking.max_rounds):
        _advance(system, state, tracking)
        lost = state.step < tracking.least_step
        done = (state.t >= 1) | (lost & (state.t > _NEAR_END))
        rows, columns = (done & state.active).nonzero(as_tuple=True)
        ends[here[rows], state.number[rows, columns]] = state.y[rows, columns]
        state.active &= ~(done | lost)
        counts = state.active.sum(1)
        if not counts.any():
            break
        if int((counts > 0).sum()) * int(counts.max()) <= 0.8 * state.t.numel():
            instances = counts.nonzero()[:, 0]
            order = (
                state.active[instances].to(torch.int8).argsort(dim=1, descending=True, stable=True)
            )
            state = state.only(instances, order[:, : int(counts.max())])
            system, here = system.only(instances), here[instances]
    return ends


def _begin(system: TensorSystem, starts: Paths, tracking: Tracking) -> _State:
    D, K, _ = starts.shape
    zero = torch.zeros(D, K, dtype=torch.float64)
    _, F_t, J = system.equations(starts, zero)
    slope = -_solve(J, F_t[..., None])[..., 0]
    return _State(
        number=torch.arange(K).expand(D, K),
        t=zero.clone(),
        step=torch.full_like(zero, tracking.first_step),
        y=starts.clone(),
        slope=slope,
        last_step=zero.clone(),
        last_y=starts.clone(),
        last_slope=slope.clone(),
        active=torch.ones(D, K, dtype=torch.bool),
    )


def _advance(system: TensorSystem, state: _State, tracking: Tracking) -> None:
    """One attempt at a step for every path; those that end it take their new place."""
    t = torch.minimum(state.t + state.step, torch.ones_like(state.t))
    taken = t - state.t
    z = _predict(state, taken)
    F, _, J = system.equations(z, t)
    first = _solve(J, F[..., None])[..., 0]
    z = z - first
    F, F_t, J = system.equations(z, t)
    both = _solve(J, torch.stack([F, F_t], -1))
    second, slope = both[..., 0], -both[..., 1]
    z = z - second
    size = _size(z)
    error, rest = _size(first) / size, _size(second) / size
    good = (error <= 4 * tracking.tolerance) & (rest <= tracking.contraction * error + 1e-12)
    good &= state.active
    factor = (tracking.tolerance / error.clamp(min=1e-12)) ** 0.25
    factor = torch.where(good, (0.9 * factor).clamp(0.3, 2.5), 0.4)
    for name, new in (("last_y", state.y), ("last_slope", state.slope), ("y", z), ("slope", slope)):
        setattr(state, name, torch.where(good[..., None], new, getattr(state, name)))
    state.last_step = torch.where(good, taken, state.last_step)
    state.t = torch.where(good, t, state.t)
    state.step = torch.where(good, taken, state.step) * factor


def _predict(state: _State, taken: Tensor) -> Paths:
    """The cubic through two points and slopes, continued; the tangent where there is one point."""
    old = state.last_step > 0
    back = torch.where(old, state.last_step, 1.0)
    x = (taken / back)[..., None]
    y, slope, h = state.y, state.slope, back[..., None]
    # In the basis of the newer point: y + s x + x^2 (a + b x), with x = -1 at the older one.
    s, s_old = slope * h, state.last_slope * h
    gap = state.last_y - y + s  # a - b
    bend = s - s_old  # -(-2 a + 3 b) = 2 a - 3 b
    a = 3 * gap - bend
    b = 2 * gap - bend
    return y + s * x + torch.where(old[..., None], x * x * (a + b * x), 0.0)


def _solve(J: Tensor, right: Tensor) -> Tensor:
    solution, info = torch.linalg.solve_ex(J, right)
    return torch.where((info == 0)[..., None, None], solution, torch.nan)


def _size(v: Tensor) -> Tensor:
    return v.abs().amax(-1)
