"""Adaptive descent never climbs, arrives with fewer evaluations, and is charged for all of them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Generator
from torch.testing import assert_close

from lossatlas.dynamics import AdaptiveDescent, GradientDescent, run
from lossatlas.surfaces import AbstractSurface, DeepLinear, SpinGlass

Seeded = Callable[[int], Generator]


@pytest.mark.parametrize("step", [1e-4, 0.1, 50.0])
def test_the_loss_never_rises_whatever_the_first_step(step: float, seeded: Seeded) -> None:
    glass = SpinGlass(3, 20, generator=seeded(0))
    starts = glass.random_point(seeded(1), (20,))
    method = AdaptiveDescent(step=step, max_steps=40, tolerance=0.0)
    losses = [run(glass, starts, method=replace(method, max_steps=t)).loss for t in range(40)]
    assert (torch.stack(losses).diff(dim=0) <= 1e-12).all()


def test_it_arrives_with_a_share_of_the_evaluations(seeded: Seeded) -> None:
    glass = SpinGlass(3, 40, generator=seeded(0))
    starts = glass.random_point(seeded(1), (30,))
    adaptive = run(glass, starts, method=AdaptiveDescent())
    plain = run(glass, starts, method=GradientDescent(step=0.1))
    assert adaptive.converged.all()
    assert (adaptive.gradient_norm <= 1e-4 * glass.gradient_scale(adaptive.points)).all()
    assert adaptive.evaluations.mean() < plain.evaluations.mean() / 2
    assert_close(adaptive.evaluations, adaptive.steps + 1.0, check_dtype=False)


def test_loss_and_gradient_apart_count_twice(bowl: AbstractSurface, seeded: Seeded) -> None:
    ends = run(bowl, bowl.random_point(seeded(0), (5,)), method=AdaptiveDescent(tolerance=1e-8))
    assert ends.converged.all()
    assert_close(ends.evaluations, 2 * (ends.steps + 1.0), check_dtype=False)
    assert (ends.loss < 1e-12).all()


def test_it_descends_on_flat_space_too(seeded: Seeded) -> None:
    X, Y = torch.eye(3).double(), torch.diag(torch.tensor([3.0, 2.0, 1.0])).double()
    surface = DeepLinear((3, 3, 3), inputs=X, targets=Y)
    starts = surface.random_point(seeded(0), (20,))
    ends = run(surface, starts, method=AdaptiveDescent(tolerance=1e-7))
    assert ends.converged.all()
    assert (ends.loss < 1e-8).all()


def test_single_precision_arrives_where_the_loss_resolves_nothing(seeded: Seeded) -> None:
    glass = SpinGlass(3, 30, generator=seeded(0), dtype=torch.float32)
    starts = glass.random_point(seeded(1), (20,))
    ends = run(glass, starts, method=AdaptiveDescent(tolerance=1e-5))
    assert ends.converged.all()


def test_what_is_not_finite_is_kept(bowl: AbstractSurface, seeded: Seeded) -> None:
    starts = bowl.random_point(seeded(0), (3,))
    starts[0, 1] = torch.inf
    ends = run(bowl, starts, method=AdaptiveDescent())
    assert ends.converged.tolist() == [False, True, True]
    assert torch.equal(ends.points[0], starts[0])
