"""Signs of eigenvalues: certain, or undecided, never wrong."""

from collections.abc import Callable

import numpy as np
import pytest
import scipy.linalg
import torch
from hypothesis import given, strategies as st
from torch import Generator, Tensor

from lossatlas.linalg import Inertia, inertia
from lossatlas.linalg._ldl import _factor_batch, _factor_large, factor

Planted = Callable[..., Tensor]


def counts(found: Inertia) -> tuple[int, int, int]:
    return int(found.negative), int(found.undecided), int(found.positive)


def symmetric(n: int, seed: int, batch: tuple[int, ...] = ()) -> Tensor:
    G = torch.randn(*batch, n, n, dtype=torch.float64, generator=Generator().manual_seed(seed))
    return G + G.mT


spectra = st.lists(
    st.sampled_from([-3.0, -1.0, -0.01, 0.0, 0.0, 0.5, 2.0, 1e3, -1e3]), min_size=1, max_size=40
)


@given(spectra, st.integers(0, 10**6))
def test_planted_signs_are_counted_and_planted_zeros_are_undecided(
    planted: Planted, spectrum: list[float], seed: int
) -> None:
    A = planted(spectrum, seed=seed)
    negative, positive = sum(x < 0 for x in spectrum), sum(x > 0 for x in spectrum)
    assert counts(inertia(A)) == (negative, len(spectrum) - negative - positive, positive)


@pytest.mark.parametrize("n", [200, 300])
def test_an_eigenvalue_of_multiplicity_30_is_counted_30_times(planted: Planted, n: int) -> None:
    A = planted([-0.7] * 30 + torch.linspace(0.1, 4, n - 30).tolist())
    assert counts(inertia(A)) == (30, 0, n - 30)
    level = torch.eye(n, dtype=torch.float64)
    below, above = inertia(A + (0.7 - 1e-6) * level), inertia(A + (0.7 + 1e-6) * level)
    assert int(below.negative) - int(above.negative) == 30


@pytest.mark.parametrize("n", [1, 2, 3, 17, 250])
def test_a_zero_matrix_is_wholly_undecided(n: int) -> None:
    assert counts(inertia(torch.zeros(n, n, dtype=torch.float64))) == (0, n, 0)


def test_a_matrix_without_rows_has_no_eigenvalues() -> None:
    assert counts(inertia(torch.zeros(0, 0))) == (0, 0, 0)
    assert inertia(torch.zeros(3, 0, 0)).negative.shape == (3,)
    assert inertia(torch.zeros(0, 4, 4)).negative.shape == (0,)


@pytest.mark.parametrize("value", [-2.0, 0.0, 5.0])
def test_one_row_has_the_sign_of_its_entry(value: float) -> None:
    found = counts(inertia(torch.tensor([[value]])))
    assert found == (int(value < 0), int(value == 0), int(value > 0))


def test_a_zero_diagonal_takes_pivots_of_two_rows() -> None:
    A = torch.tensor([[0.0, 1.0], [1.0, 0.0]])
    assert counts(inertia(A)) == (1, 0, 1)


@given(st.integers(2, 30), st.floats(0.1, 0.99), st.integers(0, 10**6))
def test_an_eigenvalue_inside_the_bound_is_never_certain(
    planted: Planted, n: int, share: float, seed: int
) -> None:
    error = 1e-3
    for sign in (-1, 1):
        A = planted([sign * share * error, *torch.linspace(1, 2, n - 1)], seed=seed)
        assert counts(inertia(A, error=error)) == (0, 1, n - 1)


@given(st.integers(2, 40), st.integers(0, 10**6))
def test_no_perturbation_within_the_error_changes_what_is_certain(
    planted: Planted, n: int, seed: int
) -> None:
    generator = Generator().manual_seed(seed)
    values = torch.randn(n, generator=generator, dtype=torch.float64) * 1e-2
    A, error = planted(values, seed=seed), 1e-2
    found = inertia(A, error=error)
    E = torch.randn(n, n, generator=generator, dtype=torch.float64)
    E = (E + E.T) / torch.linalg.matrix_norm(E + E.T, 2) * error
    moved = torch.linalg.eigvalsh(A + E)
    assert found.negative <= (moved < 0).sum()
    assert found.positive <= (moved > 0).sum()


def test_near_zero_clusters_are_undecided_and_the_rest_is_not(planted: Planted) -> None:
    cluster = 1e-15 * torch.linspace(-1, 1, 20, dtype=torch.float64)
    A = planted(torch.cat([cluster, torch.tensor([-1.0, -0.5, 2.0])]))
    assert counts(inertia(A)) == (2, 20, 1)


def test_an_eigenvalue_further_than_twice_the_shift_is_decided(planted: Planted) -> None:
    tau = inertia(planted([1.0] * 50 + [-1.0])).shift.item()
    A = planted([1.0] * 50 + [-3 * tau])
    assert counts(inertia(A)) == (1, 0, 50)


@given(st.integers(1, 60), st.integers(0, 10**6))
def test_the_counts_agree_with_eigvalsh_and_scipy_ldl_on_generic_matrices(
    n: int, seed: int
) -> None:
    A = symmetric(n, seed)
    negative = int((torch.linalg.eigvalsh(A) < 0).sum())
    _, D, _ = scipy.linalg.ldl(A.numpy())
    assert counts(inertia(A)) == (negative, 0, n - negative)
    assert negative == int((np.linalg.eigvalsh(D) < 0).sum())


def test_batching_equals_looping() -> None:
    A = symmetric(9, 3, (4, 5))
    together = inertia(A)
    assert together.negative.shape == (4, 5)
    for i in range(4):
        for j in range(5):
            assert counts(inertia(A[i, j])) == tuple(
                int(x[i, j]) for x in (together.negative, together.undecided, together.positive)
            )


def test_each_matrix_of_a_batch_has_its_own_error(planted: Planted) -> None:
    A = planted([1.0, -0.1]).expand(3, 2, 2)
    found = inertia(A, error=torch.tensor([0.0, 0.2, 2.0]))
    assert found.undecided.tolist() == [0, 1, 2]


def test_float32_is_lifted_and_decided(planted: Planted) -> None:
    A = planted([-1.0, 0.5, 3.0]).float()
    assert counts(inertia(A)) == (1, 0, 2)


def test_asymmetry_at_rounding_level_enters_the_bound(planted: Planted) -> None:
    A = planted([1.0, -1.0, 1e-9])
    A[0, 1] += 1e-7
    assert counts(inertia(A)) == (1, 1, 1)


@pytest.mark.parametrize("bad", [torch.nan, torch.inf])
def test_what_is_not_finite_is_undecided_and_spoils_no_other(bad: float) -> None:
    A = symmetric(6, 0, (2,))
    A[0, 3, 3] = bad
    found = inertia(A)
    assert found.undecided.tolist() == [6, 0]
    assert found.shift[0].isnan()


def test_scaling_keeps_the_counts(planted: Planted) -> None:
    A = planted([-2.0, -1e-3, 0.0, 0.0, 1.0, 5.0])
    for scale in (1e-200, 1e-8, 1e100):
        assert counts(inertia(scale * A)) == (2, 2, 2)


def test_misuse_is_named() -> None:
    with pytest.raises(ValueError, match="square"):
        inertia(torch.zeros(2, 3))
    with pytest.raises(ValueError, match="symmetric"):
        inertia(torch.tensor([[0.0, 1.0], [0.0, 0.0]]))
    with pytest.raises(ValueError, match="`error` should be at least 0"):
        inertia(torch.eye(2), error=-1.0)


@given(st.integers(1, 70), st.integers(0, 10**6), st.booleans())
def test_the_size_of_the_factors_bounds_that_of_explicit_ones(
    n: int, seed: int, low_rank: bool
) -> None:
    A = symmetric(n, seed)
    if low_rank:
        A = A[:, : n // 2 + 1] @ A[:, : n // 2 + 1].T + 1e-3 * torch.eye(n, dtype=A.dtype)
    L, D, _ = scipy.linalg.ldl(A.numpy())
    exact = np.linalg.norm(np.abs(L) @ np.abs(D) @ np.abs(L).T, 2)
    weights = np.abs(D).sum(1)
    batch = _factor_batch(A[None].clone())
    negative, positive, size = _factor_large(A.numpy().copy())
    assert size == pytest.approx(float(weights @ (L**2).sum(0)), rel=1e-9)
    assert size == pytest.approx(batch.size.item(), rel=1e-9)
    assert size >= exact * (1 - 1e-12)
    assert (negative, positive) == (int(batch.negative), int(batch.positive))


@given(st.integers(2, 40), st.integers(0, 10**6))
def test_the_backward_error_of_the_factors_is_within_the_bound(n: int, seed: int) -> None:
    A = symmetric(n, seed)
    L, D, _ = scipy.linalg.ldl(A.numpy())
    exact = L.astype(np.longdouble) @ D.astype(np.longdouble) @ L.T.astype(np.longdouble)
    error = np.linalg.norm((exact - A.numpy()).astype(float), 2)
    assert error <= (n + 128) * 2.0**-53 * factor(A[None].clone()).size.item()


@pytest.mark.parametrize("growth", [1e-6, 1e6])
@pytest.mark.parametrize("n", [18, 220])
def test_a_wrong_first_guess_of_the_shift_changes_no_count(
    monkeypatch: pytest.MonkeyPatch, planted: Planted, growth: float, n: int
) -> None:
    from lossatlas.linalg import _inertia

    A = planted([0.0] * (n - 3) + [1.0, -1e-4, 2.0])
    honest = inertia(A)
    count = _inertia._Problem.count
    monkeypatch.setattr(
        _inertia._Problem,
        "count",
        lambda self, tau, *, sign: count(self, tau * growth if sign == 1 else tau, sign=sign),
    )
    assert counts(inertia(A)) == counts(honest) == (1, n - 3, 2)


def test_the_shift_covers_the_bound_at_both_shifted_matrices(planted: Planted) -> None:
    A = planted([0.0] * 15 + [1.0, -1.0, 2.0])
    tau = inertia(A, error=1e-9).shift.item()
    for sign in (-1, 1):
        shifted = A + sign * tau * torch.eye(18, dtype=A.dtype)
        bound = 1e-9 + (18 + 128) * 2.0**-53 * factor(shifted[None].clone()).size.item()
        assert bound <= tau
