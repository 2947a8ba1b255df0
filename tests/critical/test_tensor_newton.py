"""Multi-start Newton on spin glasses: its ends, what it misses, and against complete lists."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from scipy.optimize import root
from torch import Generator, Tensor
from torch.testing import assert_close

from lossatlas.critical import (
    Newton,
    Status,
    TensorNewton,
    distinct,
    enumerate_points,
    find,
)
from lossatlas.critical._tensor_newton import _Contraction
from lossatlas.surfaces import AbstractSurface, SpinGlass

Glass = Callable[..., SpinGlass]


def _starts(surface: SpinGlass, count: int) -> Tensor:
    return surface.random_point(Generator().manual_seed(1), (count,))


@given(st.integers(2, 5), st.integers(2, 6), st.integers(0, 2**16))
@settings(max_examples=25, deadline=None)
def test_one_step_is_newtons_on_the_tangent_space(order: int, size: int, seed: int) -> None:
    surface = SpinGlass(order, size, generator=Generator().manual_seed(seed))
    w = _starts(surface, 4)
    Q = surface.manifold.tangent_basis(w)
    H, g = Q.mT @ surface.hessian(w) @ Q, Q.mT @ surface.gradient(w)[..., None]
    p = -(Q @ torch.linalg.solve(H, g))[..., 0]
    moved = size**0.5 * _Contraction.of(surface).steps(w / size**0.5)
    rows = torch.linalg.cond(H) < 1e6
    assert_close(moved[rows], p[rows], rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(("order", "size"), [(2, 8), (3, 8), (4, 6), (5, 4)])
def test_most_starts_end_critical(glass: Glass, order: int, size: int) -> None:
    surface = glass(order, size, 3)
    found = find(surface, _starts(surface, 400), method=TensorNewton())
    assert found.counts[Status.CRITICAL] >= 0.6 * 400


@pytest.mark.parametrize("seed", range(4))
def test_it_finds_every_point_of_a_complete_list(glass: Glass, seed: int) -> None:
    surface = glass(3, 5, seed)
    known = enumerate_points(surface)
    assert known.proved
    ends = find(surface, _starts(surface, 3000), method=TensorNewton()).critical
    ends = torch.cat([ends, -ends])  # odd order: the opposite of a critical point is one
    groups = distinct(surface, torch.cat([known.points, ends]))
    assert len(groups) == len(known)


def test_both_sizes_of_blocks_end_at_the_same_points(glass: Glass) -> None:
    """Few starts are solved by LAPACK, many by elimination; from close by chance has no part."""
    surface = glass(3, 9)
    points = find(surface, _starts(surface, 600), method=TensorNewton()).critical
    shift = 0.01 * torch.randn(points.shape, generator=Generator().manual_seed(0)).double()
    starts = surface.manifold.retract(points, surface.manifold.project(points, shift))
    many = find(surface, starts, method=TensorNewton()).points
    few = torch.cat([find(surface, s, method=TensorNewton()).points for s in starts.split(50)])
    slow = find(surface, starts, method=Newton()).points
    near = (many - few).norm(dim=-1) < 1e-9
    assert near.double().mean() > 0.99
    assert ((many - slow).norm(dim=-1) < 1e-9).double().mean() > 0.98


def test_scipy_ends_at_the_same_points_from_close_by(glass: Glass) -> None:
    surface = glass(3, 6)
    T = (surface.couplings / 6**0.5).numpy()
    points = find(surface, _starts(surface, 60), method=TensorNewton()).critical
    for w in points.numpy():
        mu = float(np.einsum("ijk,i,j,k", T, w, w, w)) / float(w @ w)
        solution = root(
            lambda y: np.einsum("ijk,j,k->i", T, y, y) - y,
            1.001 * w / mu,
            jac=lambda y: 2 * np.einsum("ijk,k->ij", T, y) - np.eye(6),
            tol=1e-13,
        )
        assert_close(solution.x * mu, w, rtol=1e-6, atol=1e-7)


def test_single_precision_on_the_way_leaves_no_trace_at_the_end(glass: Glass) -> None:
    surface = glass(3, 10)
    found = find(surface, _starts(surface, 1000), method=TensorNewton())
    rows = found.having(Status.CRITICAL)
    assert found.points.dtype == torch.float64
    assert (found.gradient_norm[rows] < 1e-13 * found.gradient_scale[rows]).double().mean() > 0.99
    assert_close(found.points.norm(dim=-1), torch.full((1000,), 10**0.5).double())


@pytest.mark.parametrize("factor", [1e-60, 1e60])
def test_the_size_of_the_couplings_does_not_matter(glass: Glass, factor: float) -> None:
    surface = glass(3, 7)
    scaled = SpinGlass.from_couplings(factor * surface.couplings)
    ends = find(surface, _starts(surface, 300), method=TensorNewton())
    others = find(scaled, _starts(surface, 300), method=TensorNewton())
    assert others.counts[Status.CRITICAL] >= 0.9 * ends.counts[Status.CRITICAL]


def test_where_everything_is_critical_starts_stay() -> None:
    surface = SpinGlass.from_couplings(torch.zeros(3, 3, 3).double())
    starts = _starts(surface, 5)
    found = find(surface, starts, method=TensorNewton())
    assert_close(found.points, starts)
    assert found.counts[Status.CRITICAL] == 5


def test_a_single_start_and_none_are_batches_too(glass: Glass) -> None:
    surface = glass(3, 5)
    assert len(find(surface, _starts(surface, 1), method=TensorNewton())) == 1
    assert len(find(surface, torch.empty(0, 5).double(), method=TensorNewton())) == 0


def test_other_surfaces_are_refused(formula: Callable[[str], AbstractSurface]) -> None:
    surface = formula("bowl")
    with pytest.raises(ValueError, match=r"`surface` should be a SpinGlass. Got Formula"):
        find(surface, torch.ones(1, 4).double(), method=TensorNewton())
