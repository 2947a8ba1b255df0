"""A root proved by Newton-Kantorovich is there, alone and simple; what is none is never proved."""

from fractions import Fraction

import numpy as np
import pytest
from flint import acb, acb_mat, arb, arb_mat, ctx, fmpq
from hypothesis import assume, given, strategies as st

from lossatlas.linalg import (
    Inclusion,
    NoInclusion,
    Obstacle,
    euclidean_norm,
    lower_float,
    newton_kantorovich,
    upper_float,
)


def _scalar(y: arb, roots: tuple[float, float], **widened: float) -> Inclusion | NoInclusion:
    """The two roots of (y - a)(y - b), K = 2."""
    a, b = roots
    value = (y - a) * (y - b) + arb(0, widened.get("value", 0))
    slope = 2 * y - a - b + arb(0, widened.get("slope", 0))
    return newton_kantorovich(arb_mat([[value]]), arb_mat([[slope]]), lipschitz=arb(2))


ROOTS = st.floats(-100, 100).map(lambda x: round(x, 6))


@given(ROOTS, ROOTS, st.floats(-1, 0.5))
def test_one_root_is_inside_and_the_other_outside(a: float, b: float, share: float) -> None:
    assume(abs(a - b) > 1e-3)
    y = arb(a + share * (b - a))
    found = _scalar(y, (a, b))
    near, far = sorted((abs(arb(a) - y), abs(arb(b) - y)), key=float)
    # h = 1/2 where 8 t (1 - t) = 1 between the roots, t the share; beyond them it is never reached.
    margin = (1 - 2**-0.5) / 2 - share
    assume(abs(margin) > 1e-9)
    assert bool(found) == (share < 0 or margin > 0)
    if found:
        assert near <= found.radius
        assert far >= found.unique_within


@pytest.mark.parametrize("bits", [53, 128, 512])
def test_the_double_root_at_h_one_half_is_never_proved(bits: int) -> None:
    with ctx.workprec(bits):
        for start in (1.0, 1e-8, -3.0):
            found = _scalar(arb(start), (0.0, 0.0))
            assert not found
            assert isinstance(found, NoInclusion)
            assert found.obstacle in (Obstacle.TOO_CURVED, Obstacle.SINGULAR)


def test_widening_any_ball_past_the_truth_fails() -> None:
    """(y - 1)(y + 1) at 1.01: the residual may grow to (J/2)^2/... of h = 1/2, the slope to J."""
    y = arb("1.01")
    assert _scalar(y, (1.0, -1.0))
    assert _scalar(y, (1.0, -1.0), value=0.4)
    assert not _scalar(y, (1.0, -1.0), value=1.1)
    assert _scalar(y, (1.0, -1.0), slope=1.5)
    assert not _scalar(y, (1.0, -1.0), slope=2.03)


@given(st.integers(1, 6), st.integers(0, 2**32 - 1), st.floats(-14, 0))
def test_a_random_quadratic_system_with_a_known_root(n: int, seed: int, power: float) -> None:
    """F(y) = A d + B(d, d), d = y - root, exactly in balls: the root is where it is said to be."""
    rng = np.random.default_rng(seed)
    A, B = rng.standard_normal((n, n)), rng.standard_normal((n, n, n)) / n
    B = (B + B.transpose(0, 2, 1)) / 2
    d = arb_mat(n, 1, (10**power * rng.standard_normal(n)).tolist())
    form = arb_mat(n, n, (arb_mat(n * n, n, B.ravel().tolist()) * d).entries())
    value = arb_mat(A.tolist()) * d + form * d
    jacobian = arb_mat(A.tolist()) + 2 * form
    # ||B(u, .)||_2 <= ||B||_F |u|
    K = 2 * arb(float(np.linalg.norm(B)) * (1 + 1e-12))
    found = newton_kantorovich(value, jacobian, lipschitz=K)
    if found:
        distance = euclidean_norm(d)
        assert distance <= found.radius or distance >= found.unique_within
        assert found.radius <= found.unique_within
        assert found.contraction < 0.5


def test_roots_over_the_complex_numbers() -> None:
    for root in (1j, -1j):
        z = acb(root + 1e-9)
        found = newton_kantorovich(
            acb_mat([[z * z + 1]]), acb_mat([[2 * z]]), lipschitz=arb(2), within=arb(1)
        )
        assert isinstance(found, Inclusion)
        assert abs(z - acb(root)) <= found.radius
        assert found.radius < 2e-9
        assert found.unique_within <= 1


def test_a_linear_system_has_one_root_anywhere() -> None:
    found = newton_kantorovich(arb_mat([[3]]), arb_mat([[2]]), lipschitz=arb(0))
    assert isinstance(found, Inclusion)
    assert found.radius >= fmpq(3, 2)
    assert not found.unique_within.is_finite()


@pytest.mark.parametrize(
    ("value", "jacobian", "within", "obstacle"),
    [
        ([[0]], [[0]], None, Obstacle.SINGULAR),
        ([[0]], [[arb(0, 1)]], None, Obstacle.SINGULAR),
        ([[float("nan")]], [[1]], None, Obstacle.NOT_FINITE),
        ([[1]], [[float("inf")]], None, Obstacle.NOT_FINITE),
        ([[1]], [[1]], None, Obstacle.TOO_CURVED),
        ([[0.1]], [[1]], 0.05, Obstacle.TOO_FAR),
    ],
)
def test_what_is_not_proved_says_why(
    value: list[list[float]],
    jacobian: list[list[float]],
    within: float | None,
    obstacle: Obstacle,
) -> None:
    bound = None if within is None else arb(within)
    found = newton_kantorovich(arb_mat(value), arb_mat(jacobian), lipschitz=arb(2), within=bound)
    assert isinstance(found, NoInclusion)
    assert found.obstacle is obstacle
    assert not found


def test_misuse_is_named() -> None:
    with pytest.raises(ValueError, match="`value, jacobian` should"):
        newton_kantorovich(arb_mat([[1, 2]]), arb_mat([[1]]), lipschitz=arb(1))
    with pytest.raises(ValueError, match="`lipschitz` should not be negative"):
        newton_kantorovich(arb_mat([[1]]), arb_mat([[1]]), lipschitz=arb(-1))


@given(st.fractions(-(10**6), 10**6))
def test_floats_are_rounded_outwards(exact: Fraction) -> None:
    ball = arb(fmpq(exact.numerator, exact.denominator))
    assert Fraction(lower_float(ball)) <= exact <= Fraction(upper_float(ball))
