"""Krylov bases stay orthonormal, densities are those of the spectrum."""

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, strategies as st
from torch import Generator, Tensor
from torch.testing import assert_close

from lossatlas.linalg import DenseOperator, FunctionOperator, spectral_density, tridiagonalise

Planted = Callable[..., Tensor]


def generator(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


@given(st.integers(1, 40), st.integers(0, 10**6))
def test_the_basis_is_orthonormal_and_carries_a_to_t(planted: Planted, n: int, seed: int) -> None:
    A = planted(torch.randn(n, generator=generator(seed)), seed=seed)
    start = torch.randn(n, dtype=torch.float64, generator=generator(seed))
    T = tridiagonalise(DenseOperator(A), start, n)
    V = T.basis
    assert_close(V @ V.T, torch.eye(len(V), dtype=V.dtype), atol=1e-12, rtol=0)
    assert_close(V @ A @ V.T, T.dense(), atol=1e-11, rtol=1e-11)


def test_no_ghost_of_an_outlier_ever_comes_back(planted: Planted) -> None:
    """Without reorthogonalisation the top eigenvalue is found again and again."""
    A = planted([1000.0, *torch.linspace(0, 1, 149).tolist()])
    T = tridiagonalise(
        DenseOperator(A), torch.randn(150, dtype=torch.float64, generator=generator()), 120
    )
    nodes = torch.linalg.eigvalsh(T.dense())
    assert int((nodes > 10).sum()) == 1


def test_a_krylov_space_ends_with_the_distinct_eigenvalues(planted: Planted) -> None:
    A = planted([1.0] * 10 + [2.0] * 10 + [5.0] * 3)
    T = tridiagonalise(DenseOperator(A), torch.ones(23, dtype=torch.float64), 23)
    assert_close(
        torch.linalg.eigvalsh(T.dense()), torch.tensor([1.0, 2.0, 5.0], dtype=torch.float64)
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_weights_of_a_density_sum_to_one_and_nodes_lie_within_the_spectrum(
    planted: Planted, dtype: torch.dtype
) -> None:
    A = planted([-3.0, 0.0, 0.0, 1.0, 2.0, 8.0]).to(dtype)
    density = spectral_density(DenseOperator(A), generator(), num_steps=4, num_runs=5)
    assert density.weights.sum().item() == pytest.approx(1, abs=1e-5)
    assert -3.001 < density.nodes.min() < density.nodes.max() < 8.001
    assert density.nodes.dtype == dtype


def test_a_density_of_full_depth_has_the_exact_masses_on_average(planted: Planted) -> None:
    values = [-2.0] * 8 + [-1.0] * 2 + [0.5] * 10 + [4.0] * 20
    density = spectral_density(
        DenseOperator(planted(values)), generator(), num_steps=40, num_runs=400
    )
    assert density.mass_below(-1.5).item() == pytest.approx(8 / 40, abs=0.02)
    assert density.mass_below(0.0).item() == pytest.approx(10 / 40, abs=0.02)
    assert density.moment(1).item() == pytest.approx(sum(values) / 40, abs=0.1)
    grid = torch.linspace(-6, 8, 2001, dtype=torch.float64)
    area = torch.trapezoid(density.smoothed(grid, 0.2), grid)
    assert area.item() == pytest.approx(1, abs=1e-6)


def test_runs_taken_apart_for_their_size_have_the_same_law(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lossatlas.linalg import _quadrature

    A = DenseOperator(planted([-1.0] * 5 + [1.0] * 15))
    monkeypatch.setattr(_quadrature, "_LARGE", 1)
    density = spectral_density(A, generator(), num_steps=3, num_runs=300)
    assert density.mass_below(0.0).item() == pytest.approx(0.25, abs=0.02)


def test_the_same_seed_gives_the_same_bits(planted: Planted) -> None:
    A = DenseOperator(planted(torch.linspace(-1, 1, 30)))
    first, second = (spectral_density(A, generator(5), num_steps=9) for _ in range(2))
    assert torch.equal(first.nodes, second.nodes)
    assert torch.equal(first.weights, second.weights)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_density_of_a_zero_matrix_is_at_zero(n: int) -> None:
    density = spectral_density(DenseOperator(torch.zeros(n, n)), generator(), num_runs=3)
    assert (density.nodes == 0).all()
    assert density.weights.sum().item() == pytest.approx(1)


def test_products_that_are_not_finite_give_nan_and_no_number() -> None:
    density = spectral_density(
        FunctionOperator(6, lambda V: V * torch.nan), generator(), num_steps=3
    )
    assert density.nodes.isnan().all()


def test_misuse_is_named(planted: Planted) -> None:
    A = DenseOperator(planted([1.0, 2.0]))
    with pytest.raises(ValueError, match="`num_steps` should be between 1 and 2"):
        tridiagonalise(A, torch.ones(2, dtype=torch.float64), 3)
    with pytest.raises(ValueError, match="`start`"):
        tridiagonalise(A, torch.zeros(2, dtype=torch.float64), 1)
    with pytest.raises(ValueError, match="num_runs"):
        spectral_density(A, generator(), num_runs=0)
