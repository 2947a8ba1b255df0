"""Curvature on the sphere: signs and spectra belong to the tangent space."""

import math

import pytest
import torch
from hypothesis import given, strategies as st
from torch import Generator, Tensor
from torch.testing import assert_close

from lossatlas import curvature
from lossatlas.surfaces import SpinGlass


def _glass(order: int, size: int, seed: int = 0) -> SpinGlass:
    return SpinGlass(order, size, generator=Generator().manual_seed(seed))


def _eigenvectors(surface: SpinGlass) -> tuple[Tensor, Tensor]:
    """All critical points of a 2-spin, one of each pair, and the values they belong to."""
    values, V = torch.linalg.eigh(surface.couplings)
    return math.sqrt(surface.size) * V.T, values


@given(size=st.integers(2, 9), seed=st.integers(0, 99))
def test_the_kth_eigenvector_of_a_two_spin_has_index_k(size: int, seed: int) -> None:
    surface = _glass(2, size, seed)
    counts = curvature.inertia(surface, _eigenvectors(surface)[0])
    assert counts.negative.tolist() == list(range(size))
    assert counts.positive.tolist() == list(reversed(range(size)))
    assert not counts.undecided.any()


@given(size=st.integers(2, 9), seed=st.integers(0, 99))
def test_the_spectrum_of_a_two_spin_is_twice_the_gaps(size: int, seed: int) -> None:
    surface = _glass(2, size, seed)
    w, values = _eigenvectors(surface)
    found = curvature.spectrum(surface, w)
    assert found.values.shape == (size, size - 1)
    for k in range(size):
        others = torch.cat([values[:k], values[k + 1 :]])
        gaps = 2 * (others - values[k]) / math.sqrt(size)
        # The eigenvectors are themselves known to rounding.
        assert_close(found.values[k], gaps, atol=float(found.error[k]) + 1e-13, rtol=0)


@pytest.mark.parametrize(("order", "size"), [(2, 6), (3, 2), (3, 8), (4, 5)])
def test_operator_matrix_and_spectrum_are_one(order: int, size: int) -> None:
    surface = _glass(order, size)
    w = surface.random_point(Generator().manual_seed(1))
    dense = curvature.hessian(surface, w).dense()
    assert dense.shape == (size - 1, size - 1)
    found = curvature.spectrum(surface, w)
    assert_close(torch.linalg.eigvalsh(dense), found.values)
    # In coordinates of R^N the same values, and a zero for the radius.
    zero = torch.zeros(1).double()
    expected = torch.cat([found.values, zero]).sort().values
    assert_close(torch.linalg.eigvalsh(surface.hessian(w)), expected)


def test_the_radial_zero_is_in_no_count() -> None:
    surface = _glass(3, 12)
    w = surface.random_point(Generator().manual_seed(1), (20,))
    counts = curvature.inertia(surface, w)
    assert not counts.undecided.any()
    assert bool((counts.negative + counts.positive == 11).all())


def test_in_float32_the_bound_holds_the_true_spectrum() -> None:
    rough = SpinGlass(3, 10, generator=Generator().manual_seed(0), dtype=torch.float32)
    w = rough.random_point(Generator().manual_seed(1), (30,))
    exact = SpinGlass(3, 10, given=rough.entries.double())
    found = curvature.spectrum(rough, w)
    difference = (found.values - curvature.spectrum(exact, w.double()).values).abs().amax(-1)
    assert bool((difference <= found.error).all())
    assert bool((found.error < 1e-2).all())


def test_a_minimum_and_its_antipode_mirror_each_other() -> None:
    surface = _glass(3, 9)
    w = surface.random_point(Generator().manual_seed(1), (4,))
    for _ in range(4000):
        w = surface.manifold.retract(w, -0.05 * surface.gradient(w))
    assert bool((surface.gradient(w).norm(dim=-1) < 1e-9).all())
    low, high = curvature.inertia(surface, w), curvature.inertia(surface, -w)
    assert low.positive.tolist() == high.negative.tolist() == [8] * 4
