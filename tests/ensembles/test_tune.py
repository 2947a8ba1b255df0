"""Tuning compares what cost the same, on the same networks, and keeps everything."""

import pytest
import torch

from lossatlas import dynamics, ensembles, surfaces

from ._loop import perceptron

SURFACE = perceptron((5, 4, 3), surfaces.ReLU(), surfaces.CrossEntropy(), n=30, biases=False)
SEEDS = range(5)
STARTS = ensembles.draw_starts(SURFACE, SEEDS, law=ensembles.UniformCube(1.0))


@pytest.mark.parametrize("evaluations", [2.0, 7.7, 60.0, 333.3])
def test_five_schedules_spend_one_budget(evaluations: float) -> None:
    methods = ensembles.annealing_schedules(SURFACE, evaluations)
    assert len(methods) == len(set(methods)) == 5
    for method in methods:
        spent = method.num_epochs * method.evaluations_per_epoch(SURFACE)
        assert evaluations - 1 < spent <= evaluations + 1e-9


def test_annealing_and_sgd_can_be_given_the_same_number_of_evaluations() -> None:
    descent = ensembles.SGD(rate=ensembles.Constant(0.1), epochs=50)
    budget = descent.num_epochs * descent.evaluations_per_epoch(SURFACE)
    methods = [descent, *ensembles.annealing_schedules(SURFACE, budget)]
    tuning = ensembles.tune(SURFACE, STARTS, seeds=SEEDS, methods=methods)
    assert tuning.mean_loss.shape == (6,)


def test_the_winner_has_the_lowest_mean_and_nothing_is_lost() -> None:
    methods = ensembles.annealing_schedules(SURFACE, 60.0)
    tuning = ensembles.tune(SURFACE, STARTS, seeds=SEEDS, methods=methods)
    assert tuning.methods == methods
    assert tuning.best is methods[int(tuning.mean_loss.argmin())]
    for ends, mean in zip(tuning.trained, tuning.mean_loss, strict=True):
        assert float(ends.loss.mean()) == pytest.approx(float(mean))
    assert repr(tuning).count("* ") == 2  # the title says what the star means


def test_equal_candidates_tie() -> None:
    method = ensembles.annealing_schedules(SURFACE, 20.0)[1]
    tuning = ensembles.tune(SURFACE, STARTS, seeds=SEEDS, methods=[method, method])
    assert torch.equal(tuning.trained[0].points, tuning.trained[1].points)
    assert tuning.winner == 0


def test_a_candidate_that_leaves_the_finite_numbers_does_not_win() -> None:
    wild = ensembles.SGD(rate=ensembles.Constant(1e200), epochs=2)
    tame = ensembles.SGD(rate=ensembles.Constant(0.01), epochs=2)
    tuning = ensembles.tune(SURFACE, STARTS, seeds=SEEDS, methods=[wild, tame])
    assert not tuning.mean_loss[0].isfinite()
    assert tuning.winner == 1


def test_unequal_budgets_are_refused() -> None:
    unequal = [ensembles.SGD(rate=ensembles.Constant(0.1), epochs=epochs) for epochs in (10, 11)]
    with pytest.raises(ValueError, match="`methods` should be at least one"):
        ensembles.tune(SURFACE, STARTS, seeds=SEEDS, methods=unequal)
    with pytest.raises(ValueError, match="of nobody"):
        ensembles.tune(SURFACE, STARTS, seeds=SEEDS, methods=[])
    with pytest.raises(ValueError, match="`evaluations` should be at least 2"):
        ensembles.annealing_schedules(SURFACE, 1.5)


def test_the_schedules_begin_as_high_as_they_say() -> None:
    methods = ensembles.annealing_schedules(SURFACE, 60.0)
    heights = [m.cooling.temperature(0.0) * SURFACE.dimension / 2 for m in methods]
    assert heights == pytest.approx([0.1, 0.0, 1.0, 0.1, 0.0])
    assert methods[-1].cooling == dynamics.Constant(0.0)
