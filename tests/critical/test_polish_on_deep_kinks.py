"""Ends of descents on networks of several hidden layers, taken to their kinks and along them, in batches."""

import pytest
import torch
from torch import Generator, Tensor

from lossatlas.critical import MinimumProof, polish_minima, prove_minimum, screen_minima
from lossatlas.surfaces import (
    AbstractActivation,
    LeakyReLU,
    Perceptron,
    ReLU,
    SquaredError,
    activation_patterns,
)

CASES = [
    ((3, 3, 2, 1), ReLU(), True),
    ((3, 2, 2, 1), LeakyReLU(0.1), False),
    ((3, 3, 3, 1), ReLU(), False),
    ((2, 2, 2, 2, 1), LeakyReLU(0.3), False),
]


def _ends(
    widths: tuple[int, ...], activation: AbstractActivation, *, biases: bool, number: int = 12
) -> tuple[Perceptron, Tensor]:
    rng = Generator().manual_seed(3)
    X = torch.randn(60, widths[0], generator=rng, dtype=torch.float64)
    Y = torch.randn(60, widths[-1], generator=rng, dtype=torch.float64)
    surface = Perceptron(widths, activation, SquaredError(), X, Y, biases=biases)
    w = surface.random_point(rng, (number,))
    for _ in range(600):
        w = w - 2e-3 * surface.gradient(w)
    return surface, w


@pytest.mark.parametrize(("widths", "activation", "biases"), CASES)
def test_polishing_goes_down_and_ends_where_minima_are_proved(
    widths: tuple[int, ...], activation: AbstractActivation, biases: bool
) -> None:
    surface, ends = _ends(widths, activation, biases=biases)
    found = polish_minima(surface, ends, max_steps=200)
    assert bool((surface.loss(found.points) <= surface.loss(ends) * (1 + 1e-10)).all())
    screened = screen_minima(surface, found.points)
    points = found.points[screened.candidates]
    proofs = [prove_minimum(surface, w) for w in points]
    proved = [proof for proof in proofs if isinstance(proof, MinimumProof)]
    assert any(proof.kinks for proof in proved)
    rng = Generator().manual_seed(0)
    for proof in proved:
        V = torch.randn(500, surface.dimension, generator=rng, dtype=torch.float64)
        u = proof.point + min(1e-4, proof.radius) * V / V.norm(dim=-1, keepdim=True)
        for _ in range(5):
            assert float(surface.loss(u).min()) >= proof.loss[0] - 1e-13
            u = u - 1e-4 * surface.gradient(u)


def test_a_batch_ends_where_its_points_end_alone() -> None:
    surface, ends = _ends((4, 3, 3, 2), LeakyReLU(0.1), biases=True, number=12)
    together = polish_minima(surface, ends, max_steps=3)
    for i, w in enumerate(ends):
        alone = polish_minima(surface, w[None], max_steps=3)
        assert int(alone.kinks[0]) == int(together.kinks[i])
        torch.testing.assert_close(alone.points[0], together.points[i], rtol=1e-6, atol=1e-6)


def test_a_point_that_is_not_finite_is_left_alone() -> None:
    surface, ends = _ends((3, 3, 2, 1), ReLU(), biases=True, number=4)
    ends[2] = torch.nan
    found = polish_minima(surface, ends, max_steps=20)
    assert bool(found.points[2].isnan().all())
    assert bool(found.points[[0, 1, 3]].isfinite().all())


@pytest.mark.parametrize("slope", [0.1, 0.2, 0.7])
def test_gates_have_the_slope_itself_and_not_its_float32(slope: float) -> None:
    surface, ends = _ends((3, 2, 1), LeakyReLU(slope), biases=False, number=3)
    gates = activation_patterns(surface, ends).gates[0]
    assert set(gates.unique().tolist()) == {slope, 1.0}
