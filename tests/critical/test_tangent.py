"""Searches and verdicts on the sphere: every number is one of the tangent space."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from torch import Generator, Tensor
from torch.testing import assert_close

from lossatlas.critical import (
    AbstractMethod,
    AbstractStep,
    Descent,
    Enumeration,
    GradientNorm,
    Kind,
    LineSearch,
    MatrixFree,
    ModeFollowing,
    Newton,
    NormalCholesky,
    PseudoInverse,
    ShiftedSolve,
    Status,
    TensorNewton,
    classify,
    classify_batch,
    enumerate_points,
    find,
)
from lossatlas.critical._examine import examine, rank_cut
from lossatlas.critical._tangent import TangentSpace
from lossatlas.surfaces import SpinGlass

Glass = Callable[..., SpinGlass]

METHODS: list[AbstractMethod] = [
    Newton(),
    Newton(advance=LineSearch(), max_iterations=60),
    Newton(step=NormalCholesky()),
    GradientNorm(),
    Descent(),
    ModeFollowing(index=2),
    TensorNewton(),
]


def _starts(surface: SpinGlass, count: int, seed: int = 1) -> Tensor:
    return surface.random_point(Generator().manual_seed(seed), (count,))


def _rotation(size: int, seed: int) -> Tensor:
    M = torch.randn(size, size, generator=Generator().manual_seed(seed), dtype=torch.float64)
    return torch.linalg.qr(M).Q


@pytest.mark.parametrize("method", METHODS)
def test_on_a_two_spin_the_critical_ends_are_eigenvectors_and_the_index_is_their_rank(
    glass: Glass, method: AbstractMethod
) -> None:
    surface = glass(2, 7)
    values, V = np.linalg.eigh(surface.couplings.numpy())
    found = find(surface, _starts(surface, 40), method=method)
    ends = found.critical
    assert len(ends) >= 30
    overlap = np.abs(ends.numpy() @ V) / 7**0.5
    nearest = overlap.argmax(1)
    assert_close(torch.from_numpy(overlap.max(1)), torch.ones(len(ends)).double())
    points = classify_batch(surface, ends)
    assert [point.index for point in points] == [(k, k) for k in nearest.tolist()]
    assert_close(
        torch.tensor([point.loss for point in points]).double(),
        torch.from_numpy(7**0.5 * values[nearest]),
    )
    kinds = {0: Kind.LOCAL_MINIMUM, 6: Kind.MAXIMUM}
    assert [p.kind for p in points] == [kinds.get(k, Kind.STRICT_SADDLE) for k in nearest.tolist()]


@pytest.fixture(scope="module")
def complete() -> tuple[SpinGlass, Enumeration]:
    """A three-spin with all its critical points, proved to be all."""
    surface = SpinGlass(3, 6, generator=Generator().manual_seed(2))
    known = enumerate_points(surface)
    assert known.proved
    return surface, known


@pytest.mark.parametrize("method", METHODS)
def test_every_critical_end_is_one_of_the_proved_points_and_has_its_index(
    complete: tuple[SpinGlass, Enumeration], method: AbstractMethod
) -> None:
    surface, known = complete
    found = find(surface, _starts(surface, 60), method=method)
    ends = found.critical
    assert len(ends) >= 20
    apart = (ends[:, None] - known.points).norm(dim=-1)
    assert (apart.amin(1) < 1e-9).all()
    nearest = apart.argmin(1)
    expected = [(k, k) for k in known.index[nearest].tolist()]
    assert [point.index for point in classify_batch(surface, ends)] == expected
    if isinstance(method, Descent):
        assert {k for k, _ in expected} == {0}
        assert len(ends) == 60


@pytest.mark.parametrize("method", METHODS)
def test_every_end_lies_on_the_sphere(glass: Glass, method: AbstractMethod) -> None:
    surface = glass(3, 9)
    found = find(surface, _starts(surface, 30), method=method)
    assert_close(found.points.square().sum(-1), torch.full((30,), 9.0).double())


@pytest.mark.parametrize("method", METHODS)
def test_starts_that_are_not_finite_are_kept(glass: Glass, method: AbstractMethod) -> None:
    surface = glass(3, 6)
    starts = _starts(surface, 4)
    starts[1, 2] = torch.nan
    found = find(surface, starts, method=method)
    assert found.status[1] is Status.NOT_CONVERGED
    assert_close(found.points[1], starts[1], equal_nan=True)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_batch_gives_the_same_bits(glass: Glass, method: AbstractMethod) -> None:
    surface = glass(3, 8)
    first, second = (find(surface, _starts(surface, 12), method=method) for _ in range(2))
    assert torch.equal(first.points, second.points)


@given(st.integers(2, 8), st.integers(2, 4), st.integers(0, 2**16))
@settings(max_examples=20, deadline=None)
def test_the_newton_step_is_that_of_the_projected_hessian(size: int, order: int, seed: int) -> None:
    surface = SpinGlass(order, size, generator=Generator().manual_seed(seed))
    w = _starts(surface, 3, seed + 1)
    here = examine(surface, w)
    x = w / size**0.5
    P = torch.eye(size).double() - x[:, :, None] * x[:, None, :]
    H = surface.hessian(w)
    values, Q = np.linalg.eigh((P @ H @ P).numpy())
    g = surface.gradient(w)
    cut = rank_cut(w, g.norm(dim=-1), torch.linalg.matrix_norm(H, 2)).numpy()[:, None]
    safe = np.abs(np.abs(values) - cut) > 1e-8  # an eigenvalue at the cut may fall on either side
    along = np.einsum("bij,bi->bj", Q, g.numpy())
    inverse = np.where(np.abs(values) > cut, 1 / np.where(values == 0, 1, values), 0)
    step = -np.einsum("bij,bj->bi", Q, inverse * along)
    rows = safe.all(1)
    assert_close(here.step[rows], torch.from_numpy(step)[rows], rtol=1e-6, atol=1e-8)
    assert ((here.step * x).sum(-1).abs() <= 1e-10 * (1 + here.newton_step)).all()


@pytest.mark.parametrize("step", [ShiftedSolve(), NormalCholesky(), PseudoInverse(), MatrixFree()])
def test_no_solve_divides_by_the_radial_direction(glass: Glass, step: AbstractStep) -> None:
    surface = glass(3, 8)
    w = find(surface, _starts(surface, 10)).critical
    w = surface.manifold.retract(w, surface.manifold.project(w, torch.full_like(w, 1e-4)))
    g = surface.gradient(w)
    basis = surface.manifold.tangent_basis(w)
    H = basis.mT @ surface.hessian(w) @ basis
    expected = -(basis @ torch.linalg.solve(H, basis.mT @ g[..., None]))[..., 0]
    p = step.solve(surface, w, g, torch.full_like(w[:, 0], 1e-12))
    assert_close(p, expected, rtol=1e-3, atol=1e-9)
    assert ((p * w).sum(-1).abs() <= 1e-14).all()


def test_the_counts_cover_the_tangent_space_and_nothing_else(glass: Glass) -> None:
    surface = glass(3, 8)
    for point in classify_batch(surface, find(surface, _starts(surface, 40)).critical):
        signs = point.inertia
        assert int(signs.undecided) == 0  # the radial null direction is no eigenvalue
        assert int(signs.negative + signs.positive) == 7


def test_a_point_that_is_not_finite_has_every_tangent_eigenvalue_undecided(glass: Glass) -> None:
    surface = glass(3, 5)
    assert int(classify(surface, torch.full((5,), torch.nan).double()).inertia.undecided) == 4


@given(st.integers(3, 7), st.sampled_from([2, 3, 4]), st.integers(0, 2**16))
@settings(max_examples=15, deadline=None)
def test_turning_couplings_and_points_alike_changes_no_verdict(
    size: int, order: int, seed: int
) -> None:
    surface = SpinGlass(order, size, generator=Generator().manual_seed(seed))
    R = _rotation(size, seed)
    J = surface.couplings
    for _ in range(order):
        J = torch.tensordot(J, R, dims=([0], [1]))
    turned = SpinGlass.from_couplings(J)
    ends = find(surface, _starts(surface, 8), method=TensorNewton()).points
    before, after = classify_batch(surface, ends), classify_batch(turned, ends @ R.T)
    assert [p.kind for p in before] == [p.kind for p in after]
    for old, new in zip(before, after, strict=True):
        assert (old.status is Status.CRITICAL) == (new.status is Status.CRITICAL)
        assert old.status is not Status.CRITICAL or old.index == new.index
    assert_close(torch.tensor([p.loss for p in before]), torch.tensor([p.loss for p in after]))


def test_a_quarter_of_gradient_norm_minimisations_ends_gradient_flat(glass: Glass) -> None:
    """26.9 % of 3600 runs of an independent program at N = 8, p = 3 (THEORY F.1)."""
    found = [
        find(surface, _starts(surface, 40), method=GradientNorm())
        for surface in (glass(3, 8, seed) for seed in range(15))
    ]
    flat = sum(ends.counts[Status.GRADIENT_FLAT] for ends in found)
    critical = sum(ends.counts[Status.CRITICAL] for ends in found)
    assert 0.19 < flat / 600 < 0.35
    assert flat + critical >= 0.99 * 600
    for ends in found:
        rows = ends.having(Status.GRADIENT_FLAT)
        assert (ends.gradient_norm[rows] > 1e-6).all()
        assert (ends.flatness[rows] <= 1e-3).all()


def test_a_monkey_saddle_on_the_sphere_is_a_bad_saddle() -> None:
    # x^3 - 3 x y^2 vanishes to third order at the pole.
    J = torch.zeros(3, 3, 3).double()
    J[0, 0, 0], J[0, 1, 1] = 1, -3
    surface = SpinGlass.from_couplings(J)
    pole = torch.tensor([0.0, 0.0, 3**0.5]).double()
    point = classify(surface, pole)
    assert point.kind is Kind.BAD_SADDLE
    assert point.index == (0, 2)
    assert all(lower.decrease > lower.margin for lower in point.lower)


def test_a_circle_of_minima_is_not_called_a_strict_minimum() -> None:
    surface = SpinGlass.from_couplings(torch.diag(torch.tensor([0.0, 0.0, 1.0]).double()))
    point = classify(surface, torch.tensor([3**0.5, 0.0, 0.0]).double())
    assert point.kind is Kind.UNDETERMINED
    assert point.index == (0, 1)


def test_coordinates_of_a_flat_space_are_the_vectors_themselves(
    formula: Callable[..., Any],
) -> None:
    surface = formula("double wells")
    w = torch.ones(2, 3).double()
    space = TangentSpace.at(surface, w)
    H = surface.hessian(w)
    assert space.matrix(H) is H
    assert space.coordinates(w) is w
    assert space.vector(w) is w
    error = torch.full((2,), 0.5).double()
    assert space.matrix_error(H, error) is error


@pytest.mark.unhooked
def test_starts_off_the_sphere_are_refused(glass: Glass) -> None:
    surface = glass(3, 4)
    starts = torch.cat(
        [_starts(surface, 2), torch.ones(1, 4).double() / 2, torch.zeros(1, 4).double()]
    )
    with pytest.raises(ValueError, match=r"`starts` should lie on the surface's manifold. Got 2"):
        find(surface, starts)
