"""Stochastic descent follows the gradient on average, and pays for the share it looks at."""

from collections.abc import Callable

import pytest
import torch
from torch import Generator
from torch.testing import assert_close

from lossatlas.dynamics import GradientDescent, StochasticDescent, run
from lossatlas.surfaces import AbstractSurface, SpinGlass

Seeded = Callable[[int], Generator]


def _steps(parts: int, count: int, **settings: float) -> StochasticDescent:
    return StochasticDescent(parts=parts, max_steps=count, closing=None, **settings)


def test_one_part_is_gradient_descent(seeded: Seeded) -> None:
    glass = SpinGlass(3, 10, generator=seeded(0))
    starts = glass.random_point(seeded(1), (5,))
    ends = run(glass, starts, method=_steps(1, 30, step=0.1), generator=seeded(2))
    plain = GradientDescent(step=0.1, decay=0.0015, tolerance=0.0, max_steps=30)
    assert_close(ends.points, run(glass, starts, method=plain).points)


@pytest.mark.parametrize(("order", "size", "parts"), [(3, 12, 4), (2, 9, 9), (4, 10, 3)])
def test_a_step_is_along_the_gradient_on_average(
    order: int, size: int, parts: int, seeded: Seeded
) -> None:
    """Over random cuts, tangent displacements average to -step / sqrt(parts) times g."""
    glass = SpinGlass(order, size, generator=seeded(0))
    start = glass.random_point(seeded(1), (1,))
    length, g, draws = 1e-6, seeded(2), 400
    method = _steps(parts, 1, step=length)
    moved = torch.cat([run(glass, start, method=method, generator=g).points for _ in range(draws)])
    estimates = -(moved - start) / length * parts**0.5
    error = estimates.std(0) / draws**0.5
    assert ((estimates.mean(0) - glass.gradient(start[0])).abs() < 4 * error + 1e-4).all()


def test_a_pass_over_all_parts_costs_one_evaluation(seeded: Seeded) -> None:
    glass = SpinGlass(3, 13, generator=seeded(0))
    starts = glass.random_point(seeded(1), (4,))
    method = _steps(5, 15)
    ends = run(glass, starts, method=method, generator=seeded(2))
    assert_close(ends.evaluations, torch.full((4,), 3.0).double())
    assert method.budget(glass) == 3.0
    assert_close(ends.points.norm(dim=-1), torch.full((4,), 13**0.5).double())


def test_the_published_protocol_arrives(seeded: Seeded) -> None:
    glass = SpinGlass(3, 25, generator=seeded(0))
    starts = glass.random_point(seeded(1), (40,))
    ends = run(glass, starts, method=StochasticDescent(), generator=seeded(2))
    again = run(glass, starts, method=StochasticDescent(), generator=seeded(2))
    assert ends.converged.float().mean() > 0.9
    assert torch.equal(ends.points, again.points)
    assert (ends.loss < -25).all()


def test_what_it_cannot_do_is_refused(bowl: AbstractSurface, seeded: Seeded) -> None:
    glass = SpinGlass(3, 6, generator=seeded(0))
    with pytest.raises(ValueError, match="SpinGlass of at least 10 spins"):
        run(
            glass,
            glass.random_point(seeded(1), (1,)),
            method=StochasticDescent(),
            generator=seeded(0),
        )
    with pytest.raises(ValueError, match="SpinGlass of at least 2 spins"):
        run(
            bowl,
            bowl.random_point(seeded(1), (1,)),
            method=StochasticDescent(parts=2),
            generator=seeded(0),
        )
    with pytest.raises(ValueError, match="`parts` should"):
        StochasticDescent(parts=0)
