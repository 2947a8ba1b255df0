"""Every way to solve for the step against the formula, written out with eigenvectors in numpy."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor
from torch.testing import assert_close

from lossatlas.critical import (
    AbstractStep,
    MatrixFree,
    NormalCholesky,
    PseudoInverse,
    ShiftedSolve,
)
from lossatlas.surfaces import DeepLinear


def _surface() -> DeepLinear:
    g = Generator().manual_seed(0)
    X, Y = (torch.randn(20, d, generator=g, dtype=torch.float64) for d in (3, 2))
    return DeepLinear((3, 4, 2), inputs=X, targets=Y)


def _damped(H: NDArray[np.float64], g: NDArray[np.float64], s: float) -> NDArray[np.float64]:
    return -np.linalg.solve(H @ H + s**2 * np.eye(len(g)), H @ g)


def _points(count: int) -> tuple[DeepLinear, Tensor, Tensor]:
    surface = _surface()
    w = surface.random_point(Generator().manual_seed(1), (count,))
    return surface, w, surface.gradient(w)


@pytest.mark.parametrize("step", [ShiftedSolve(), NormalCholesky()])
@pytest.mark.parametrize("size", [1e-2, 1.0, 1e3])
def test_the_damped_step_is_that_of_levenberg_and_marquardt(
    step: AbstractStep, size: float
) -> None:
    surface, w, g = _points(5)
    p = step.solve(surface, w, g, torch.full((5,), size, dtype=torch.float64))
    for i in range(5):
        expected = _damped(surface.hessian(w[i]).numpy(), g[i].numpy(), size)
        assert_close(p[i].numpy(), expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("step", [PseudoInverse(), MatrixFree(tolerance=1e-13)])
def test_the_minimum_norm_step_is_the_pseudo_inverse(step: AbstractStep) -> None:
    surface, w, g = _points(4)
    w[0] = 0  # there the Hessian has a kernel
    g = surface.gradient(w)
    p = step.solve(surface, w, g, torch.zeros(4, dtype=torch.float64))
    for i in range(4):
        H = surface.hessian(w[i]).numpy()
        expected = -np.linalg.pinv(H, rcond=1e-12, hermitian=True) @ g[i].numpy()
        assert_close(p[i].numpy(), expected, rtol=1e-6, atol=1e-7)


def test_small_damping_keeps_the_digits_that_the_squared_hessian_loses() -> None:
    # Curvatures 1 and 1e-9: their squares differ by more than float64 holds.
    X = torch.tensor([[1.0, 0.0], [0.0, 1e-9**0.5]], dtype=torch.float64)
    surface = DeepLinear((2, 1, 1), inputs=X, targets=torch.ones(2, 1, dtype=torch.float64))
    w = torch.tensor([[0.3, 0.2, 1.0]], dtype=torch.float64)
    g, s = surface.gradient(w), torch.full((1,), 1e-12, dtype=torch.float64)
    H = surface.hessian(w)[0]
    newton = -torch.linalg.solve(H, g[0])
    assert_close(ShiftedSolve().solve(surface, w, g, s)[0], newton, rtol=1e-4, atol=0)
    squared = NormalCholesky().solve(surface, w, g, s)[0]
    assert (squared - newton).norm() > 0.1 * newton.norm()


@pytest.mark.parametrize("step", [ShiftedSolve(), NormalCholesky(), PseudoInverse()])
def test_a_point_that_is_not_finite_spoils_no_other(step: AbstractStep) -> None:
    surface, w, _ = _points(3)
    w[1, 0] = torch.nan
    g = surface.gradient(w)
    damping = torch.ones(3, dtype=torch.float64)
    p = step.solve(surface, w, g, damping)
    assert not p[1].isfinite().all()
    alone = step.solve(surface, w[[0, 2]], g[[0, 2]], damping[:2])
    assert_close(p[[0, 2]], alone)
