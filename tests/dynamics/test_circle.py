"""The energy on the circle of two coordinates is exact, at every order."""

import pytest
import torch
from hypothesis import given, strategies as st
from torch import Generator
from torch.testing import assert_close

from lossatlas.dynamics._circle import change, corners, restricted, turns
from lossatlas.surfaces import SpinGlass


@given(st.integers(2, 5), st.integers(2, 6), st.integers(0, 99))
def test_the_difference_is_that_of_two_energies(order: int, size: int, seed: int) -> None:
    g = Generator().manual_seed(seed)
    glass = SpinGlass(order, size, generator=g)
    W = glass.random_point(g, (7,)).T.contiguous()
    pair = torch.randperm(size, generator=g)[:2]
    d = (turns(torch.randn(1, 7, generator=g).double())[0] * W[pair]).sum(1)
    T = glass.couplings
    terms = restricted(T[None], corners(T[None], pair[None])[0], W[None], pair)
    moved = W.index_add(0, pair, d)
    expected = (glass.loss(moved.T) - glass.loss(W.T)) * size ** ((order - 1) / 2)
    size_of_terms = float(T.abs().sum()) * size ** (order / 2)
    assert_close(change(terms, d[None])[0], expected, atol=1e-15 * size_of_terms, rtol=1e-12)
    assert_close(moved.norm(dim=0), W.norm(dim=0), rtol=1e-14, atol=0)


@pytest.mark.parametrize("order", [2, 3, 4])
def test_it_is_a_trigonometric_polynomial_of_the_order(order: int) -> None:
    """The Fourier coefficients beyond the order vanish, that of the order does not."""
    g = Generator().manual_seed(order)
    glass = SpinGlass(order, 5, generator=g)
    count = 16
    W = glass.random_point(g).repeat(count, 1).T.contiguous()
    pair = torch.tensor([3, 1])
    angles = 2 * torch.pi * torch.arange(count)[None].double() / count
    d = (turns(angles)[0] * W[pair]).sum(1)
    T = glass.couplings
    terms = restricted(T[None], corners(T[None], pair[None])[0], W[None], pair)
    energy = change(terms, d[None])[0]
    coefficients = torch.fft.rfft(energy).abs() / count
    assert (coefficients[order + 1 :] < 1e-13).all()
    assert coefficients[order] > 1e-3


def test_a_small_turn_loses_no_digits() -> None:
    tiny = turns(torch.tensor([[1e-9]], dtype=torch.float64))[0, :, :, 0]
    assert_close(tiny[0, 0], torch.tensor(-5e-19, dtype=torch.float64), rtol=1e-12, atol=0)
    assert_close(tiny[1, 0], torch.tensor(1e-9, dtype=torch.float64), rtol=1e-12, atol=0)
    assert torch.equal(tiny, torch.stack([tiny[0], torch.stack([-tiny[0, 1], tiny[0, 0]])]))
