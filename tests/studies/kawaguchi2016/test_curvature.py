"""Exact and bounded curvatures against products, finite differences and the dense Hessian."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st

from lossatlas.studies.kawaguchi2016._counts import count_signs, hessian_lipschitz, spectra_at
from lossatlas.studies.kawaguchi2016._curvature import exact_curvature, exact_moments
from lossatlas.studies.kawaguchi2016._fractions import floats, rational
from lossatlas.surfaces import DeepLinear

WIDTHS = st.lists(st.integers(1, 4), min_size=3, max_size=5)


def problem(widths: list[int], seed: int) -> tuple[DeepLinear, torch.Generator]:
    generator = torch.Generator().manual_seed(seed)
    X = torch.randn(6, widths[0], generator=generator, dtype=torch.float64)
    Y = torch.randn(6, widths[-1], generator=generator, dtype=torch.float64)
    return DeepLinear(widths, X, Y), generator


@given(widths=WIDTHS, seed=st.integers(0, 10**6))
def test_exact_curvature_is_that_of_the_hessian(widths: list[int], seed: int) -> None:
    surface, generator = problem(widths, seed)
    w, v = surface.random_point(generator, (2,))
    moments = exact_moments(surface.inputs.numpy(), surface.targets.numpy())
    assert moments is not None
    matrices, directions = ([rational(W.numpy()) for W in surface.weights(u)] for u in (w, v))
    exact = float(exact_curvature(matrices, directions, moments))
    scale = float(surface.hessian(w).abs().sum())
    assert exact == pytest.approx((v @ surface.hessian(w) @ v).item(), abs=1e-12 * scale)
    h = 1e-3
    steps = [surface.loss(w + s * h * v).item() for s in (1, 0, -1)]
    second = (steps[0] - 2 * steps[1] + steps[2]) / h**2
    assert exact == pytest.approx(second, abs=1e-2 * max(1.0, scale))


def test_moments_of_pixels_are_sums_of_integers() -> None:
    rng = np.random.default_rng(0)
    X, Y = rng.integers(0, 17, (400, 64)) / 16, np.eye(10)[rng.integers(0, 10, 400)]
    moments = exact_moments(X, Y)
    assert moments is not None
    assert (floats(moments[0]) == X.T @ X).all()
    assert (floats(moments[1]) == X.T @ Y).all()


def test_moments_that_would_take_long_are_not_computed() -> None:
    assert exact_moments(np.full((10_000, 30), 0.1), np.ones((10_000, 2))) is None


@given(widths=WIDTHS, seed=st.integers(0, 10**6), size=st.sampled_from([1e-3, 1e-1, 1.0]))
def test_the_hessian_changes_no_faster_than_its_lipschitz_bound(
    widths: list[int], seed: int, size: float
) -> None:
    surface, generator = problem(widths, seed)
    w, v = surface.random_point(generator, (2,))
    step = 1e-3 * size * v
    change = torch.linalg.matrix_norm(surface.hessian(w + step) - surface.hessian(w), ord=2)
    # the bound holds on a ball; its value at the far end covers the segment up to second order
    bound = torch.maximum(
        hessian_lipschitz(surface, w[None]), hessian_lipschitz(surface, (w + step)[None])
    )
    assert float(change) <= 1.01 * float(bound) * float(step.norm()) + 1e-12


def test_eigenvalues_below_the_cut_are_undecided() -> None:
    surface, generator = problem([2, 2, 2], 1)
    w = surface.random_point(generator, (3,))
    zero = torch.zeros(3, dtype=torch.float64)
    sizes = spectra_at(surface, w).values.abs()
    cut = (sizes.sort().values[:, 2] * sizes.sort().values[:, 3]).sqrt()
    counts = count_signs(surface, w, distance=zero, cut=cut)
    decided = (sizes > 2.5 * cut[:, None]).sum(-1)
    assert (counts.negative + counts.positive >= decided).all()
    assert (counts.undecided >= (sizes <= cut[:, None]).sum(-1)).all()


def test_the_loss_error_is_the_gain_of_a_newton_step_near_a_minimum() -> None:
    surface = DeepLinear((1, 1, 1), *(torch.tensor([[x]]).double() for x in (1.0, 4.0)))
    w = torch.tensor([[2.0, 2.0 + 1e-5]], dtype=torch.float64)
    error = spectra_at(surface, w).loss_error.item()
    assert error == pytest.approx(surface.loss(w).item(), rel=1e-3)


def test_spectra_of_lost_points_are_nan() -> None:
    surface, generator = problem([2, 2, 2], 1)
    w = surface.random_point(generator, (2,))
    w[1, 0] = float("inf")
    found: Any = spectra_at(surface, w)
    assert found.values[0].isfinite().all()
    assert found.values[1].isnan().all()
    assert found.loss_error[1].isnan()
