from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.optimize import brentq

from lossatlas.theory.relu_paths import (
    largest_mean,
    least_sign_correlation,
    sharp_uniformity_bound,
    sign_agreement,
    sign_bound,
    uniformity_bound,
)


def _correlations(error: float, mean: float) -> Any:
    """Correlations of signs that differ with this probability, over every way to split it."""
    plus = (1 + mean) / 2
    low, high = max(0.0, error - (1 - plus)), min(error, plus)
    lost = np.linspace(low, high, 20_001)  # of the positive ones; the rest of error from the others
    other = mean - 2 * lost + 2 * (error - lost)
    spread = np.sqrt(np.maximum((1 - mean**2) * (1 - other**2), 0))
    kept = spread > 1e-9
    return (1 - 2 * error - mean * other)[kept] / spread[kept]


@given(error=st.floats(0.001, 0.499), mean=st.floats(-0.99, 0.99))
def test_the_least_correlation_of_signs_is_that_of_every_split(error: float, mean: float) -> None:
    least = least_sign_correlation(error, mean)
    over_all = _correlations(error, mean).min()
    assert over_all == pytest.approx(least, abs=2e-3)
    assert over_all >= least - 1e-9


@given(error=st.floats(0.0, 0.5))
def test_balanced_signs_meet_theorem_3_2(error: float) -> None:
    assert least_sign_correlation(error, 0.0) >= sign_bound(error) - 1e-12
    edge = largest_mean(error) * (1 - 1e-9)
    assert least_sign_correlation(error, edge) >= sign_bound(error) - 1e-6


@given(error=st.floats(0.01, 0.45))
def test_beyond_the_largest_mean_theorem_3_2_may_fail(error: float) -> None:
    edge = brentq(
        lambda m: least_sign_correlation(error, m) - sign_bound(error), 0.0, 1 - 2 * error
    )
    assert edge == pytest.approx(largest_mean(error), rel=1e-9)
    assert least_sign_correlation(error, edge + 0.01) < sign_bound(error)


def test_theorem_3_2_fails_for_signs_that_are_nearly_always_positive() -> None:
    Y = np.ones(100)
    Y[0], Y_s = -1.0, np.ones(100)
    Y_s[1] = -1.0
    found = sign_agreement(Y, Y_s)
    assert found.correlation == pytest.approx(-1 / 99)
    assert found.correlation == pytest.approx(found.least)
    assert found.bound == pytest.approx(0.96 / 1.04)
    assert found.holds is False
    assert not found.balanced


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 40))
def test_the_agreement_of_signs_is_their_correlation(seed: int, n: int) -> None:
    Y, Y_s = np.random.default_rng(seed).standard_normal((2, n))
    found = sign_agreement(Y, Y_s)
    signs = np.where(Y > 0, 1.0, -1.0), np.where(Y_s > 0, 1.0, -1.0)
    assert found.disagreement == pytest.approx(np.mean(signs[0] != signs[1]))
    if min(s.std() for s in signs) == 0:
        assert found.correlation is None
        assert found.holds is None
    else:
        assert found.correlation == pytest.approx(np.corrcoef(*signs)[0, 1], abs=1e-12)
        assert found.correlation >= found.least - 1e-12
        assert found.holds or not found.balanced


def _reached(c: float, p: float) -> float:
    """The correlation when a share p of the weight has c tau paths a tuple and the rest tau/c."""
    mean = p * c + (1 - p) / c
    return float((p + (1 - p) / c) / np.sqrt(mean))


@given(c=st.floats(1.0, 100.0))
def test_the_sharp_constant_is_attained_and_never_passed(c: float) -> None:
    shares = np.linspace(0, 1, 501)
    assert min(_reached(c, p) for p in shares) >= sharp_uniformity_bound(c) - 1e-12
    assert _reached(c, 1 / (1 + c)) == pytest.approx(sharp_uniformity_bound(c))
    assert uniformity_bound(c) <= c**-1.5 + 1e-15 <= sharp_uniformity_bound(c) + 2e-15


@given(seed=st.integers(0, 2**32 - 1), c=st.floats(1.0, 20.0))
def test_no_counts_within_the_factor_go_below_the_sharp_constant(seed: int, c: float) -> None:
    rng = np.random.default_rng(seed)
    weight, ratio = rng.exponential(size=50) ** 3, c ** rng.uniform(-1, 1, size=50)
    own = weight @ np.minimum(ratio, 1) / np.sqrt((weight @ ratio) * weight.sum())
    assert own >= sharp_uniformity_bound(c) - 1e-12


def test_what_has_no_bound_says_so() -> None:
    assert uniformity_bound(float("inf")) == sharp_uniformity_bound(float("inf")) == 0.0
    assert sign_bound(0.5) == 0.0
    with pytest.raises(ValueError, match="`spread` should be at least 1"):
        uniformity_bound(0.5)
    with pytest.raises(ValueError, match="`Y_s` should have the shape"):
        sign_agreement(np.ones(0), np.ones(0))


@pytest.mark.unhooked
def test_outputs_on_different_samples_are_not_compared() -> None:
    with pytest.raises(ValueError, match="`Y_s` should have the shape"):
        sign_agreement(np.ones(2), np.ones(3))
