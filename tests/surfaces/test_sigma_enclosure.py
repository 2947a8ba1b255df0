"""Sigma in balls against floating point, exact fractions, and data where it cannot be had."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from flint import ctx, fmpq
from hypothesis import given, strategies as st

from lossatlas.surfaces import sigma_enclosure


@given(
    inputs=st.integers(1, 4), outputs=st.integers(1, 3), extra=st.integers(0, 5),
    seed=st.integers(0, 10**6),
)  # fmt: skip
def test_the_balls_hold_the_floating_point_sigma(
    inputs: int, outputs: int, extra: int, seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    X = torch.randn(inputs + extra, inputs, generator=generator, dtype=torch.float64)
    Y = torch.randn(inputs + extra, outputs, generator=generator, dtype=torch.float64)
    sigma = sigma_enclosure(X, Y)
    assert sigma is not None
    projector = X @ torch.linalg.pinv(X)
    near = (Y.T @ projector @ Y).numpy()
    middle = np.array([[float(sigma[i, j].mid()) for j in range(outputs)] for i in range(outputs)])
    condition = float(torch.linalg.cond(X)) ** 2
    assert middle == pytest.approx(near, abs=1e-14 * condition * (1 + np.abs(near).max()))
    assert max(float(sigma[i, j].rad()) for i in range(outputs) for j in range(outputs)) < 1e-30


@pytest.mark.parametrize("scale", [1.0, 0.1])
def test_the_balls_hold_the_exact_sigma(scale: float) -> None:
    X = torch.tensor([[1.0, 2.0], [3.0, 1.0], [0.0, 2.0]], dtype=torch.float64) * scale
    Y = torch.tensor([[1.0], [0.0], [2.0]], dtype=torch.float64)
    x = [[Fraction(v) for v in row] for row in X.tolist()]
    a, b, c = (sum(r[i] * r[j] for r in x) for i, j in ((0, 0), (0, 1), (1, 1)))
    p, q = (sum(r[i] * Fraction(y[0]) for r, y in zip(x, Y.tolist(), strict=True)) for i in (0, 1))
    exact = (c * p * p - 2 * b * p * q + a * q * q) / (a * c - b * b)
    sigma = sigma_enclosure(X, Y)
    assert sigma is not None
    with ctx.workprec(512):  # the fraction's own ball must be the narrower one
        assert sigma[0, 0].contains(fmpq(exact.numerator, exact.denominator))


def test_columns_of_zeros_are_left_out_exactly() -> None:
    generator = torch.Generator().manual_seed(0)
    X = torch.randn(6, 2, generator=generator, dtype=torch.float64)
    Y = torch.randn(6, 2, generator=generator, dtype=torch.float64)
    padded = torch.cat([X[:, :1], torch.zeros(6, 1), X[:, 1:]], dim=1)
    whole, reduced = sigma_enclosure(padded, Y), sigma_enclosure(X, Y)
    assert whole is not None
    assert reduced is not None
    assert whole.overlaps(reduced)


def test_dependent_columns_have_no_enclosure() -> None:
    X = torch.tensor([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]], dtype=torch.float64)
    assert sigma_enclosure(X, torch.ones(3, 1, dtype=torch.float64)) is None


def test_pixels_and_their_levels_have_the_same_sigma() -> None:
    rng = np.random.default_rng(1)
    levels = torch.from_numpy(rng.integers(0, 17, (30, 3)).astype(float))
    Y = torch.from_numpy(rng.integers(0, 2, (30, 2)).astype(float))
    one, other = sigma_enclosure(levels / 16, Y), sigma_enclosure(levels, Y)
    assert one is not None
    assert other is not None
    assert one.overlaps(other)
