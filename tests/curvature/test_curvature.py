"""The Hessian of a surface at a point: operator, signs and spectrum tell the same story."""

import pytest
import torch
from hypothesis import given, strategies as st
from torch import Generator, Tensor
from torch.testing import assert_close

from lossatlas import curvature
from lossatlas.surfaces import DeepLinear, Perceptron, SquaredError, Tanh


def generator(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def normal(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=generator(seed))


def linear(widths: tuple[int, ...], seed: int = 0, samples: int = 12) -> DeepLinear:
    X, Y = normal(samples, widths[0], seed=seed), normal(samples, widths[-1], seed=seed + 1)
    return DeepLinear(widths=widths, inputs=X, targets=Y)


def network(seed: int = 0) -> Perceptron:
    X, Y = normal(9, 3, seed=seed), normal(9, 2, seed=seed + 1)
    return Perceptron((3, 4, 2), Tanh(), SquaredError(), X, Y)


shapes = st.lists(st.integers(1, 4), min_size=3, max_size=5).map(tuple)


@given(shapes, st.integers(0, 10**6))
def test_the_operator_is_the_hessian(widths: tuple[int, ...], seed: int) -> None:
    surface = linear(widths, seed)
    w = surface.random_point(generator(seed))
    H = curvature.hessian(surface, w)
    assert H.size == surface.dimension
    assert_close(H.dense(), surface.hessian(w), rtol=1e-9, atol=1e-9)
    V = normal(H.size, 3, seed=seed)
    assert_close(H @ V, surface.hessian(w) @ V, rtol=1e-9, atol=1e-9)
    assert_close(H @ V[:, 0], surface.hvp(w, V[:, 0]), rtol=1e-9, atol=1e-9)


def test_the_operator_keeps_its_point() -> None:
    surface = network()
    w = surface.random_point(generator())
    H = curvature.hessian(surface, w)
    before = H.dense()
    w.zero_()
    assert torch.equal(H.dense(), before)


@given(shapes, st.integers(0, 10**6))
def test_inertia_spectrum_and_eigvalsh_agree(widths: tuple[int, ...], seed: int) -> None:
    surface = linear(widths, seed)
    W = surface.random_point(generator(seed), (2,))
    counts, found = curvature.inertia(surface, W), curvature.spectrum(surface, W)
    exact = torch.linalg.eigvalsh(surface.hessian(W))
    assert ((found.values - exact).abs().amax(-1) <= found.error).all()
    for other in (counts, found.inertia):
        assert (other.negative + other.undecided + other.positive == surface.dimension).all()
        assert (other.negative <= (exact < 0).sum(-1)).all()
        assert (other.positive <= (exact > 0).sum(-1)).all()
    far = exact.abs() > 2 * counts.shift[:, None]
    assert (far.sum(-1) <= surface.dimension - counts.undecided).all()


def test_the_zero_point_of_a_deep_net_is_flat_and_of_a_shallow_one_a_saddle() -> None:
    deep, shallow = linear((3, 2, 2, 2)), linear((3, 2, 2))
    flat = curvature.inertia(deep, torch.zeros(deep.dimension, dtype=torch.float64))
    assert int(flat.undecided) == deep.dimension
    # X^T Y has rank 2 and each of its singular values gives d_1 pairs of either sign.
    saddle = curvature.inertia(shallow, torch.zeros(shallow.dimension, dtype=torch.float64))
    assert (int(saddle.negative), int(saddle.positive)) == (4, 4)
    assert int(saddle.undecided) == shallow.dimension - 8


def test_radius_error_turns_certain_into_undecided() -> None:
    surface = network()
    w = surface.random_point(generator())
    values = curvature.spectrum(surface, w).values
    assert int(curvature.inertia(surface, w).undecided) == 0
    wide = curvature.inertia(surface, w, radius_error=2 * values.abs().max().item())
    assert int(wide.undecided) == surface.dimension
    between = values.abs().sort().values[4:6].mean().item()
    some = curvature.inertia(surface, w, radius_error=between)
    assert int(some.undecided) >= 5
    with pytest.raises(ValueError, match="radius_error"):
        curvature.inertia(surface, w, radius_error=-1.0)


def test_a_float32_surface_says_how_little_it_knows() -> None:
    X, Y = normal(9, 3, seed=0), normal(9, 2, seed=1)
    fine = DeepLinear(widths=(3, 2, 2), inputs=X, targets=Y)
    rough = DeepLinear(widths=(3, 2, 2), inputs=X.float(), targets=Y.float())
    w = fine.random_point(generator())
    exact, found = curvature.spectrum(fine, w), curvature.spectrum(rough, w.float())
    assert found.values.dtype == torch.float64
    assert found.error > 1e3 * exact.error


def test_extremal_and_density_work_on_the_operator() -> None:
    surface = linear((4, 3, 3, 2))
    w = surface.random_point(generator())
    H, values = curvature.hessian(surface, w), curvature.spectrum(surface, w).values
    low = curvature.extremal(H, 3, which="smallest", generator=generator())
    assert_close(low.values, values[:3], atol=1e-6, rtol=0)
    density = curvature.spectral_density(H, generator(), num_runs=200)
    assert density.moment(1).item() == pytest.approx(values.mean().item(), rel=0.2)


def test_what_is_not_finite_is_marked() -> None:
    surface = network()
    w = surface.random_point(generator(), (2,))
    w[0, 0] = torch.nan
    found = curvature.spectrum(surface, w)
    assert found.values[0].isnan().all()
    assert found.error[0].isinf()
    assert found.error[1] < 1e-9
    assert int(curvature.inertia(surface, w).undecided[0]) == surface.dimension


def test_misuse_is_named() -> None:
    surface = network()
    with pytest.raises(ValueError, match="one point"):
        curvature.hessian(surface, surface.random_point(generator(), (2,)))
    with pytest.raises(ValueError, match="points of length"):
        curvature.inertia(surface, torch.zeros(3, dtype=torch.float64))
