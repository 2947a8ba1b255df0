"""Annealing samples the Gibbs law, keeps the norm and the books, and cools to good energies."""

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
    History,
    Linear,
    run,
)
from lossatlas.surfaces import AbstractSurface, SpinGlass

from ._gibbs import standard_errors_off

Seeded = Callable[[int], Generator]


@pytest.mark.parametrize(("order", "size"), [(2, 2), (2, 3), (3, 2), (3, 3), (4, 3)])
@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_at_a_fixed_temperature_the_energies_follow_gibbs(
    order: int, size: int, temperature: float, seeded: Seeded
) -> None:
    glass = SpinGlass(order, size, generator=seeded(10 * order + size))
    starts = glass.random_point(seeded(1), (4000,))
    method = Annealing(
        cooling=Constant(temperature), sweeps=150, width=1.5, target=None, closing=None
    )
    ends = run(glass, starts, method=method, generator=seeded(2))
    assert max(standard_errors_off(glass, temperature, ends.loss)) < 4


def test_the_law_does_not_depend_on_the_width(seeded: Seeded) -> None:
    glass = SpinGlass(3, 3, generator=seeded(0))
    for width, sweeps in ((0.3, 600), (3.0, 200)):
        method = Annealing(
            cooling=Constant(0.7), sweeps=sweeps, width=width, target=None, closing=None
        )
        starts = glass.random_point(seeded(1), (3000,))
        ends = run(glass, starts, method=method, generator=seeded(3))
        assert max(standard_errors_off(glass, 0.7, ends.loss)) < 4


def test_the_running_energy_and_the_norm_stay_exact(seeded: Seeded) -> None:
    glass = SpinGlass(3, 25, generator=seeded(0))
    starts = glass.random_point(seeded(1), (20,))
    method = Annealing(cooling=Geometric(1.0, 0.1), sweeps=100, refresh=100, closing=None)
    ends = run(glass, starts, method=method, generator=seeded(2))
    assert 0 < ends.details["energy_drift"] < 1e-11
    assert_close(ends.points.norm(dim=-1), torch.full((20,), 5.0).double(), rtol=1e-14, atol=0)


def test_a_sweep_costs_one_evaluation(seeded: Seeded) -> None:
    for size, cost in ((10, 1.0), (11, 10 / 11)):
        glass = SpinGlass(3, size, generator=seeded(0))
        method = Annealing(sweeps=40, refresh=20, closing=None)
        ends = run(glass, glass.random_point(seeded(1), (3,)), method=method, generator=seeded(2))
        assert_close(ends.evaluations, torch.full((3,), 40 * cost + 2).double())
        assert method.budget(glass) == pytest.approx(40 * cost + 2)


def test_at_temperature_zero_the_energy_only_falls(seeded: Seeded) -> None:
    glass = SpinGlass(4, 12, generator=seeded(0))
    method = Annealing(cooling=Constant(0.0), sweeps=60, closing=None)
    ends = run(glass, glass.random_point(seeded(1), (10,)), method=method, generator=seeded(2))
    assert (ends.history.loss.diff(dim=0) <= 1e-12).all()
    assert (ends.loss < glass.loss(glass.random_point(seeded(1), (10,))) - 1).all()


def test_the_width_follows_what_is_accepted(seeded: Seeded) -> None:
    glass = SpinGlass(3, 20, generator=seeded(0))
    starts = glass.random_point(seeded(1), (50,))
    for width in (1e-3, 3.0):
        method = Annealing(cooling=Constant(0.3), sweeps=150, width=width, closing=None)
        again = run(glass, starts, method=method, generator=seeded(2))
        kept = run(
            glass,
            again.points,
            method=Annealing(
                cooling=Constant(0.3),
                sweeps=20,
                width=again.details["last_width"],
                target=None,
                closing=None,
            ),
            generator=seeded(3),
        )
        assert kept.details["acceptance"] == pytest.approx(0.4, abs=0.05)


def test_the_closing_descent_arrives_and_its_cost_is_added(seeded: Seeded) -> None:
    glass = SpinGlass(3, 15, generator=seeded(0))
    starts = glass.random_point(seeded(1), (20,))
    ends = run(glass, starts, method=Annealing(sweeps=50), generator=seeded(2))
    assert ends.converged.float().mean() > 0.9
    assert (ends.evaluations > 50).all()
    assert (ends.steps > 50).all()
    assert isinstance(ends.history, History)


def test_the_same_seed_gives_the_same_bits(seeded: Seeded) -> None:
    glass = SpinGlass(3, 12, generator=seeded(0))
    starts = glass.random_point(seeded(1), (9,))
    first, second = (
        run(glass, starts, method=Annealing(sweeps=30), generator=seeded(5)) for _ in range(2)
    )
    assert torch.equal(first.points, second.points)
    other = run(glass, starts, method=Annealing(sweeps=30), generator=seeded(6))
    assert not torch.equal(first.points, other.points)


def test_a_start_that_is_not_finite_stays_and_spoils_no_other(seeded: Seeded) -> None:
    glass = SpinGlass(3, 8, generator=seeded(0))
    starts = glass.random_point(seeded(1), (5,))
    starts[2] = torch.nan
    ends = run(glass, starts, method=Annealing(sweeps=20), generator=seeded(2))
    assert ends.points.isfinite().all(-1).tolist() == [True, True, False, True, True]
    assert ends.steps[2] == 0


def test_annealing_in_single_precision_states_its_drift(seeded: Seeded) -> None:
    glass = SpinGlass(3, 20, generator=seeded(0), dtype=torch.float32)
    method = Annealing(sweeps=50, closing=GradientDescent(max_steps=200))
    ends = run(glass, glass.random_point(seeded(1), (10,)), method=method, generator=seeded(2))
    assert ends.points.dtype == torch.float32
    assert 1e-8 < ends.details["energy_drift"] < 1e-2


def test_what_annealing_needs_is_asked_for_by_name(bowl: AbstractSurface, seeded: Seeded) -> None:
    glass = SpinGlass(3, 5, generator=seeded(0))
    starts = glass.random_point(seeded(1), (2,))
    with pytest.raises(ValueError, match="`generator` should be a"):
        run(glass, starts, method=Annealing())
    with pytest.raises(ValueError, match="`surface` should be a SpinGlass"):
        run(bowl, bowl.random_point(seeded(1), (2,)), method=Annealing(), generator=seeded(0))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Annealing(target=1.0),
        lambda: Annealing(width=0.0),
        lambda: Annealing(refresh=0),
        lambda: Geometric(1.0, 0.0),
        lambda: Linear(-1.0),
        lambda: Constant(float("nan")),
    ],
)
def test_settings_out_of_range_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="should"):
        make()


def test_schedules_begin_hot_and_end_cold() -> None:
    assert Geometric(2.0, 0.02).temperature(0.0) == 2.0
    assert Geometric(2.0, 0.02).temperature(0.5) == pytest.approx(0.2)
    assert Geometric(2.0, 0.02).temperature(1.0) == pytest.approx(0.02)
    assert [Linear(2.0).temperature(s) for s in (0.0, 0.5, 1.0)] == [2.0, 1.0, 0.0]
