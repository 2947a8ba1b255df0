"""What is proved is true of every matrix within the balls."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat, fmpq_mat, fmpz_mat
from hypothesis import given, strategies as st

from lossatlas.linalg import (
    eigenvalue_enclosures,
    inertia_in_balls,
    rational_inertia,
    rational_matrix,
    rational_rank,
)


def signed(n: int, signs: list[int], seed: int) -> tuple[list[list[int]], bool]:
    """B diag(signs) B^T with small integers: its inertia is known where B has full column rank."""
    rng = np.random.default_rng(seed)
    B = rng.integers(-3, 4, (n, len(signs)))
    D = np.array(signs, dtype=int)
    return ((B * D) @ B.T).tolist(), np.linalg.matrix_rank(B) == len(signs)


def descartes(M: fmpz_mat) -> tuple[int, int, int]:
    """Inertia from the signs of the characteristic polynomial, whose roots are all real."""
    coefficients = fmpq_mat(M).charpoly().coeffs()
    zero = next(i for i, c in enumerate(coefficients) if c != 0)
    signs = [c > 0 for c in coefficients[zero:] if c != 0]
    positive = sum(a != b for a, b in itertools.pairwise(signs))
    return len(coefficients) - 1 - zero - positive, zero, positive


small = st.lists(st.sampled_from([-1, 1]), max_size=6)


@given(small, st.integers(0, 8), st.integers(0, 10**6))
def test_rational_inertia_agrees_with_the_characteristic_polynomial_and_with_balls(
    signs: list[int], extra: int, seed: int
) -> None:
    n = len(signs) + extra + 1
    M, full = signed(n, signs, seed)
    exact = rational_inertia(fmpq_mat(fmpz_mat(M)))
    assert exact == descartes(fmpz_mat(M))
    if full:
        assert exact == (signs.count(-1), n - len(signs), signs.count(1))
    assert rational_rank(fmpq_mat(fmpz_mat(M))) == exact[0] + exact[2]
    negative, undecided, positive = inertia_in_balls(arb_mat(M))
    assert negative <= exact[0]
    assert positive <= exact[2]
    assert negative + undecided + positive == n
    if full and np.linalg.cond(np.array(M) + np.eye(n)) < 1e8:
        assert undecided >= exact[1]


@pytest.mark.parametrize("n", [1, 2, 9])
def test_zero_matrices_have_no_sign(n: int) -> None:
    assert rational_inertia(fmpq_mat(n, n)) == (0, n, 0)
    assert inertia_in_balls(arb_mat(n, n)) == (0, n, 0)


def test_a_zero_diagonal_is_eliminated_by_pairs() -> None:
    M = fmpq_mat(fmpz_mat([[0, 1, 2, 0], [1, 0, 0, 3], [2, 0, 0, 1], [0, 3, 1, 0]]))
    assert rational_inertia(M) == descartes(fmpz_mat([[int(x.p) for x in r] for r in M.tolist()]))


def test_fractions_become_exact_matrices() -> None:
    M = rational_matrix([[Fraction(1, 3), Fraction(1, 6)], [Fraction(1, 6), Fraction(1, 12)]])
    assert rational_rank(M) == 1
    assert rational_inertia(M) == (0, 1, 1)


def test_a_singular_matrix_next_to_a_regular_one_is_told_apart_only_exactly() -> None:
    tiny = Fraction(1, 10**40)
    M = [[Fraction(1), Fraction(1)], [Fraction(1), Fraction(1)]]
    assert rational_inertia(rational_matrix(M)) == (0, 1, 1)
    M[0][0] -= tiny
    assert rational_inertia(rational_matrix(M)) == (1, 0, 1)


@given(st.integers(1, 12), st.integers(0, 10**6))
def test_enclosures_hold_the_eigenvalues_of_matrices_drawn_within_the_balls(
    n: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((n, n))
    A = A + A.T
    radius = 1e-6
    balls = arb_mat([[arb(x, radius) for x in row] for row in A.tolist()])
    enclosures = eigenvalue_enclosures(balls)
    for _ in range(5):
        E = rng.uniform(-radius, radius, (n, n))
        moved = np.linalg.eigvalsh(A + (E + E.T) / 2)
        assert all(
            (ball + arb(0, 1e-12)).contains(float(x))
            for ball, x in zip(enclosures, moved, strict=True)
        )


def test_a_multiple_eigenvalue_shares_a_ball_and_others_are_disjoint() -> None:
    M, _ = signed(12, [1, 1, 1, -1, -1], 0)
    balls = eigenvalue_enclosures(arb_mat(M))
    assert len(balls) == 12
    zeros = [ball for ball in balls if ball.contains(0)]
    assert len(zeros) == 7
    apart = [ball for ball in balls if not ball.contains(0)]
    assert all(a < b for a, b in itertools.pairwise(apart))


def test_small_balls_give_small_enclosures() -> None:
    A = np.random.default_rng(1).standard_normal((40, 40))
    balls = eigenvalue_enclosures(arb_mat((A + A.T).tolist()))
    assert max(float(ball.rad()) for ball in balls) < 1e-11


def test_wide_or_infinite_balls_prove_nothing() -> None:
    wide = arb_mat([[arb(1, 10), 0], [0, arb(-1, 10)]])
    assert inertia_in_balls(wide) == (0, 2, 0)
    assert eigenvalue_enclosures(arb_mat([[arb("nan")]])) is None
    assert inertia_in_balls(arb_mat([[arb("nan")]])) == (0, 1, 0)


def test_an_undecided_row_does_not_weaken_the_others() -> None:
    A = arb_mat(
        [[arb(5), arb(0), arb(1, 1)], [arb(0), arb(-5), arb(0)], [arb(1, 1), arb(0), arb(0, 3)]]
    )
    negative, undecided, positive = inertia_in_balls(A)
    assert (negative, undecided, positive) == (1, 1, 1)


def test_misuse_is_named() -> None:
    with pytest.raises(ValueError, match="symmetric"):
        rational_inertia(fmpq_mat(fmpz_mat([[0, 1], [2, 0]])))
    with pytest.raises(ValueError, match="symmetric"):
        inertia_in_balls(arb_mat([[0, 1], [2, 0]]))
