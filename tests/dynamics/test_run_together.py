"""Several surfaces in one call: the same law on each, and refusals of what cannot be one block."""

from collections.abc import Callable

import pytest
import torch
from torch import Generator
from torch.testing import assert_close

from lossatlas.dynamics import (
    Annealing,
    Constant,
    Geometric,
    GradientDescent,
    Langevin,
    Progress,
    annealing_schedules,
    run,
    run_together,
)
from lossatlas.surfaces import AbstractSurface, SpinGlass

from ._gibbs import standard_errors_off

Seeded = Callable[[int], Generator]


def _glasses(count: int, size: int, g: Generator, order: int = 3) -> list[SpinGlass]:
    return [SpinGlass(order, size, generator=g) for _ in range(count)]


@pytest.mark.parametrize(("order", "size"), [(2, 3), (3, 2), (4, 3)])
def test_each_glass_follows_its_own_gibbs_law(order: int, size: int, seeded: Seeded) -> None:
    g = seeded(order + size)
    glasses = _glasses(3, size, g, order)
    starts = glasses[0].random_point(g, (3, 2500))
    method = Annealing(cooling=Constant(1.0), sweeps=150, width=1.5, target=None, closing=None)
    together = run_together(glasses, starts, method=method, generator=g)
    for glass, ends in zip(glasses, together, strict=True):
        assert max(standard_errors_off(glass, 1.0, ends.loss)) < 4
        assert_close(glass.loss(ends.points), ends.loss)


def test_one_glass_together_is_the_glass_alone(seeded: Seeded) -> None:
    glass = SpinGlass(3, 12, generator=seeded(0))
    starts = glass.random_point(seeded(1), (6,))
    method = Annealing(sweeps=60)
    alone = run(glass, starts, method=method, generator=seeded(2))
    (together,) = run_together([glass], starts[None], method=method, generator=seeded(2))
    assert torch.equal(alone.points, together.points)
    assert alone.details == together.details


def test_books_are_kept_for_each_glass(seeded: Seeded) -> None:
    g = seeded(0)
    glasses = _glasses(4, 10, g)
    starts = glasses[0].random_point(g, (4, 5))
    starts[2, 3] = torch.nan
    method = Annealing(cooling=Geometric(1.0, 0.05), sweeps=40, refresh=20, closing=None)
    heard: list[Progress] = []
    together = run_together(glasses, starts, method=method, generator=g, progress=heard.append)
    assert len(heard) == 40
    assert len({ends.details["last_width"] for ends in together}) == 4
    for ends, own in zip(together, starts, strict=True):
        finite = own.isfinite().all(-1)
        assert_close(ends.evaluations, finite * 42.0, check_dtype=False)
        assert_close(
            ends.points[finite].norm(dim=-1).square(), torch.full((5,), 10.0).double()[finite]
        )
        assert 0.2 < ends.details["acceptance"] < 0.7
        assert torch.equal(ends.points[~finite].isnan(), own[~finite].isnan())


def test_other_methods_go_one_after_another(seeded: Seeded) -> None:
    glasses = _glasses(2, 8, seeded(0))
    starts = glasses[0].random_point(seeded(1), (2, 4))
    for method in (GradientDescent(max_steps=20), Langevin(max_steps=20, closing=None)):
        g, again = seeded(2), seeded(2)
        together = run_together(glasses, starts, method=method, generator=g)
        for glass, own, ends in zip(glasses, starts, together, strict=True):
            alone = run(glass, own, method=method, generator=again)
            assert torch.equal(ends.points, alone.points)


def test_what_is_no_block_is_refused(bowl: AbstractSurface, seeded: Seeded) -> None:
    g = seeded(0)
    small, large = SpinGlass(2, 4, generator=g), SpinGlass(3, 4, generator=g)
    starts = small.random_point(g, (2, 3))
    with pytest.raises(ValueError, match="`surface` should be a SpinGlass, several of one order"):
        run_together([small, large], starts, method=Annealing(), generator=g)
    with pytest.raises(ValueError, match="`starts` should be a block"):
        run_together([small], starts, method=Annealing(), generator=g)
    with pytest.raises(ValueError, match="`starts` should be a block"):
        run_together([], starts, method=Annealing(), generator=g)
    with pytest.raises(ValueError, match="`surface` should be a SpinGlass"):
        run_together([bowl], bowl.random_point(g, (1, 2)), method=Annealing(), generator=g)


@pytest.mark.slow
def test_slow_annealing_goes_lower_than_descent_on_the_same_glasses(seeded: Seeded) -> None:
    """At equal budgets of 2000, by more than four standard errors clustered by glass."""
    g, size = seeded(0), 25
    glasses = _glasses(40, size, g)
    starts = glasses[0].random_point(g, (40, 10))
    descent = GradientDescent(step=0.1, max_steps=1999)
    annealing = annealing_schedules(glasses[0], 2000.0)[3]
    below, above = (
        torch.stack(
            [ends.loss.mean() for ends in run_together(glasses, starts, method=method, generator=g)]
        )
        for method in (annealing, descent)
    )
    difference = (below - above) / size
    assert difference.mean() < -4 * difference.std() / 40**0.5
