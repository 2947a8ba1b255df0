"""Gradient descent goes down, stops where it should, and is charged for what it does."""

from collections.abc import Callable

import pytest
import torch
from torch import Generator
from torch.testing import assert_close

from lossatlas.dynamics import GradientDescent, run
from lossatlas.surfaces import AbstractSurface

Seeded = Callable[[int], Generator]


def test_a_step_is_the_formula(bowl: AbstractSurface, seeded: Seeded) -> None:
    starts = bowl.random_point(seeded(0), (5,))
    method = GradientDescent(step=0.1, decay=0.5, tolerance=0.0, max_steps=3)
    expected = starts
    for t in range(3):
        expected = expected - 0.1 / (1 + 0.5 * t) * bowl.gradient(expected)
    assert_close(run(bowl, starts, method=method).points, expected, atol=0, rtol=1e-15)


def test_what_arrives_is_within_the_tolerance_and_costs_no_more(
    bowl: AbstractSurface, seeded: Seeded
) -> None:
    starts = bowl.random_point(seeded(1), (50,)) * torch.logspace(-8, 0, 50)[:, None].double()
    ends = run(bowl, starts, method=GradientDescent(step=0.1, tolerance=1e-6, max_steps=10_000))
    assert ends.converged.all()
    assert (ends.gradient_norm <= 1e-6 * bowl.gradient_scale(starts)).all()
    assert_close(ends.evaluations, ends.steps + 1.0, check_dtype=False)
    assert (ends.steps[:5] == 0).all()
    assert ends.steps[-1] > 50
    assert torch.equal(ends.points[:5], starts[:5])


def test_packing_changes_nothing_but_rounding(bowl: AbstractSurface, seeded: Seeded) -> None:
    starts = bowl.random_point(seeded(2), (8,)) * torch.logspace(-6, 0, 8)[:, None].double()
    method = GradientDescent(step=0.05, tolerance=1e-4, max_steps=1000)
    together = run(bowl, starts, method=method)
    alone = [run(bowl, start[None], method=method) for start in starts]
    assert_close(together.points, torch.cat([ends.points for ends in alone]))
    assert torch.equal(together.steps, torch.cat([ends.steps for ends in alone]))


def test_steps_that_run_out_are_no_arrival(bowl: AbstractSurface, seeded: Seeded) -> None:
    starts = bowl.random_point(seeded(3), (4,))
    method = GradientDescent(step=0.01, tolerance=1e-9, max_steps=10)
    ends = run(bowl, starts, method=method)
    assert not ends.converged.any()
    assert (ends.steps == 10).all()
    assert (ends.evaluations == method.budget(bowl)).all()


def test_what_is_not_finite_is_kept_and_marked(bowl: AbstractSurface, seeded: Seeded) -> None:
    starts = bowl.random_point(seeded(4), (3,))
    starts[1, 0] = torch.nan
    ends = run(bowl, starts, method=GradientDescent(step=0.1, max_steps=2000))
    assert ends.converged.tolist() == [True, False, True]
    assert ends.points[1].isnan().tolist() == [True, False, False]
    assert int(ends.steps[1]) == 0


def test_a_step_too_long_diverges_and_says_so(bowl: AbstractSurface, seeded: Seeded) -> None:
    starts = bowl.random_point(seeded(5), (3,))
    ends = run(bowl, starts, method=GradientDescent(step=1.0, max_steps=2000))
    assert not ends.converged.any()
    assert (ends.loss > 1e300).all()


@pytest.mark.parametrize(
    "setting",
    [
        {"step": 0.0},
        {"step": float("nan")},
        {"decay": -1.0},
        {"tolerance": -1.0},
        {"max_steps": -1},
    ],
)
def test_settings_out_of_range_are_refused_by_name(setting: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=f"`{next(iter(setting))}` should"):
        GradientDescent(**setting)  # type: ignore[arg-type]
