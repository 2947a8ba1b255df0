"""Groups of equal points against all pairs, and the symmetries of each surface."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from scipy.sparse.csgraph import connected_components
from torch import Generator, Tensor
from torch.testing import assert_close

from lossatlas.critical import distinct
from lossatlas.errors import MemoryForecastError
from lossatlas.surfaces import SpinGlass

Glass = Callable[..., SpinGlass]


def _by_all_pairs(points: Tensor, tolerance: float, *, signed: bool) -> np.ndarray:
    """The same partition, from the matrix of all distances."""
    w = points.numpy()
    apart = np.linalg.norm(w[:, None] - w, axis=-1)
    if signed:
        apart = np.minimum(apart, np.linalg.norm(w[:, None] + w, axis=-1))
    reach = tolerance * (1 + np.linalg.norm(w, axis=1))
    return connected_components(apart <= np.maximum(reach[:, None], reach))[1]


def _same_partition(a: np.ndarray, b: np.ndarray) -> bool:
    return len(set(zip(a, b, strict=True))) == len(set(a)) == len(set(b))


@given(
    st.sampled_from([2, 3]),
    st.integers(2, 6),
    st.integers(1, 60),
    st.sampled_from([1e-9, 1e-3, 0.1, 0.3]),
    st.integers(0, 2**16),
)
@settings(max_examples=60, deadline=None)
def test_groups_are_those_of_all_pairs(
    order: int, size: int, count: int, tolerance: float, seed: int
) -> None:
    surface = SpinGlass(order, size, generator=Generator().manual_seed(0))
    g = Generator().manual_seed(seed)
    few = surface.random_point(g, (max(1, count // 4),))
    w = few[torch.randint(len(few), (count,), generator=g)]
    w = w + tolerance / 2 * torch.randn(w.shape, generator=g, dtype=w.dtype)
    w *= torch.randint(0, 2, (count, 1), generator=g) * 2 - 1
    groups = distinct(surface, w, tolerance=tolerance)
    expected = _by_all_pairs(w, tolerance, signed=order == 2)
    assert _same_partition(groups.group.numpy(), expected)
    assert torch.equal(groups.multiplicity, torch.bincount(groups.group))
    assert torch.equal(groups.representatives, w[groups.first])
    assert torch.equal(groups.group[groups.first], torch.arange(len(groups)))
    assert (groups.first.diff() > 0).all()


def test_opposite_points_are_one_when_the_order_is_even_and_two_when_it_is_odd(
    glass: Glass,
) -> None:
    for order, expected in ((2, 5), (3, 10), (4, 5)):
        surface = glass(order, 4)
        w = surface.random_point(Generator().manual_seed(0), (5,))
        groups = distinct(surface, torch.cat([w, -w]))
        assert len(groups) == expected
        assert repr(groups) == f"Groups({expected} distinct among 10 points)"


def test_a_chain_of_near_points_is_one_group(glass: Glass) -> None:
    surface = glass(3, 2)
    angle = torch.linspace(0, 1, 101, dtype=torch.float64)
    w = 2**0.5 * torch.stack([angle.cos(), angle.sin()], dim=-1)
    assert len(distinct(surface, w, tolerance=0.007)) == 1
    assert len(distinct(surface, w, tolerance=0.005)) == 101


def test_a_change_of_hidden_bases_leaves_a_network_the_same(digits: Callable[..., Any]) -> None:
    case = digits((5, 4, 4, 3))
    w = case.starts(6)
    W1, W2, W3 = case.surface.weights(w)
    g = torch.randn(6, 4, 4, generator=Generator().manual_seed(3)).double()
    inverse = torch.linalg.inv(g)
    turned = case.surface.point([g @ W1, W2 @ inverse, W3])
    groups = distinct(case.surface, torch.cat([w, turned]))
    assert torch.equal(groups.group, torch.arange(6).repeat(2))


def test_networks_of_equal_product_are_told_apart_by_the_ranks_of_their_parts(
    digits: Callable[..., Any],
) -> None:
    surface = digits((5, 4, 4, 3)).surface
    zero = torch.zeros(surface.dimension).double()
    W1 = torch.eye(4, 5).double()
    one = surface.point([W1, torch.zeros(4, 4).double(), torch.zeros(3, 4).double()])
    assert len(distinct(surface, torch.stack([zero, one]))) == 2


def test_points_that_are_not_finite_are_in_no_group(glass: Glass) -> None:
    surface = glass(3, 3)
    w = surface.random_point(Generator().manual_seed(0), (4,))
    w[0, 1], w[2, 0] = torch.nan, torch.inf
    groups = distinct(surface, w)
    assert groups.group.tolist() == [-1, 0, -1, 1]
    assert groups.first.tolist() == [1, 3]


@pytest.mark.parametrize("order", [2, 3])
def test_no_points_make_no_groups(glass: Glass, order: int) -> None:
    groups = distinct(glass(order, 3), torch.empty(0, 3).double())
    assert len(groups) == 0
    assert groups.representatives.shape == (0, 3)


def test_no_networks_make_no_groups(digits: Callable[..., Any]) -> None:
    surface = digits((5, 4, 3)).surface
    assert len(distinct(surface, torch.empty(0, surface.dimension).double())) == 0


def test_ten_thousand_points_are_sorted_and_not_compared_in_pairs(glass: Glass) -> None:
    surface = glass(4, 10)
    g = Generator().manual_seed(0)
    base = surface.random_point(g, (5000,))
    w = torch.cat([base, -base])[torch.randperm(10_000, generator=g)]
    groups = distinct(surface, w)
    assert len(groups) == 5000
    assert_close(groups.multiplicity, torch.full((5000,), 2))


@pytest.mark.unhooked
def test_misuse_is_named(glass: Glass) -> None:
    surface = glass(3, 4)
    with pytest.raises(ValueError, match=r"`points` should have the shape \(K, 4\). Got \(4,\)"):
        distinct(surface, torch.ones(4).double())
    with pytest.raises(ValueError, match=r"`tolerance` should be at least 0. Got -1"):
        distinct(surface, torch.ones(1, 4).double(), tolerance=-1.0)
    with pytest.raises(ValueError, match=r"`tolerance` should be at least 0. Got nan"):
        distinct(surface, torch.ones(1, 4).double(), tolerance=float("nan"))


def test_a_tolerance_that_joins_too_much_is_refused_by_name(
    glass: Glass, monkeypatch: pytest.MonkeyPatch
) -> None:
    surface = glass(3, 4)
    w = surface.random_point(Generator().manual_seed(0), (3000,))
    monkeypatch.setattr("lossatlas.linalg._memory.available_memory", lambda _: 2**20)
    with pytest.raises(MemoryForecastError, match=r"points that the tolerance may join in chains"):
        distinct(surface, w, tolerance=0.2)
