"""Langevin's law at rest, its limits without heat, and noise of each network's own."""

import numpy as np
import pytest
import torch

from lossatlas import dynamics, ensembles, surfaces
from lossatlas.ensembles import _metropolis_random as random

from ._loop import perceptron

SURFACE = perceptron((5, 4, 3), surfaces.Tanh(), surfaces.CrossEntropy(), n=30, biases=True)
SEEDS = [3, 1, 4, 15, 9, 2]
STARTS = ensembles.draw_starts(SURFACE, SEEDS, law=ensembles.UniformCube(1.0))
RATE = ensembles.InverseTime(0.3, 0.1)
WARM = ensembles.Langevin(
    rate=RATE, cooling=dynamics.Geometric(0.01, 0.0001), epochs=5, batch_size=8
)


@pytest.mark.parametrize("engine", ["kernel", "torch"])
def test_in_a_bowl_the_law_is_normal_with_eulers_variance(engine: str) -> None:
    """Along an eigenvector of curvature c the variance is T / (c (1 - rate c / 2)), exactly."""
    surface = perceptron((3, 1), surfaces.Identity(), surfaces.SquaredError(), n=20, biases=False)
    temperature, decay, rate, count = 0.5, 0.3, 0.2, 2000
    method = ensembles.Langevin(
        rate=ensembles.Constant(rate),
        cooling=dynamics.Constant(temperature),
        epochs=100,
        weight_decay=decay,
    )
    zeros = torch.zeros(count, 3, dtype=torch.float64)
    ends = ensembles.train(
        surface, zeros, seeds=range(count), method=method, engine=engine, num_records=2
    ).points
    C = surface.hessian(zeros[0]) + decay * torch.eye(3, dtype=torch.float64)
    mean = torch.linalg.solve(C, -surface.gradient(zeros[0]))
    c, Q = torch.linalg.eigh(C)
    white = (ends - mean) @ Q / (temperature / (c * (1 - rate * c / 2))).sqrt()
    assert (white.mean(0).abs() < 4 / count**0.5).all()
    second = white.T @ white / count - torch.eye(3, dtype=torch.float64)
    assert (second.abs() < 4 * (2 / count) ** 0.5).all()


@pytest.mark.parametrize("engine", ["kernel", "torch"])
def test_without_heat_it_is_full_batch_descent(engine: str) -> None:
    cold = ensembles.Langevin(rate=RATE, cooling=dynamics.Constant(0.0), epochs=6, weight_decay=0.1)
    plain = ensembles.FullBatch(rate=RATE, epochs=6, weight_decay=0.1)
    ends = [
        ensembles.train(SURFACE, STARTS, seeds=SEEDS, method=method, engine=engine)
        for method in (cold, plain)
    ]
    assert torch.equal(ends[0].points, ends[1].points)
    assert torch.equal(ends[0].evaluations, ends[1].evaluations)


@pytest.mark.parametrize("engine", ["kernel", "torch"])
@pytest.mark.parametrize("batch_size", [1, 8, 30])
def test_without_heat_its_batches_are_those_of_sgd(engine: str, batch_size: int) -> None:
    cold = ensembles.Langevin(
        rate=RATE, cooling=dynamics.Constant(0.0), epochs=4, batch_size=batch_size
    )
    plain = ensembles.SGD(rate=RATE, epochs=4, batch_size=batch_size)
    ends = [
        ensembles.train(SURFACE, STARTS, seeds=SEEDS, method=method, engine=engine)
        for method in (cold, plain)
    ]
    torch.testing.assert_close(ends[0].points, ends[1].points, rtol=1e-11, atol=1e-12)
    assert torch.equal(ends[0].evaluations, ends[1].evaluations)


def test_a_network_takes_the_same_bits_in_every_ensemble() -> None:
    together = ensembles.train(SURFACE, STARTS, seeds=SEEDS, method=WARM, engine="kernel")
    chosen = [4, 1]
    seeds = [SEEDS[m] for m in chosen]
    apart = ensembles.train(SURFACE, STARTS[chosen], seeds=seeds, method=WARM, engine="kernel")
    assert torch.equal(apart.points, together.points[chosen])


def test_both_engines_get_the_same_noise() -> None:
    ends = [
        ensembles.train(SURFACE, STARTS, seeds=SEEDS, method=WARM, engine=engine)
        for engine in ("kernel", "torch")
    ]
    torch.testing.assert_close(ends[0].points, ends[1].points, rtol=1e-10, atol=1e-11)


def test_a_network_that_is_not_finite_spoils_no_other() -> None:
    spoilt = STARTS.clone()
    spoilt[1] = torch.nan
    ends, clean = (
        ensembles.train(SURFACE, starts, seeds=SEEDS, method=WARM, engine="kernel")
        for starts in (spoilt, STARTS)
    )
    assert ends.finite.tolist() == [True, False, True, True, True, True]
    others = [0, 2, 3, 4, 5]
    assert torch.equal(ends.points[others], clean.points[others])


def test_the_noise_has_its_size_and_no_two_numbers_are_the_same() -> None:
    from lossatlas.ensembles._langevin_noise import add_noise

    keys = np.arange(50, dtype=np.uint64)
    drawn = []
    for epoch, step in ((0, 0), (0, 1), (1, 0)):
        noise = np.zeros((50, 401))
        add_noise(noise, keys, epoch, step, 3.0)
        drawn.append(noise / 3)
    numbers = np.concatenate(drawn).ravel()
    count = len(numbers)
    assert len(np.unique(numbers)) == count
    assert abs(numbers.mean()) < 4 / count**0.5
    assert abs(numbers.var() - 1) < 4 * (2 / count) ** 0.5
    assert abs((numbers**4).mean() - 3) < 4 * (96 / count) ** 0.5
    pairs = (drawn[0][:, :-1:2] * drawn[0][:, 1::2]).ravel()
    assert abs(pairs.mean()) < 4 / len(pairs) ** 0.5


def test_random_orders_are_permutations_and_each_place_is_as_likely() -> None:
    counts = np.zeros((5, 5))
    order = np.empty(5, dtype=np.int64)
    for epoch in range(2000):
        random.permute(np.uint64(7), epoch, 1, order)
        assert sorted(order) == [0, 1, 2, 3, 4]
        counts[np.arange(5), order] += 1
    assert abs(counts - 400).max() < 5 * (400 * 0.8) ** 0.5


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises((ValueError, TypeError)):  # the shape checks may answer first
        ensembles.Langevin(rate=RATE, cooling=0.1, epochs=3)
    with pytest.raises(ValueError, match="`batch_size` should be a whole number"):
        ensembles.Langevin(rate=RATE, cooling=dynamics.Constant(0.1), epochs=3, batch_size=0)
    wide = ensembles.Langevin(rate=RATE, cooling=dynamics.Constant(0.1), epochs=3, batch_size=31)
    with pytest.raises(ValueError, match="`batch_size` should be at most the 30 samples"):
        ensembles.train(SURFACE, STARTS, seeds=SEEDS, method=wide)
