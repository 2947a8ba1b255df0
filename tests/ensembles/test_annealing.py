"""Annealing samples the Gibbs law, keeps its books to rounding, and no network feels another."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats
from torch import Tensor

from lossatlas import dynamics, ensembles, surfaces
from lossatlas.surfaces import Perceptron

from ._loop import ACTIVATIONS, CRITERIA, perceptron

SURFACE = perceptron((5, 4, 3), surfaces.Tanh(), surfaces.CrossEntropy(), n=300, biases=True)
SEEDS = [3, 1, 4, 15, 9, 2]
STARTS = ensembles.draw_starts(SURFACE, SEEDS, law=ensembles.UniformCube(1.0))
WARM = ensembles.Annealing(cooling=dynamics.Geometric(0.05, 0.001), sweeps=6)


def _train(
    surface: Perceptron = SURFACE,
    starts: Tensor = STARTS,
    seeds: list[int] = SEEDS,
    method: ensembles.Annealing = WARM,
    num_records: int = 17,
) -> ensembles.Trained:
    return ensembles.train(surface, starts, seeds=seeds, method=method, num_records=num_records)


@pytest.mark.parametrize(
    ("widths", "biases", "values", "block"),
    [((2, 1, 1), False, (-1.0, 0.0, 1.0), 1), ((1, 1, 1), True, (-1.0, 0.5), 2)],
)
def test_few_valued_weights_follow_the_gibbs_law_counted_state_by_state(
    widths: tuple[int, ...], biases: bool, values: tuple[float, ...], block: int
) -> None:
    surface = perceptron(widths, surfaces.Tanh(), surfaces.SquaredError(), n=5, biases=biases)
    temperature, decay, count = 0.3, 0.2, 6000
    method = ensembles.Annealing(
        cooling=dynamics.Constant(temperature),
        sweeps=25,
        block=block,
        values=values,
        weight_decay=decay,
    )
    starts = torch.zeros(count, surface.dimension, dtype=torch.float64)
    ends = _train(surface, starts, list(range(count)), method, num_records=2)
    states = torch.tensor(list(product(values, repeat=surface.dimension)), dtype=torch.float64)
    objective = surface.loss(states) + decay / 2 * states.square().sum(-1)
    expected = count * torch.softmax(-objective / temperature, 0).numpy()
    seen = (ends.points[:, None] == states).all(-1).double().sum(0).numpy()
    assert seen.sum() == count
    rare = expected < 10
    observed = np.append(seen[~rare], seen[rare].sum())
    wanted = np.append(expected[~rare], expected[rare].sum())
    some = wanted > 0
    assert some.sum() > 10
    assert stats.chisquare(observed[some], wanted[some]).pvalue > 1e-3
    assert expected.max() > 2 * expected.mean()  # a law that is not flat


@pytest.mark.parametrize("block", [1, 3])
def test_on_a_quadratic_loss_the_law_is_normal(block: int) -> None:
    surface = perceptron((3, 1), surfaces.Identity(), surfaces.SquaredError(), n=20, biases=False)
    temperature, decay, count = 0.5, 0.3, 4000
    method = ensembles.Annealing(
        cooling=dynamics.Constant(temperature),
        sweeps=80,
        block=block,
        scale=0.8,
        target=None,
        weight_decay=decay,
    )
    starts = torch.zeros(count, 3, dtype=torch.float64)
    ends = _train(surface, starts, list(range(count)), method, num_records=2).points
    C = surface.hessian(starts[0]) + decay * torch.eye(3, dtype=torch.float64)
    mean = torch.linalg.solve(C, -surface.gradient(starts[0]))
    root = torch.linalg.cholesky(C / temperature)
    white = (ends - mean) @ root  # standard normal under the Gibbs law
    assert (white.mean(0).abs() < 4 / count**0.5).all()
    second = white.T @ white / count - torch.eye(3, dtype=torch.float64)
    assert (second.abs() < 4 * (2 / count) ** 0.5).all()
    assert (white.pow(4).mean(0) - 3).abs().max() < 4 * (96 / count) ** 0.5


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
@pytest.mark.parametrize("criterion", CRITERIA, ids=repr)
@pytest.mark.parametrize(
    ("widths", "biases", "block"),
    [
        ((4, 3), True, 2),
        ((6, 5, 3), False, 1),
        ((3, 4, 5, 2), True, 3),
        ((2, 3, 2, 3, 2), False, 1),
    ],
)
def test_the_loss_of_the_moves_is_the_loss_of_the_point(
    activation: surfaces.AbstractActivation,
    criterion: surfaces.AbstractCriterion,
    widths: tuple[int, ...],
    biases: bool,
    block: int,
) -> None:
    surface = perceptron(widths, activation, criterion, n=300, biases=biases)
    method = ensembles.Annealing(cooling=dynamics.Constant(0.5), sweeps=4, block=block)
    starts = ensembles.draw_starts(surface, range(2), law=ensembles.Normal(1.0))
    engine = ensembles.TorchEngine(surface)
    state = method.begin(surface, starts, np.arange(2, dtype=np.uint64), engine)
    for epoch in range(4):
        method.epoch(state, epoch)
        exact = surface.loss(state.points)
        assert np.allclose(state.loss, exact.numpy(), rtol=1e-12, atol=1e-13)
    assert state.accepted.sum() > 20
    assert state.drift.max() < 1e-12
    assert not torch.equal(state.points, starts)


def test_at_temperature_zero_the_loss_never_rises() -> None:
    cold = ensembles.Annealing(cooling=dynamics.Constant(0.0), sweeps=12)
    ends = _train(method=cold)
    assert (ends.history.losses.diff(dim=1) <= 1e-14).all()
    assert (ends.loss < ends.history.losses[:, 0] - 0.1).all()


def test_slow_cooling_ends_lower_than_no_heat() -> None:
    surface = perceptron((3, 2, 1), surfaces.Tanh(), surfaces.SquaredError(), n=30, biases=False)
    seeds = list(range(200))
    starts = ensembles.draw_starts(surface, seeds, law=ensembles.UniformCube(1.0))
    cooled, cold = (
        _train(
            surface,
            starts,
            seeds,
            ensembles.Annealing(cooling=cooling, sweeps=150, values=(-1.0, 0.0, 1.0)),
            num_records=2,
        ).loss
        for cooling in (dynamics.Geometric(0.2, 0.002), dynamics.Constant(0.0))
    )
    gain = cold - cooled
    assert gain.mean() > 3 * gain.std() / len(seeds) ** 0.5


def test_a_network_takes_the_same_bits_in_every_ensemble(monkeypatch: pytest.MonkeyPatch) -> None:
    together = _train()
    chosen = [4, 1]
    apart = _train(starts=STARTS[chosen], seeds=[SEEDS[m] for m in chosen])
    assert torch.equal(apart.points, together.points[chosen])
    monkeypatch.setattr("lossatlas.ensembles._annealing._CALL", 1.0)
    parts = _train()
    assert torch.equal(parts.points, together.points)
    assert torch.equal(parts.details["scales"], together.details["scales"])


def test_another_seed_is_another_way() -> None:
    other = _train(seeds=[3, 1, 4, 15, 9, 77])
    same = (other.points == _train().points).all(-1)
    assert same.tolist() == [True] * 5 + [False]


@pytest.mark.parametrize("values", [None, (-1.0, 0.0, 1.0)])
def test_a_network_that_is_not_finite_is_kept_and_its_neighbours_keep_their_bits(
    values: tuple[float, ...] | None,
) -> None:
    method = ensembles.Annealing(cooling=dynamics.Constant(0.01), sweeps=3, values=values)
    spoilt = STARTS.clone()
    spoilt[1, 7], spoilt[4, 0] = torch.nan, -torch.inf
    ends, clean = _train(starts=spoilt, method=method), _train(method=method)
    assert ends.finite.tolist() == [True, False, True, True, False, True]
    assert ends.points[1, 7].isnan()
    assert ends.points[4, 0] == -torch.inf
    if values is None:
        assert torch.equal(ends.points[4], spoilt[4])
    others = [0, 2, 3, 5]
    assert torch.equal(ends.points[others], clean.points[others])
    assert ends.details["proposals"][[1, 4]].tolist() == [0, 0]
    assert ends.details["acceptance"][1].isnan().all()


def test_evaluations_are_the_multiplications_of_the_moves_and_a_full_pass_a_sweep() -> None:
    surface = perceptron((5, 4, 3, 2), surfaces.ReLU(), surfaces.SquaredError(), n=7, biases=False)
    starts = ensembles.draw_starts(surface, range(2), law=ensembles.UniformCube(1.0))
    # 20 weights into the first layer: 1 + 3 + 3 * 2; 12 into the second: 1 + 2; 6 into the last: 1
    one = 20 * (1 + 3 + 6) + 12 * (1 + 2) + 6
    # by twos: 12 moves of the first layer's 20 weights, 6 of the second's 12, 4 of the last's 6
    two = 20 + 12 * (3 + 6) + 12 + 6 * 2 + 6
    for block, moves, spent in ((1, 38, one), (2, 22, two)):
        method = ensembles.Annealing(cooling=dynamics.Constant(0.1), sweeps=3, block=block)
        ends = _train(surface, starts, [0, 1], method)
        assert ends.evaluations.tolist() == pytest.approx([3 * (1 + spent / 38)] * 2)
        assert ends.details["proposals"].tolist() == [3 * moves] * 2


def test_a_last_part_of_a_sweep_makes_its_share_of_the_moves() -> None:
    method = ensembles.Annealing(cooling=dynamics.Constant(0.1), sweeps=2.5)
    whole = ensembles.Annealing(cooling=dynamics.Constant(0.1), sweeps=2)
    P = SURFACE.dimension
    assert method.num_epochs == 3
    ends = _train(method=method)
    assert ends.details["proposals"].tolist() == [round(2.5 * P)] * 6
    each = whole.evaluations_per_epoch(SURFACE)
    spent = 3 * method.evaluations_per_epoch(SURFACE)
    assert spent == pytest.approx(2 * each + 1 + 0.5 * (each - 1))


@pytest.mark.parametrize("scale", [1e-3, 50.0])
def test_the_scales_follow_what_is_accepted_and_stay_after_the_burn_in(scale: float) -> None:
    bowl = perceptron((3, 1), surfaces.Identity(), surfaces.SquaredError(), n=20, biases=False)
    seeds = list(range(100))
    starts = torch.zeros(100, 3, dtype=torch.float64)

    def run(starts: Tensor, sweeps: int, **settings: Any) -> ensembles.Trained:
        method = ensembles.Annealing(cooling=dynamics.Constant(0.5), sweeps=sweeps, **settings)
        return _train(bowl, starts, seeds, method, num_records=2)

    ends = run(starts, 150, scale=scale, burn_in=120)
    assert torch.equal(ends.details["scales"], run(starts, 120, scale=scale).details["scales"])
    middle = float(ends.details["scales"].log().mean().exp())
    kept = run(ends.points, 40, scale=middle, target=None)
    assert float(kept.details["acceptance"].mean()) == pytest.approx(0.3, abs=0.05)
    assert (kept.details["scales"] == middle).all()


@pytest.mark.parametrize("block", [1, 2])
def test_weights_behind_an_input_that_is_always_zero_stay_and_drive_no_scale(block: int) -> None:
    X = torch.randn(40, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    X[:, 1:5] = 0
    surface = Perceptron(
        (6, 3, 2),
        surfaces.Tanh(),
        surfaces.SquaredError(),
        X,
        X[:, [0, 5]],
        biases=True,
        reduction="mean",
    )
    starts = ensembles.draw_starts(surface, SEEDS, law=ensembles.UniformCube(1.0))
    settings = {"cooling": dynamics.Constant(1e-3), "sweeps": 30, "block": block}
    ends = _train(surface, starts, SEEDS, ensembles.Annealing(**settings))
    before, after = (surface.weights(w)[0] for w in (starts, ends.points))
    assert torch.equal(before[..., 1:5], after[..., 1:5])
    assert (before != after)[..., [0, 5]].all()
    assert float(ends.details["scales"].max()) < 10
    decayed = _train(surface, starts, SEEDS, ensembles.Annealing(**settings, weight_decay=0.1))
    assert (surface.weights(decayed.points)[0] != before).all()


def test_few_valued_weights_stay_among_their_values_in_both_precisions() -> None:
    values = (-0.3, 0.1, 0.7)
    for dtype in (torch.float32, torch.float64):
        surface = perceptron(
            (5, 4, 3), surfaces.ReLU(), surfaces.Hinge(), n=40, biases=True, dtype=dtype
        )
        starts = ensembles.draw_starts(surface, SEEDS, law=ensembles.UniformCube(1.0))
        method = ensembles.Annealing(cooling=dynamics.Constant(0.02), sweeps=5, values=values)
        ends = _train(surface, starts, SEEDS, method)
        allowed = torch.tensor(values, dtype=dtype)
        assert (ends.points[..., None] == allowed).any(-1).all()
        assert (ends.details["acceptance"] > 0).all()


def test_starts_are_rounded_to_the_nearest_allowed_value() -> None:
    from lossatlas.ensembles._annealing_settings import snapped

    points = torch.tensor([[-5.0, -0.51, -0.5, 0.49, 0.5, 0.51, torch.nan, torch.inf]])
    expected = torch.tensor([[-1.0, -1.0, -1.0, 0.0, 0.0, 1.0, torch.nan, torch.inf]])
    assert torch.equal(snapped(points, (0.0, -1.0, 1.0)).nan_to_num(7.0), expected.nan_to_num(7.0))


def test_single_precision_points_are_moved_by_double_precision_losses() -> None:
    surface = perceptron(
        (5, 4, 3), surfaces.Tanh(), surfaces.CrossEntropy(), n=300, biases=True, dtype=torch.float32
    )
    wide = perceptron((5, 4, 3), surfaces.Tanh(), surfaces.CrossEntropy(), n=300, biases=True)
    method = ensembles.Annealing(cooling=dynamics.Constant(0.01), sweeps=4)
    starts = STARTS.float()
    engine = ensembles.TorchEngine(surface)
    state = method.begin(surface, starts, np.array(SEEDS, dtype=np.uint64), engine)
    for epoch in range(4):
        method.epoch(state, epoch)
    assert state.points.dtype == torch.float32
    exact = wide.loss(state.points.double())
    assert np.allclose(state.loss, exact.numpy(), rtol=1e-6)
    assert state.drift.max() < 1e-12  # the points are numbers of single precision all the way


class _Sine(surfaces.AbstractActivation):
    gauge = surfaces.Identity().gauge
    third_bound = 1.0

    def value(self, z: Tensor) -> Tensor:
        return z.sin()

    def first(self, z: Tensor, x: Tensor) -> Tensor:  # noqa: ARG002
        return z.cos()

    def second(self, x: Tensor, first: Tensor) -> Tensor:  # noqa: ARG002
        return -x


def test_an_activation_that_the_kernel_does_not_know_is_refused_by_name() -> None:
    surface = Perceptron(
        (5, 4, 3),
        _Sine(),
        surfaces.SquaredError(),
        torch.zeros(4, 5),
        torch.zeros(4, 3),
        reduction="mean",
    )
    with pytest.raises(ValueError, match=r"`activation` should be one of .* Got _Sine"):
        _train(surface, torch.zeros(1, 32), [0])


@pytest.mark.parametrize(
    "make",
    [
        lambda: ensembles.Annealing(cooling=0.1, sweeps=3),
        lambda: ensembles.Annealing(cooling=dynamics.Constant(0.1), sweeps=0),
        lambda: ensembles.Annealing(cooling=dynamics.Constant(0.1), sweeps=3, block=0),
        lambda: ensembles.Annealing(cooling=dynamics.Constant(0.1), sweeps=3, scale=0.0),
        lambda: ensembles.Annealing(cooling=dynamics.Constant(0.1), sweeps=3, scale=(0.1, -1.0)),
        lambda: ensembles.Annealing(cooling=dynamics.Constant(0.1), sweeps=3, target=1.0),
        lambda: ensembles.Annealing(cooling=dynamics.Constant(0.1), sweeps=3, burn_in=-1),
        lambda: ensembles.Annealing(cooling=dynamics.Constant(0.1), sweeps=3, values=(1.0,)),
        lambda: ensembles.Annealing(cooling=dynamics.Constant(0.1), sweeps=3, values=(1.0, 1.0)),
        lambda: ensembles.Annealing(cooling=dynamics.Constant(0.1), sweeps=3, weight_decay=-1.0),
    ],
)
def test_settings_out_of_range_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises((ValueError, TypeError)):  # the shape checks may answer first
        make()


def test_scales_by_layer_have_to_be_as_many_as_the_layers() -> None:
    method = ensembles.Annealing(cooling=dynamics.Constant(0.1), sweeps=1, scale=(0.1, 0.2, 0.3))
    with pytest.raises(ValueError, match="`scale` should be one number, or one for each of the 2"):
        _train(method=method)
