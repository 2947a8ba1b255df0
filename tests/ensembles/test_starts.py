"""Starts: each from its own seed alone, with the law that was asked for."""

from math import sqrt

import numpy as np
import pytest
import torch
from scipy.stats import kstest

from lossatlas import ensembles, surfaces
from lossatlas.errors import MemoryForecastError

from ._loop import perceptron

LAWS = [
    ensembles.UniformCube(2.0),
    ensembles.Normal(0.3),
    ensembles.LinearDefault(),
    ensembles.He(),
]


def _surface(**changes: object) -> surfaces.Perceptron:
    settings = {"n": 3, "biases": True} | changes
    return perceptron((6, 9, 4), surfaces.ReLU(), surfaces.SquaredError(), **settings)


@pytest.mark.parametrize("law", LAWS)
def test_a_start_depends_on_its_own_seed_alone(law: ensembles.AbstractStarts) -> None:
    together = ensembles.draw_starts(_surface(), [3, 2**32 + 3, 3], law=law)
    alone = ensembles.draw_starts(_surface(), [2**32 + 3], law=law)
    assert torch.equal(together[1:2], alone)
    assert torch.equal(together[0], together[2])
    assert not torch.equal(together[0], together[1])


@pytest.mark.parametrize("law", LAWS)
def test_float32_starts_at_the_rounded_place_of_float64(law: ensembles.AbstractStarts) -> None:
    double = ensembles.draw_starts(_surface(), range(3), law=law)
    single = ensembles.draw_starts(_surface(dtype=torch.float32), range(3), law=law)
    assert single.dtype == torch.float32
    assert torch.equal(single, double.float())


def test_the_laws_are_those_that_they_say() -> None:
    def weights(law: ensembles.AbstractStarts) -> list[np.ndarray]:
        w = ensembles.draw_starts(_surface(), range(400), law=law)
        return [part.reshape(-1).numpy() for part in _surface().weights(w)]

    for part in weights(ensembles.UniformCube(2.0)):
        assert kstest(part, "uniform", (-2, 4)).pvalue > 1e-4
    for part in weights(ensembles.Normal(0.3)):
        assert kstest(part, "norm", (0, 0.3)).pvalue > 1e-4
    for part, fan in zip(weights(ensembles.LinearDefault()), (6, 6, 9, 9), strict=True):
        assert kstest(part, "uniform", (-1 / sqrt(fan), 2 / sqrt(fan))).pvalue > 1e-4
    W_1, b_1, W_2, b_2 = weights(ensembles.He())
    assert kstest(W_1, "norm", (0, sqrt(2 / 6))).pvalue > 1e-4
    assert kstest(W_2, "norm", (0, sqrt(2 / 9))).pvalue > 1e-4
    assert not b_1.any()
    assert not b_2.any()


def test_the_default_of_linear_has_the_spread_that_torch_draws() -> None:
    torch.manual_seed(0)
    theirs = torch.cat([torch.nn.Linear(6, 9).weight.detach().reshape(-1) for _ in range(300)])
    w = ensembles.draw_starts(_surface(), range(300), law=ensembles.LinearDefault())
    ours = _surface().weights(w)[0]
    assert float(ours.std()) == pytest.approx(float(theirs.std()), rel=0.02)
    assert float(ours.abs().max()) == pytest.approx(float(theirs.abs().max()), rel=0.002)


def test_starts_that_would_not_fit_are_refused_before_they_are_drawn() -> None:
    wide = perceptron(
        (20_000, 20_000, 1), surfaces.ReLU(), surfaces.SquaredError(), n=1, biases=False
    )
    with pytest.raises(MemoryForecastError, match="100000 networks with 400020000 weights"):
        ensembles.draw_starts(wide, range(100_000), law=ensembles.UniformCube())


@pytest.mark.parametrize(
    "bad", [lambda: ensembles.UniformCube(0.0), lambda: ensembles.Normal(-1.0)]
)
def test_settings_out_of_range_are_refused(bad: object) -> None:
    with pytest.raises(ValueError, match="should be a number above 0"):
        bad()  # type: ignore[operator]
