"""MINRES-QLP against the pseudo-inverse, scipy's MINRES and the normal equations."""

from collections.abc import Callable

import numpy as np
import pytest
import scipy.sparse.linalg
import torch
from hypothesis import given, strategies as st
from torch import Generator, Tensor
from torch.testing import assert_close

from lossatlas.linalg import Reason, minres_qlp

Planted = Callable[..., Tensor]


def right_side(n: int, seed: int, batch: tuple[int, ...] = ()) -> Tensor:
    return torch.randn(*batch, n, dtype=torch.float64, generator=Generator().manual_seed(seed))


def pseudo_solve(A: Tensor, b: Tensor, cut: float = 1e-11) -> Tensor:
    return (torch.linalg.pinv(A, rtol=cut, hermitian=True) @ b[..., None])[..., 0]


def product_of(A: Tensor) -> Callable[[Tensor], Tensor]:
    return lambda v: (A @ v[..., None])[..., 0]


spectra = st.lists(
    st.sampled_from([-3.0, -1.0, -0.1, 0.0, 0.0, 0.02, 1.0, 7.0]), min_size=1, max_size=30
)


@given(spectra, st.integers(0, 10**6))
def test_incompatible_singular_systems_get_the_shortest_solution(
    planted: Planted, spectrum: list[float], seed: int
) -> None:
    A, b = planted(spectrum, seed=seed), right_side(len(spectrum), seed)
    found = minres_qlp(product_of(A), b)
    assert_close(found.x, pseudo_solve(A, b), rtol=1e-7, atol=1e-9)


@given(spectra, st.integers(0, 10**6))
def test_compatible_singular_systems_are_solved_by_the_shortest_solution(
    planted: Planted, spectrum: list[float], seed: int
) -> None:
    A = planted(spectrum, seed=seed)
    b = A @ right_side(len(spectrum), seed)
    found = minres_qlp(product_of(A), b)
    assert_close(found.x, pseudo_solve(A, b), rtol=1e-8, atol=1e-10)
    assert found.residual_norm <= 1e-10 * (b.norm() + found.x.norm() * 10) + 1e-13


@pytest.mark.parametrize("n", [1, 2, 3, 40])
def test_nonsingular_systems_agree_with_scipy_minres_and_solve(planted: Planted, n: int) -> None:
    values = torch.linspace(0.5, 3, n, dtype=torch.float64)
    values[::2] *= -1
    A, b = planted(values), right_side(n, 1)
    found = minres_qlp(product_of(A), b)
    other, flag = scipy.sparse.linalg.minres(A.numpy(), b.numpy(), rtol=1e-13)
    assert flag == 0
    assert_close(found.x, torch.linalg.solve(A, b), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.x.numpy(), other, rtol=1e-7, atol=1e-9)
    assert found.reason == Reason.SOLVED


def test_systems_of_a_batch_move_together_and_do_not_disturb_each_other(planted: Planted) -> None:
    spectra = [[1.0] * 6, [0.0] * 6, [0, 0, 1, -2, 3, 4], [1e-3, 1, 1, 2, -5, 0]]
    A = torch.stack([planted(s, seed=i) for i, s in enumerate(spectra)]).reshape(2, 2, 6, 6)
    b = right_side(6, 0, (2, 2))
    together = minres_qlp(product_of(A), b)
    for i in range(2):
        for j in range(2):
            alone = minres_qlp(product_of(A[i, j]), b[i, j])
            assert_close(together.x[i, j], alone.x, rtol=1e-9, atol=1e-12)
            assert together.reason[i, j] == alone.reason
    assert_close(together.x, pseudo_solve(A, b), rtol=1e-8, atol=1e-9)
    reasons = [Reason(int(r)) for r in together.reason.flatten()]
    assert reasons == [
        Reason.SOLVED,
        Reason.LEAST_SQUARES,
        Reason.LEAST_SQUARES,
        Reason.LEAST_SQUARES,
    ]


def test_a_tiny_eigenvalue_is_not_taken_for_zero(planted: Planted) -> None:
    A = planted([1e-9, *np.linspace(-1, 2, 29)])
    b = right_side(30, 4)
    found = minres_qlp(product_of(A), b)
    exact = torch.linalg.solve(A, b)
    assert (found.x - exact).norm() <= 1e-5 * exact.norm()


def test_a_hundred_unknowns_with_a_third_of_the_spectrum_zero(planted: Planted) -> None:
    values = torch.arange(100) % 3 - 1.0
    A = planted(values * torch.linspace(1, 2, 100))
    b = right_side(100, 7)
    found = minres_qlp(product_of(A), b)
    assert_close(found.x, pseudo_solve(A, b), rtol=1e-9, atol=1e-9)
    assert found.a_residual_norm <= 1e-10


def test_the_short_recurrence_solves_compatible_systems(planted: Planted) -> None:
    A = planted([0.0] * 20 + torch.linspace(-2, 2, 60).tolist())
    b = A @ right_side(80, 2)
    found = minres_qlp(product_of(A), b, reorthogonalise=False, max_iterations=400)
    assert_close(found.x, pseudo_solve(A, b), rtol=1e-6, atol=1e-6)


def test_the_short_recurrence_has_half_the_digits_on_incompatible_systems(planted: Planted) -> None:
    A = planted([0.0] * 20 + torch.linspace(1, 2, 60).tolist())
    b = right_side(80, 2)
    found = minres_qlp(product_of(A), b, reorthogonalise=False, tolerance=1e-8)
    assert_close(found.x, pseudo_solve(A, b), rtol=1e-5, atol=1e-5)


def test_residuals_are_those_of_the_solution(planted: Planted) -> None:
    A, b = planted([0.0, 1.0, -2.0, 3.0]), right_side(4, 0)
    found = minres_qlp(product_of(A), b)
    residual = A @ found.x - b
    assert_close(found.residual_norm, residual.norm())
    assert_close(found.a_residual_norm, (A @ residual).norm())


def test_a_zero_right_side_costs_nothing_and_gives_zero(planted: Planted) -> None:
    found = minres_qlp(product_of(planted([1.0, 2.0])), torch.zeros(2, dtype=torch.float64))
    assert found.x.tolist() == [0.0, 0.0]
    assert (found.iterations, found.reason) == (0, Reason.SOLVED)


def test_what_is_not_finite_is_said_and_spoils_no_other() -> None:
    A = torch.eye(3, dtype=torch.float64).repeat(2, 1, 1)
    A[0, 1, 1] = torch.nan
    found = minres_qlp(product_of(A), torch.ones(2, 3, dtype=torch.float64))
    assert found.reason.tolist() == [Reason.NOT_FINITE, Reason.SOLVED]
    assert_close(found.x[1], torch.ones(3, dtype=torch.float64))
    assert found.residual_norm[0].isnan()


def test_too_few_iterations_are_said(planted: Planted) -> None:
    A = planted(torch.linspace(1, 100, 40).tolist())
    found = minres_qlp(product_of(A), right_side(40, 0), max_iterations=3)
    assert (found.reason, found.iterations) == (Reason.MAX_ITERATIONS, 3)


def test_float32_systems_are_solved_to_its_precision(planted: Planted) -> None:
    A, b = planted([1.0, -2.0, 0.0, 4.0]).float(), right_side(4, 0).float()
    found = minres_qlp(product_of(A), b, tolerance=1e-6)
    assert found.x.dtype == torch.float32
    assert_close(found.x, pseudo_solve(A, b, cut=1e-5), rtol=1e-4, atol=1e-5)


def test_every_reason_has_a_sentence_and_misuse_is_named() -> None:
    assert all(reason.sentence for reason in Reason)
    with pytest.raises(ValueError, match="should be positive"):
        minres_qlp(lambda v: v, torch.ones(2), tolerance=0.0)
