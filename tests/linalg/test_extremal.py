"""Eigenpairs and counts from products alone, multiplicities included."""

from collections.abc import Callable
from typing import Literal

import pytest
import torch
from hypothesis import given, strategies as st
from scipy.sparse.linalg import eigsh
from torch import Generator, Tensor
from torch.testing import assert_close

from lossatlas.linalg import DenseOperator, FunctionOperator, count_negative, extremal

Planted = Callable[..., Tensor]


def generator(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def degenerate(n: int, copies: int, rest: tuple[float, float]) -> Tensor:
    return torch.cat([torch.full((copies,), -1.0), torch.linspace(*rest, n - copies)]).double()


@pytest.mark.parametrize("which", ["smallest", "largest"])
def test_an_eigenvalue_of_multiplicity_30_in_200_is_found_30_times(
    planted: Planted, which: Literal["smallest", "largest"]
) -> None:
    sign = 1 if which == "smallest" else -1
    values = sign * degenerate(200, 30, (-0.9, 3.0))
    found = extremal(DenseOperator(planted(values)), 35, which=which, generator=generator())
    assert found.converged.all()
    assert int(((found.values + sign).abs() < 1e-7).sum()) == 30
    assert_close(
        found.values, values.sort(descending=which == "largest").values[:35], atol=1e-9, rtol=0
    )


@pytest.mark.parametrize("seed", range(3))
def test_no_copy_is_missed_and_no_ghost_is_made(planted: Planted, seed: int) -> None:
    values = torch.tensor([-5.0, -5.0, -5.0, -4.0, -4.0, -3.0, *torch.linspace(0, 9, 394)]).double()
    found = extremal(DenseOperator(planted(values, seed=seed)), 8, generator=generator(seed))
    assert_close(found.values, values[:8], atol=1e-8, rtol=0)


@given(st.integers(1, 45), st.integers(0, 10**6), st.sampled_from(["smallest", "largest"]))
def test_pairs_agree_with_eigh_and_vectors_are_orthonormal(
    planted: Planted, n: int, seed: int, which: Literal["smallest", "largest"]
) -> None:
    values = torch.randn(n, dtype=torch.float64, generator=generator(seed)).round(decimals=1)
    A = planted(values, seed=seed)
    k = 1 + seed % n
    found = extremal(DenseOperator(A), k, which=which, generator=generator(seed))
    expected = values.sort(descending=which == "largest").values[:k]
    assert_close(found.values, expected, atol=1e-7, rtol=0)
    Q = found.vectors
    assert_close(Q.T @ Q, torch.eye(k, dtype=Q.dtype), atol=1e-9, rtol=0)
    assert_close((A @ Q - Q * found.values).norm(dim=0), found.residuals, atol=1e-10, rtol=0)


def test_residuals_bound_the_errors(planted: Planted) -> None:
    values = torch.linspace(-2, 2, 300).double()
    found = extremal(DenseOperator(planted(values)), 5, generator=generator(), tolerance=1e-4)
    assert ((found.values - values[:5]).abs() <= found.residuals + 1e-12).all()


def test_scipy_finds_the_same_ends(planted: Planted) -> None:
    A = DenseOperator(planted(torch.randn(250, generator=generator()).double()))
    theirs = eigsh(A.to_scipy(), k=6, which="SA", return_eigenvectors=False)
    ours = extremal(A, 6, generator=generator()).values
    assert_close(ours, torch.from_numpy(theirs.copy()).sort().values, atol=1e-8, rtol=0)


def test_few_products_find_isolated_ends(planted: Planted) -> None:
    values = torch.cat([torch.linspace(-9, -5, 10), torch.rand(1490, generator=generator())])
    found = extremal(DenseOperator(planted(values)), 10, generator=generator())
    assert found.converged.all()
    assert found.num_products <= 100


def test_products_spent_too_early_are_said(planted: Planted) -> None:
    A = DenseOperator(planted(torch.linspace(0, 1, 500)))
    found = extremal(A, 10, generator=generator(), max_products=15)
    assert found.values.shape == (10,)
    assert not found.converged.any()


@pytest.mark.parametrize("n", [1, 2, 40, 150])
def test_a_zero_operator_has_zeros_at_its_ends(n: int) -> None:
    found = extremal(DenseOperator(torch.zeros(n, n)), 1, generator=generator())
    assert found.values.tolist() == [0.0]
    assert found.converged.all()


def test_float32_finds_multiplicities_to_its_precision(planted: Planted) -> None:
    A = DenseOperator(planted(degenerate(120, 5, (0.0, 2.0))).float())
    found = extremal(A, 6, generator=generator())
    assert found.values.dtype == torch.float32
    assert int(((found.values + 1).abs() < 1e-3).sum()) == 5


def test_what_is_not_finite_is_nan_and_not_converged() -> None:
    A = FunctionOperator(50, lambda V: V * torch.nan)
    found = extremal(A, 2, generator=generator())
    assert found.values.isnan().all()
    assert not found.converged.any()
    counted = count_negative(A, generator())
    assert (counted.interval, counted.stable) == ((0, 50), False)


def test_misuse_is_named() -> None:
    with pytest.raises(ValueError, match="between 1 and 3"):
        extremal(DenseOperator(torch.eye(3)), 4, generator=generator())
    with pytest.raises(ValueError, match="at least 0"):
        count_negative(DenseOperator(torch.eye(3)), generator(), tolerance=-1.0)


def test_multiplicity_30_in_200_counts_30_negative_eigenvalues(planted: Planted) -> None:
    found = count_negative(DenseOperator(planted(degenerate(200, 30, (0.1, 3.0)))), generator())
    assert (found.negative, found.undecided, found.positive) == (30, 0, 170)
    assert found.stable


@given(st.integers(1, 60), st.integers(0, 10**6))
def test_counts_agree_with_planted_spectra(planted: Planted, n: int, seed: int) -> None:
    choice = torch.tensor([-2.0, -2.0, -0.3, 0.0, 0.4, 1.0, 7.0])
    values = choice[torch.randint(7, (n,), generator=generator(seed))]
    found = count_negative(DenseOperator(planted(values, seed=seed)), generator(seed))
    assert found.negative == int((values < 0).sum())
    assert found.undecided == int((values == 0).sum())
    assert found.negative + found.undecided + found.positive == n


def test_many_negative_eigenvalues_are_all_found(planted: Planted) -> None:
    values = torch.linspace(-3, 3, 301, dtype=torch.float64)
    values[150] = 0.0
    found = count_negative(DenseOperator(planted(values)), generator())
    assert (found.negative, found.undecided, found.positive) == (150, 1, 150)


def test_a_near_zero_cluster_is_undecided(planted: Planted) -> None:
    cluster = 1e-13 * torch.linspace(-1, 1, 25)
    values = torch.cat([torch.full((4,), -1.0), cluster, torch.linspace(0.2, 3, 171)])
    found = count_negative(DenseOperator(planted(values)), generator())
    assert (found.negative, found.undecided) == (4, 25)


def test_a_null_space_too_large_to_count_gives_an_interval(planted: Planted) -> None:
    values = torch.cat([torch.full((4,), -1.0), torch.zeros(150), torch.linspace(0.2, 3, 46)])
    found = count_negative(DenseOperator(planted(values)), generator())
    assert not found.stable
    low, high = found.interval
    assert low == 4
    assert high >= 150


def test_products_spent_too_early_give_an_interval_that_holds_the_index(planted: Planted) -> None:
    values = torch.linspace(-1, 1, 400).double()
    found = count_negative(DenseOperator(planted(values)), generator(), max_products=60)
    low, high = found.interval
    assert not found.stable
    assert low <= 200 <= high
    assert low > 0


def test_an_eigenvalue_inside_the_error_is_never_certain(planted: Planted) -> None:
    A = DenseOperator(planted([-1.0, -1e-3, *torch.linspace(1, 2, 60).tolist()]))
    found = count_negative(A, generator(), error=2e-3)
    assert (found.negative, found.undecided) == (1, 1)


def test_a_cluster_of_small_positive_eigenvalues_hides_no_negative_one(planted: Planted) -> None:
    values = torch.cat(
        [torch.tensor([-1e-4]), torch.full((300,), 1e-3), torch.linspace(0.1, 3, 99)]
    )
    found = count_negative(DenseOperator(planted(values)), generator())
    assert (found.negative, found.undecided) == (1, 0)
