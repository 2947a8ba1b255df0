"""Langevin dynamics: its law at rest, its cost, its flat case."""

from collections.abc import Callable

import pytest
import torch
from torch import Generator
from torch.testing import assert_close

from lossatlas.dynamics import Constant, Geometric, GradientDescent, Langevin, run
from lossatlas.surfaces import AbstractSurface, SpinGlass

from ._gibbs import standard_errors_off

Seeded = Callable[[int], Generator]


@pytest.mark.parametrize(("order", "size"), [(2, 3), (3, 2), (3, 3)])
def test_at_a_fixed_temperature_the_energies_follow_gibbs(
    order: int, size: int, seeded: Seeded
) -> None:
    glass = SpinGlass(order, size, generator=seeded(10 * order + size))
    starts = glass.random_point(seeded(1), (2000,))
    method = Langevin(step=0.004, cooling=Constant(2.0), max_steps=1000, closing=None)
    ends = run(glass, starts, method=method, generator=seeded(2))
    assert max(standard_errors_off(glass, 2.0, ends.loss)) < 4


def test_on_flat_space_the_law_is_normal(bowl: AbstractSurface, seeded: Seeded) -> None:
    """Euler's step has the exact law of variance T / (c (1 - dt c / 2)) in a bowl."""
    method = Langevin(step=0.05, cooling=Constant(0.7), max_steps=300, closing=None)
    ends = run(bowl, bowl.random_point(seeded(1), (5000,)), method=method, generator=seeded(2))
    c = torch.tensor([1.0, 3.0, 10.0]).double()
    expected = 0.7 / (c * (1 - 0.05 * c / 2))
    error = expected * (2 / 5000) ** 0.5
    assert ((ends.points.var(0) - expected).abs() < 4 * error).all()


def test_without_heat_it_is_gradient_descent(seeded: Seeded) -> None:
    glass = SpinGlass(3, 10, generator=seeded(0))
    starts = glass.random_point(seeded(1), (4,))
    cold = Langevin(step=0.05, cooling=Constant(0.0), max_steps=40, closing=None)
    plain = GradientDescent(step=0.05, tolerance=0.0, max_steps=40)
    ends = run(glass, starts, method=cold, generator=seeded(2))
    assert_close(ends.points, run(glass, starts, method=plain).points)
    assert (ends.evaluations == 40).all()
    assert not ends.converged.any()


def test_the_ends_lie_on_the_sphere_and_repeat(seeded: Seeded) -> None:
    glass = SpinGlass(3, 16, generator=seeded(0))
    starts = glass.random_point(seeded(1), (6,))
    method = Langevin(cooling=Geometric(0.8, 0.02), max_steps=100)
    first, second = (run(glass, starts, method=method, generator=seeded(4)) for _ in range(2))
    assert torch.equal(first.points, second.points)
    assert_close(first.points.norm(dim=-1), torch.full((6,), 4.0).double())
    assert (first.evaluations <= method.budget(glass)).all()


def test_langevin_needs_a_generator(bowl: AbstractSurface, seeded: Seeded) -> None:
    with pytest.raises(ValueError, match="`generator` should be a"):
        run(bowl, bowl.random_point(seeded(0), (2,)), method=Langevin())
