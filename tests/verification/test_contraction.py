"""Banach's theorem in balls, and the tensor and the network it is used on, against NumPy and torch."""

import numpy as np
import pytest
import torch
from flint import acb, acb_mat, arb, arb_mat, ctx
from hypothesis import assume, given, strategies as st

from lossatlas.surfaces import DeepLinear
from lossatlas.verification import Couplings, Network
from lossatlas.verification._contraction import contraction, norm
from lossatlas.verification._inertia import negative_eigenvalues

ROOTS = st.floats(-100, 100).map(lambda x: round(x, 6))


@given(ROOTS, ROOTS, st.floats(-1, 0.5))
def test_one_root_is_inside_and_no_other_where_it_is_unique(
    a: float, b: float, share: float
) -> None:
    """(y - a)(y - b), whose derivative has the Lipschitz constant 2."""
    assume(abs(a - b) > 1e-3)
    y = arb(a + share * (b - a))
    value, slope = arb_mat([[(y - a) * (y - b)]]), arb_mat([[2 * y - a - b]])
    found = contraction(value, slope, lambda _: arb(2))
    assert found or abs(share) > 0.05
    if not found:
        return
    assert abs(y - a) <= found.radius
    # Both roots lie within |y - b|: they cannot be told to be one there, as far as |y| is exact.
    assert not found.is_unique(abs(y - b) * (1 + 1e-9), arb(2))
    assert found.is_unique(abs(2 * y - a - b) / 2 * (1 - 1e-6), arb(2))


def test_a_double_root_is_never_proved() -> None:
    for start in (1.0, 1e-5, -1e-12):
        y = acb(start)
        assert contraction(acb_mat([[y * y]]), acb_mat([[2 * y]]), lambda _: arb(2)) is None
    assert contraction(arb_mat([[0]]), arb_mat([[0]]), lambda _: arb(2)) is None


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 100))
def test_the_norm_is_a_bound_and_sharp_to_the_eighth_root_of_the_size(
    rows: int, columns: int, seed: int
) -> None:
    A = np.random.default_rng(seed).standard_normal((rows, columns))
    exact = float(np.linalg.norm(A, 2))
    assert (
        exact * (1 - 1e-12) <= float(norm(arb_mat(A.tolist()))) <= exact * columns**0.125 * 1.0001
    )


def test_negative_eigenvalues_are_counted_or_undecided() -> None:
    assert negative_eigenvalues(arb_mat([[-1, 0, 0], [0, -1, 0], [0, 0, 2]])) == 2
    assert negative_eigenvalues(arb_mat([[0, 3], [3, 0]])) == 1
    assert negative_eigenvalues(arb_mat([[0, 0], [0, 1]])) is None
    assert negative_eigenvalues(arb_mat([[1, 1], [1, 1]])) is None
    assert negative_eigenvalues(arb_mat([[arb(0, 1), 0], [0, 1]])) is None
    assert negative_eigenvalues(arb_mat([[1, arb(1, 0.1)], [arb(1, 0.1), 1]])) is None
    assert negative_eigenvalues(arb_mat([[float("nan"), 0], [0, 1]])) is None
    assert negative_eigenvalues(arb_mat(0, 0)) == 0


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=8), st.integers(0, 1000))
def test_the_count_is_that_of_the_eigenvalues_that_were_put_in(
    eigenvalues: list[int], seed: int
) -> None:
    n = len(eigenvalues)
    A = np.random.default_rng(seed).standard_normal((n, n))
    C = arb_mat(A.tolist())  # a congruence with exact numbers: the signs stay
    D = arb_mat(n, n, [eigenvalues[i] if i == j else 0 for i in range(n) for j in range(n)])
    with ctx.workprec(256):
        found = negative_eigenvalues(C * D * C.transpose())
    if 0 in eigenvalues:
        assert found is None
    else:
        assert found == sum(value < 0 for value in eigenvalues)


@pytest.mark.parametrize(("order", "size"), [(2, 3), (3, 4), (4, 3), (5, 2)])
def test_the_tensor_in_balls_is_the_tensor(order: int, size: int) -> None:
    from lossatlas.surfaces import SpinGlass

    surface = SpinGlass(order, size, generator=torch.Generator().manual_seed(0))
    T = Couplings(order, size, surface.entries.tolist())
    w = np.random.default_rng(0).standard_normal(size)
    form = surface.couplings.numpy()
    for _ in range(order - 2):
        form = form @ w
    found = (T.form(arb_mat(size, 1, w.tolist())) * T.scale).tolist()
    assert np.allclose([[float(x) for x in row] for row in found], form, atol=1e-12)
    unfolded = surface.couplings.numpy().reshape(size, -1)
    exact = np.linalg.norm(unfolded, 2)
    assert exact <= float(T.norm * T.scale) <= exact * 1.3
    assert 0.5 < float(T.norm) <= 1


@pytest.mark.parametrize("scale", [1.0, 1e-3])
def test_the_network_in_balls_has_the_derivatives_of_the_surface(scale: float) -> None:
    """Near the origin the residual is nearly all of Y, and its term carries the curvature."""
    rng = np.random.default_rng(0)
    for widths in [(2, 1, 3), (3, 2, 2, 3), (2, 3, 2, 2, 1)]:
        X, Y = rng.standard_normal((5, widths[0])), rng.standard_normal((5, widths[-1]))
        surface = DeepLinear(widths, torch.from_numpy(X), torch.from_numpy(Y))
        network = Network(widths, 5, [*X.ravel().tolist(), *Y.ravel().tolist()])
        w = surface.random_point(torch.Generator().manual_seed(0))
        w *= scale
        with ctx.workprec(128):
            at = arb_mat(len(w), 1, w.tolist())
            gradient = [float(x) for x in network.gradient(at, at)[0].entries()]
            hessian = [[float(x) for x in row] for row in network.hessian(at).tolist()]
            assert float(network.loss(at)) == pytest.approx(float(surface.loss(w)), rel=1e-12)
            assert np.allclose(gradient, surface.gradient(w), atol=1e-11)
            assert np.allclose(hessian, surface.hessian(w), atol=1e-11)
            for radius in (1e-3, 0.3, 2.0):
                bound = float(network.curvature(at, arb(radius)))
                for _ in range(10):
                    v = torch.from_numpy(rng.standard_normal(len(w)))
                    v *= radius / v.norm()
                    change = surface.hessian(w + v) - surface.hessian(w)
                    assert float(torch.linalg.matrix_norm(change, 2)) <= bound * radius
