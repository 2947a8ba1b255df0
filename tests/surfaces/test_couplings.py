"""Every storage holds the same tensor: contractions against the full one, and the bits themselves."""

from collections import Counter
from collections.abc import Callable
from itertools import combinations_with_replacement, permutations
from math import factorial, prod

import pytest
import torch
from hypothesis import given, strategies as st
from torch import Generator, Tensor
from torch.testing import assert_close

from lossatlas.surfaces import _compact_couplings as compact
from lossatlas.surfaces._compact_couplings import CompactCouplings, compact_numbers
from lossatlas.surfaces._couplings import AbstractCouplings
from lossatlas.surfaces._matrix_couplings import MatrixCouplings
from lossatlas.surfaces._monomial_couplings import MonomialCouplings
from lossatlas.surfaces._multi_indices import count, multi_indices, multiplicities, place
from lossatlas.surfaces._pair_couplings import PairCouplings
from lossatlas.surfaces._sample_couplings import full_tensor, sample_entries

Build = Callable[[Tensor, int], AbstractCouplings]
STORAGES: list[tuple[str, int, Build]] = [
    ("matrix", 2, MatrixCouplings.of),
    ("pairs", 3, PairCouplings.of),
    ("tiles", 3, CompactCouplings.of),
    ("monomials-3", 3, lambda e, size: MonomialCouplings.of(e, 3, size)),
    ("monomials-4", 4, lambda e, size: MonomialCouplings.of(e, 4, size)),
    ("monomials-6", 6, lambda e, size: MonomialCouplings.of(e, 6, size)),
]
each_storage = pytest.mark.parametrize(
    ("order", "build"), [s[1:] for s in STORAGES], ids=[s[0] for s in STORAGES]
)


@pytest.fixture(autouse=True)
def _small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiles of three, so that small tensors have whole, cut and single ones."""
    monkeypatch.setattr(compact, "_TILE", 3)


def _contracted(T: Tensor, *points: Tensor) -> Tensor:
    """T with one factor after the other contracted, at each row of the points."""
    rows = []
    for row in zip(*points, strict=True):
        left = T
        for w in row:
            left = torch.tensordot(left, w, 1)
        rows.append(left)
    return torch.stack(rows)


def _witnesses(order: int, size: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    g = Generator().manual_seed(order + size)
    entries = sample_entries(order, size, g, torch.float64)
    w, v = torch.randn(2, 4, size, generator=g, dtype=torch.float64)
    return entries, full_tensor(entries, order, size), w, v


@each_storage
@pytest.mark.parametrize("size", [2, 3, 7])
def test_contractions_are_those_of_the_full_tensor(order: int, build: Build, size: int) -> None:
    entries, T, w, v = _witnesses(order, size)
    c = build(entries, size)
    M = _contracted(T, *[w] * (order - 2)) if order > 2 else T.expand(4, -1, -1)
    rows = torch.tensor([size - 1, 0])
    absolute = _contracted(T.abs(), *[w.abs()] * (order - 2)) if order > 2 else M.abs()
    assert_close(c.matrices(w), M)
    assert_close(c.vectors(w), (M @ w[..., None])[..., 0])
    assert_close(c.products(w, v), (M @ v[..., None])[..., 0])
    assert_close(c.rows(w, rows), M[:, rows].permute(1, 2, 0))
    assert_close(c.majorants(w), absolute)
    assert c.num_terms >= len(multi_indices(size, order - 2))


@each_storage
def test_entries_come_back_as_they_were_given(order: int, build: Build) -> None:
    entries, *_ = _witnesses(order, 7)
    assert torch.equal(build(entries, 7).entries(), entries)


@each_storage
def test_matrices_are_symmetric_to_the_last_bit(order: int, build: Build) -> None:
    entries, _, w, _ = _witnesses(order, 7)
    c = build(entries, 7)
    for M in (c.matrices(w), c.majorants(w)):
        assert torch.equal(M, M.mT)


@pytest.mark.parametrize("size", [40, 110])
def test_blocks_and_long_rows_give_what_small_ones_give(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = sample_entries(3, size, Generator().manual_seed(0), torch.float64)
    w, v = torch.randn(2, 300, size, generator=Generator().manual_seed(1), dtype=torch.float64)
    c = PairCouplings.of(entries, size)
    singly = torch.cat([c.vectors(part) for part in w.split(7)])
    crossed = torch.cat([c.products(a, b) for a, b in zip(w.split(7), v.split(7), strict=True)])
    assert_close(c.vectors(w), singly)
    assert_close(c.products(w, v), crossed)
    monkeypatch.setattr("lossatlas.surfaces._couplings._BLOCK", 2**12)
    assert_close(c.vectors(w), singly)
    assert_close(c.products(w, v), crossed)
    assert_close(c.majorants(w[:3]), PairCouplings(c.stored.abs()).matrices(w[:3].abs()))


@given(order=st.integers(1, 5), size=st.integers(1, 6))
def test_multi_indices_are_pythons_in_pythons_order(order: int, size: int) -> None:
    expected = list(combinations_with_replacement(range(size), order))
    indices = multi_indices(size, order)
    assert [tuple(row) for row in indices.tolist()] == expected
    assert count(size, order) == len(expected)
    assert place(list(indices.T), size).tolist() == list(range(len(expected)))
    shared = [factorial(order) // prod(map(factorial, Counter(i).values())) for i in expected]
    assert multiplicities(size, order).tolist() == shared
    by_first = [multiplicities(size, order, first) for first in range(size)]
    assert torch.cat(by_first).tolist() == shared


@given(order=st.integers(2, 5), size=st.integers(2, 4))
def test_the_full_tensor_has_each_entry_at_every_permutation(order: int, size: int) -> None:
    entries = torch.arange(count(size, order)).double()
    T = full_tensor(entries, order, size)
    assert torch.equal(T[tuple(multi_indices(size, order).T)], entries)
    assert all(torch.equal(T, T.permute(axes)) for axes in permutations(range(order)))


@pytest.mark.parametrize("size", [2, 7, 9])
def test_the_forecast_of_tiles_is_what_they_hold(size: int) -> None:
    c = CompactCouplings.of(torch.zeros(count(size, 3)), size)
    assert sum(slab.numel() for slab in c.slabs.values()) == compact_numbers(size)
