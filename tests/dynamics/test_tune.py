"""Tuning compares what cost the same, from the same starts and seeds, and keeps everything."""

from collections.abc import Callable

import pytest
import torch
from torch import Generator

from lossatlas.dynamics import (
    AbstractDynamics,
    Annealing,
    GradientDescent,
    annealing_schedules,
    langevin_schedules,
    run,
    stochastic_schedules,
    tune,
)
from lossatlas.surfaces import SpinGlass

Seeded = Callable[[int], Generator]
Schedules = Callable[[SpinGlass, float], tuple[AbstractDynamics, ...]]


@pytest.mark.parametrize(
    "schedules", [annealing_schedules, langevin_schedules, stochastic_schedules]
)
@pytest.mark.parametrize("budget", [60.0, 125.5])
def test_five_schedules_spend_one_budget(
    schedules: Schedules, budget: float, seeded: Seeded
) -> None:
    glass = SpinGlass(3, 12, generator=seeded(0))
    methods = schedules(glass, budget)
    assert len(methods) == 5
    for method in methods:
        assert budget - 2 <= method.budget(glass) <= budget
        ends = run(glass, glass.random_point(seeded(1), (2,)), method=method, generator=seeded(2))
        assert (ends.evaluations <= budget + 1e-9).all()


def test_the_winner_has_the_lowest_mean_and_nothing_is_lost(seeded: Seeded) -> None:
    glass = SpinGlass(3, 12, generator=seeded(0))
    starts = glass.random_point(seeded(1), (10,))
    methods = langevin_schedules(glass, 80.0)
    tuning = tune(glass, starts, methods=methods, generator=seeded(2))
    assert tuning.methods == methods
    assert len(tuning.ends) == 5
    assert tuning.best is methods[int(tuning.mean_loss.argmin())]
    assert all(torch.equal(ends.history.loss[0], glass.loss(starts)) for ends in tuning.ends)
    assert repr(tuning).count("* ") == 2  # the title says what the star means


def test_equal_candidates_tie_and_a_seed_is_all_that_is_drawn(seeded: Seeded) -> None:
    glass = SpinGlass(3, 8, generator=seeded(0))
    starts = glass.random_point(seeded(1), (4,))
    method, g = Annealing(sweeps=20, closing=None), seeded(3)
    tuning = tune(glass, starts, methods=[method, method], generator=g)
    assert torch.equal(tuning.ends[0].points, tuning.ends[1].points)
    assert tuning.winner == 0
    expected = seeded(3)
    torch.randint(2**62, (), generator=expected)
    assert torch.equal(g.get_state(), expected.get_state())


def test_a_candidate_that_leaves_the_finite_numbers_does_not_win(seeded: Seeded) -> None:
    glass = SpinGlass(3, 8, generator=seeded(0))
    wild = Annealing(sweeps=10, closing=None)
    good = GradientDescent(max_steps=9)
    starts = glass.random_point(seeded(1), (4,))
    starts[1] = torch.nan
    tuning = tune(glass, starts, methods=[wild, good], generator=seeded(3))
    assert tuning.mean_loss.isnan().all()
    assert tuning.winner == 0


def test_unequal_budgets_are_refused(seeded: Seeded) -> None:
    glass = SpinGlass(3, 8, generator=seeded(0))
    starts = glass.random_point(seeded(1), (4,))
    unequal = [GradientDescent(max_steps=9), GradientDescent(max_steps=10)]
    with pytest.raises(ValueError, match="`methods` should be at least one"):
        tune(glass, starts, methods=unequal, generator=seeded(0))
    with pytest.raises(ValueError, match="of nobody"):
        tune(glass, starts, methods=[], generator=seeded(0))
    with pytest.raises(ValueError, match="`budget` should be at least 20"):
        annealing_schedules(glass, 10.0)
