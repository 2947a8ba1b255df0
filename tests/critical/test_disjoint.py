"""Disjoint balls are told from those that meet, and never the other way round."""

from fractions import Fraction
from itertools import combinations

import numpy as np
from hypothesis import given, strategies as st

from lossatlas.critical._disjoint import disjoint

coordinate = st.integers(-4, 4).map(float)
ball = st.tuples(coordinate, coordinate, coordinate, coordinate, st.sampled_from([0.1, 0.5, 1.0]))


def surely_apart(centres: np.ndarray, radii: np.ndarray) -> bool:
    """Exactly, in rational numbers: some coordinate separates each pair, and each from the origin."""
    parts = np.concatenate([centres.real, centres.imag], 1).tolist()
    balls = [
        ([Fraction(x) for x in row], Fraction(r))
        for row, r in zip([*parts, [0.0] * 4], [*radii.tolist(), 0.0], strict=True)
    ]
    return all(
        max(abs(x - y) for x, y in zip(a, b, strict=True)) > r + s
        for (a, r), (b, s) in combinations(balls, 2)
    )


@given(st.lists(ball, min_size=1, max_size=6))
def test_pairs_are_judged_as_in_exact_arithmetic(balls: list[tuple[float, ...]]) -> None:
    rows = np.array(balls)
    centres, radii = rows[:, :2] + 1j * rows[:, 2:4], rows[:, 4]
    assert disjoint(centres, radii) == surely_apart(centres, radii)


def test_balls_that_touch_or_meet_by_a_rounding_are_not_proved_apart() -> None:
    centres = np.array([[1.0 + 0j], [2.0 + 0j]])
    assert not disjoint(centres, np.array([0.5, 0.5]))
    assert not disjoint(centres, np.array([0.5, np.nextafter(0.5, 0)]))
    assert disjoint(centres, np.array([0.5, 0.5 - 1e-12]))


def test_a_duplicate_is_found_among_many() -> None:
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((500, 4)) + 1j * rng.standard_normal((500, 4))
    radii = np.full(500, 1e-12)
    assert disjoint(centres, radii)
    centres[400] = centres[17] + 1e-13
    assert not disjoint(centres, radii)


def test_equal_first_coordinates_do_not_hide_what_is_apart() -> None:
    centres = np.zeros((40, 2), complex)
    centres[:, 0], centres[:, 1] = 1.0, np.arange(40) * 1j
    assert disjoint(centres, np.full(40, 0.4))
    assert not disjoint(centres, np.full(40, 0.6))


def test_numbers_that_are_not_finite_prove_nothing() -> None:
    centres = np.array([[1.0 + 0j], [2.0 + 0j]])
    assert not disjoint(centres, np.array([0.1, np.inf]))
    assert not disjoint(centres, np.array([0.1, np.nan]))
    assert not disjoint(np.array([[np.nan + 0j], [2.0 + 0j]]), np.array([0.1, 0.1]))
    assert disjoint(np.empty((0, 3), complex), np.empty(0))
