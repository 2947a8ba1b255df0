"""Roots of T y^{p-1} = s y whose exact values are known lie where they are proved to lie."""

from fractions import Fraction
from itertools import permutations
from math import inf

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.linalg import TensorRoots


def diagonal(entries: list[float], order: int) -> np.ndarray:
    T = np.zeros((len(entries),) * order)
    T[(range(len(entries)),) * order] = entries
    return T


def symmetric(size: int, order: int, seed: int) -> np.ndarray:
    J = np.random.default_rng(seed).standard_normal((size,) * order)
    return np.mean([J.transpose(axes) for axes in permutations(range(order))], axis=0)


def apart(y: np.ndarray, exact: list[Fraction]) -> float:
    """The distance of a real point to a rational one, rounded once."""
    return float(sum((Fraction(a) - b) ** 2 for a, b in zip(y.tolist(), exact, strict=True))) ** 0.5


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=4),
    st.floats(-1e-3, 1e-3),
    st.integers(0, 15),
)
def test_the_exact_root_lies_within_the_proved_radius(
    entries: list[int], moved: float, chosen: int
) -> None:
    # p = 3: y_i = 1 / c_i or 0.
    exact = [Fraction(chosen >> i & 1, c) for i, c in enumerate(entries)]
    y = np.array([float(x) + moved for x in exact])
    (radius,) = TensorRoots(diagonal([float(c) for c in entries], 3)).radii(y[None])
    if radius < inf:
        assert apart(y, exact) <= radius <= 4 * apart(y, exact) + 1e-15
    assert radius < inf or abs(moved) * max(entries) > 1e-3


@pytest.mark.parametrize(("order", "sign"), [(3, 1), (3, -1), (4, 1), (4, -1), (5, 1), (5, -1)])
def test_roots_of_every_order_and_sign(order: int, sign: int) -> None:
    # c y^{p-1} = s y at y_i^{p-2} = s / c_i; complex for even p and s = -1.
    c = [1.0, 2.0]
    y = np.array([(sign / complex(x)) ** (1 / (order - 2)) for x in c])
    roots = TensorRoots(diagonal(c, order))
    assert roots.radii(np.array([y, [y[0], 0]]), sign=sign) < [1e-14, 1e-14]
    assert roots.radii(np.array([1.6 * y]), sign=sign) == [inf]


@given(st.integers(1, 5), st.integers(3, 5), st.integers(0, 10**6))
def test_a_random_point_is_no_root(size: int, order: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    y = rng.standard_normal((3, size)) + 1j * rng.standard_normal((3, size))
    T = symmetric(size, order, seed)
    form = T
    for radius, z in zip(TensorRoots(T).radii(y), y, strict=True):
        if radius < inf:  # then Newton's method from z ends within the radius
            end = z
            for _ in range(50):
                form = T
                for _ in range(order - 2):
                    form = form @ end
                J = (order - 1) * form - np.eye(size)
                end = end - np.linalg.solve(J, form @ end - end)
            assert np.linalg.norm(end - z) <= radius * (1 + 1e-9)


@pytest.mark.parametrize("c", [3.0, 7.0, 11.0, 49.0, 1e-3])
def test_a_step_ends_at_the_root_rounded_once(c: float) -> None:
    equations = TensorRoots(diagonal([c, 1.0], 3))
    y = np.array([[(1 + 1e-9) / c, 1.0]])
    for _ in range(3):
        y = y + equations.steps(y)
    assert y[0, 0] == float(1 / Fraction(c))
    z = y + 1e-9j
    for _ in range(3):
        z = z + equations.steps(z)
    assert z[0, 0].real == y[0, 0]


@pytest.mark.parametrize("gap", [2.0**-10, 2.0**-20, 2.0**-40, 0.0])
def test_nearly_double_roots_are_proved_apart_and_double_ones_never(gap: float) -> None:
    # y_0^2 + e y_1^2 = y_0, 2 e y_0 y_1 = y_1: roots (1, 0) and two that merge with it at e = 1 / 2.
    e = 0.5 + gap
    T = np.zeros((2, 2, 2))
    T[0, 0, 0] = 1.0
    T[0, 1, 1] = T[1, 0, 1] = T[1, 1, 0] = e
    first = 1 / (2 * e)
    second = ((1 - first) * first / e) ** 0.5
    y = np.array([[first, second], [first, -second], [1.0, 0.0]])
    radii = TensorRoots(T).radii(y)
    if gap:
        assert max(radii) < second / 4
    else:
        assert min(radii) == inf


def test_a_point_that_is_too_far_for_one_step_is_refined_and_proved() -> None:
    # Three roots within 2e-6: the inverse derivative is of size 3e11, and h = 0.7 at this point.
    e = 0.5 + 2.0**-40
    T = np.zeros((2, 2, 2))
    T[0, 0, 0] = 1.0
    T[0, 1, 1] = T[1, 0, 1] = T[1, 1, 0] = e
    second = ((1 - 1 / (2 * e)) / (2 * e) / e) ** 0.5
    moved = 5e-7 * second
    (radius,) = TensorRoots(T).radii(np.array([[1 / (2 * e), second + moved]]))
    assert 0.99 * moved <= radius <= 1.01 * moved


def test_wrong_tensors_are_named() -> None:
    for tensor in (np.eye(3), np.zeros((2, 3, 2)), np.full((2, 2, 2), np.nan)):
        with pytest.raises(ValueError, match="`tensor` should be of shape"):
            TensorRoots(tensor)


def test_no_points_have_no_radii() -> None:
    equations = TensorRoots(diagonal([1.0, 1.0], 3))
    assert equations.radii(np.empty((0, 2))) == []
    assert equations.steps(np.empty((0, 2))).shape == (0, 2)
