"""Learning rates: known before the epoch, of the numbers of epoch and step alone."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.ensembles import SGD, Constant, Exponential, InverseTime, Sampled


def test_a_constant_rate_is_constant() -> None:
    np.testing.assert_array_equal(Constant(0.1).at(7, 3), [0.1, 0.1, 0.1])


@given(st.integers(0, 20), st.integers(1, 30))
def test_inverse_time_counts_every_step_since_the_first(epoch: int, num_steps: int) -> None:
    rates = InverseTime(0.3, 0.01).at(epoch, num_steps)
    expected = [0.3 / (1 + 0.01 * (epoch * num_steps + s)) for s in range(num_steps)]
    np.testing.assert_allclose(rates, expected, rtol=1e-15)


def test_an_exponential_rate_falls_once_an_epoch() -> None:
    rate = Exponential(0.5, 0.5)
    np.testing.assert_array_equal([rate.at(epoch, 1)[0] for epoch in range(3)], [0.5, 0.25, 0.125])
    assert rate.at(2, 4).shape == (4,)


def test_a_sampled_rate_is_the_users_own_and_no_longer_than_the_list() -> None:
    rate = Sampled([0.3, 0.0])
    np.testing.assert_array_equal(rate.at(1, 2), [0.0, 0.0])
    with pytest.raises(ValueError, match=r"a rate for each of the 3 epochs\. Got 2 rates"):
        SGD(rate=rate, epochs=3)


@pytest.mark.parametrize(
    "bad",
    [
        lambda: Constant(0.0),
        lambda: Constant(float("nan")),
        lambda: InverseTime(0.1, -1.0),
        lambda: InverseTime(-0.1, 1.0),
        lambda: Exponential(0.1, 0.0),
        lambda: Exponential(float("inf"), 0.5),
        lambda: Sampled([]),
        lambda: Sampled([0.1, -0.1]),
    ],
)
def test_rates_out_of_range_are_refused(bad: object) -> None:
    with pytest.raises(ValueError, match="should"):
        bad()  # type: ignore[operator]
