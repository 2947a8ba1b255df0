"""Pivoting inside blocks: the factors of a plain elimination, and counts that stay certain."""

from collections.abc import Callable

import numpy as np
import pytest
import scipy.linalg
import torch
from hypothesis import given, strategies as st
from torch import Generator, Tensor

from lossatlas.linalg import Inertia, _inertia, _ldl_blocks, inertia
from lossatlas.linalg._ldl import Factored, factor
from lossatlas.linalg._ldl_blocks import BLOCKED_FROM, factor_blocks, terms_of_blocks

Planted = Callable[..., Tensor]


def counts(found: Inertia) -> tuple[int, int, int]:
    return int(found.negative), int(found.undecided), int(found.positive)


def symmetric(n: int, seed: int, *, zero_diagonal: bool = False) -> Tensor:
    G = torch.randn(n, n, dtype=torch.float64, generator=Generator().manual_seed(seed))
    A = G + G.mT
    return A.fill_diagonal_(0.0) if zero_diagonal else A


def bipartite(n: int, seed: int) -> Tensor:
    A = torch.zeros(2 * n, 2 * n, dtype=torch.float64)
    A[:n, n:] = symmetric(n, seed)
    return A + A.mT


def blocked(A: Tensor, shift: float = 0.0, most: float = float("inf")) -> Factored | None:
    return factor_blocks(A, shift, torch.empty_like(A), most=most)


def plain(A: np.ndarray, block: int) -> tuple[int, int, float]:
    """Elimination by explicit inverses of whole diagonal blocks."""
    S, size, values = A.copy(), 0.0, []
    for start in range(0, len(A), block):
        here, rest = slice(start, start + block), slice(start + block, None)
        L, D, _ = scipy.linalg.ldl(S[here, here])
        beyond = S[rest, here] @ np.linalg.inv(D @ L.T)
        size += float(np.abs(D).sum(1) @ ((L**2).sum(0) + (beyond**2).sum(0)))
        values += np.linalg.eigvalsh(D).tolist()
        S[rest, rest] -= beyond @ D @ beyond.T
    return sum(v < 0 for v in values), sum(v > 0 for v in values), size


@given(st.integers(1, 40), st.integers(0, 10**6), st.booleans(), st.integers(2, 9))
def test_the_factors_are_those_of_a_plain_elimination(
    n: int, seed: int, zero_diagonal: bool, block: int
) -> None:
    # A single row with a zero on its diagonal has no pivot at all.
    if zero_diagonal and (n % block == 1 or n == 1):
        n += 1
    A = symmetric(n, seed, zero_diagonal=zero_diagonal)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_ldl_blocks, "_BLOCK", block)
        patch.setattr(_ldl_blocks, "_TILE", 11)
        patch.setattr(_ldl_blocks, "_STRIP", 3)
        found = blocked(A)
    negative, positive, size = plain(A.numpy(), block)
    assert found is not None
    assert (int(found.negative), int(found.positive)) == (negative, positive)
    assert found.size.item() == pytest.approx(size, rel=1e-5)


@pytest.mark.parametrize("n", [1, 2, 63, 64, 65, 255, 256])
def test_one_block_is_what_lapack_says(n: int) -> None:
    A = symmetric(n, n)
    found, whole = blocked(A), factor(A[None].clone())
    assert found is not None
    assert torch.equal(found.negative, whole.negative)
    assert torch.equal(found.positive, whole.positive)
    assert found.size.item() == pytest.approx(whole.size.item(), rel=1e-9)


@pytest.mark.parametrize("n", [257, 511, 513, 700])
@pytest.mark.parametrize("zero_diagonal", [False, True])
def test_the_count_flips_within_the_bound_of_an_eigenvalue(n: int, zero_diagonal: bool) -> None:
    A = symmetric(n, n, zero_diagonal=zero_diagonal)
    values = torch.linalg.eigvalsh(A)
    for k in range(0, n, n // 5):
        for side in (-1, 1):
            found = blocked(A, -(values[k].item() + side * 1e-5))
            assert found is not None
            bound = _inertia._units(found.terms) * (found.size + 2 * A.abs().sum(-1).amax())
            assert bound.item() < 1e-5
            assert int(found.negative) == k + (side == 1)


def test_the_matrix_is_only_read() -> None:
    A = symmetric(300, 0)
    kept = A.clone()
    blocked(A, 0.5)
    assert torch.equal(A, kept)


def test_fewer_roundings_are_charged_than_there_are_rows() -> None:
    assert terms_of_blocks(1024) == 256 + 4
    assert terms_of_blocks(1025) == 256 + 5
    found = blocked(symmetric(300, 0))
    assert found is not None
    assert found.terms.tolist() == [258.0]


@pytest.mark.parametrize("bad", [torch.zeros(300, 300, dtype=torch.float64), bipartite(300, 1)])
def test_a_block_without_pivots_is_given_up(bad: Tensor) -> None:
    assert blocked(bad, most=1e12) is None


def test_growth_beyond_what_is_of_use_is_given_up() -> None:
    A = symmetric(300, 0)
    found = blocked(A)
    assert found is not None
    assert blocked(A, most=found.size.item() * 1.001) is not None
    assert blocked(A, most=found.size.item() * 0.999) is None


@pytest.mark.parametrize("n", [BLOCKED_FROM - 1, BLOCKED_FROM, BLOCKED_FROM + 1])
@pytest.mark.parametrize("zero_diagonal", [False, True])
def test_counts_of_large_matrices_agree_with_eigvalsh(n: int, zero_diagonal: bool) -> None:
    A = symmetric(n, n, zero_diagonal=zero_diagonal)
    values = torch.linalg.eigvalsh(A)
    shift = 0.3 * torch.eye(n, dtype=torch.float64)
    assert counts(inertia(A)) == (int((values < 0).sum()), 0, int((values > 0).sum()))
    assert int(inertia(A - shift).negative) == int((values < 0.3).sum())


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 16 rows for every matrix, so that small ones take the path of large ones."""
    monkeypatch.setattr(_inertia, "BLOCKED_FROM", 1)
    monkeypatch.setattr(_ldl_blocks, "_BLOCK", 16)
    monkeypatch.setattr(_ldl_blocks, "_TILE", 48)
    monkeypatch.setattr(_ldl_blocks, "_STRIP", 4)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("n", [100, 112, 113, 250])
@pytest.mark.parametrize("level", [-0.7, 0.0, 0.7])
def test_an_eigenvalue_of_multiplicity_30_is_counted_30_times(
    planted: Planted, n: int, level: float
) -> None:
    rest = torch.linspace(-4, -1, 20).tolist() + torch.linspace(1, 4, n - 50).tolist()
    A = planted([level] * 30 + rest)
    expected = {-0.7: (50, 0, n - 50), 0.0: (20, 30, n - 50), 0.7: (20, 0, n - 20)}
    assert counts(inertia(A)) == expected[level]


def test_thirty_zeros_of_a_large_matrix_are_undecided() -> None:
    n = BLOCKED_FROM + 1
    G = symmetric(n, 0)[:, : n - 30]
    assert counts(inertia(G @ G.mT)) == (0, 30, n - 30)


@pytest.mark.usefixtures("small_blocks")
@given(st.integers(2, 80), st.floats(0.1, 0.99), st.integers(0, 10**6))
def test_an_eigenvalue_inside_the_error_is_never_certain(
    planted: Planted, n: int, share: float, seed: int
) -> None:
    for sign in (-1, 1):
        A = planted([sign * share * 1e-3, *torch.linspace(1, 2, n - 1)], seed=seed)
        assert counts(inertia(A, error=1e-3)) == (0, 1, n - 1)


@pytest.mark.usefixtures("small_blocks")
def test_no_pivot_in_a_block_falls_back_on_all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = []
    honest = _inertia._Problem._factor_whole
    monkeypatch.setattr(
        _inertia._Problem,
        "_factor_whole",
        lambda self, todo, shift: whole.append(len(todo)) or honest(self, todo, shift),
    )
    assert counts(inertia(symmetric(40, 0))) == (20, 0, 20)
    assert not whole
    A = torch.stack([bipartite(20, 1), symmetric(40, 0)])
    found = inertia(A)
    assert found.undecided.tolist() == [0, 0]
    assert found.negative.tolist() == [20, 20]
    assert whole == [1, 1]


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_what_is_not_finite_spoils_no_other(value: float) -> None:
    A = torch.stack([symmetric(40, 0), symmetric(40, 0)])
    A[0, 3, 3] = value
    found = inertia(A)
    assert found.undecided.tolist() == [40, 0]
    assert found.shift[0].isnan()


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("growth", [1e-6, 1e6])
def test_a_wrong_first_guess_of_the_shift_changes_no_count(
    monkeypatch: pytest.MonkeyPatch, planted: Planted, growth: float
) -> None:
    A = planted([0.0] * 60 + [1.0, -1e-4, 2.0])
    count = _inertia._Problem.count
    monkeypatch.setattr(
        _inertia._Problem,
        "count",
        lambda self, tau, *, sign: count(self, tau * growth if sign == 1 else tau, sign=sign),
    )
    assert counts(inertia(A)) == (1, 60, 2)
