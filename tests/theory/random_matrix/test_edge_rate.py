import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.integrate import quad

from lossatlas.theory.kac_rice import mean_count
from lossatlas.theory.random_matrix import edge_rate, edge_rate_at


@given(y=st.floats(np.sqrt(2), 20))
def test_it_is_the_integral_of_the_force(y: float) -> None:
    value, _ = quad(lambda z: np.sqrt(max(z * z - 2, 0)), np.sqrt(2), y)
    assert edge_rate(y) == pytest.approx(value, rel=1e-7, abs=1e-12)


@given(y=st.floats(1.5, 100))
def test_it_is_the_closed_form(y: float) -> None:
    root = np.sqrt(y * y - 2)
    closed = y / 2 * root - np.log((y + root) / np.sqrt(2))
    assert edge_rate(y) == pytest.approx(closed, rel=1e-9)


def test_inside_the_bulk_it_is_zero_and_next_to_the_edge_keeps_its_digits() -> None:
    assert edge_rate(np.array([-3.0, 0.0, 1.4])).tolist() == [0, 0, 0]
    tiny = 1e-6
    assert edge_rate_at(np.array([tiny]))[0] == pytest.approx(2 / 3 * tiny**3, rel=1e-11)
    assert edge_rate(np.inf) == np.inf


@pytest.mark.parametrize("index", [0, 1, 2])
def test_it_is_the_exponent_at_which_eigenvalues_leave_the_bulk(index: int) -> None:
    # order 2 weighs nothing: half the mean count below u is P(lam_k < x), with y = -u
    y = 2.0
    logs = [mean_count(n, 2, index=index, between=(-np.inf, -y), log=True) for n in (20, 32, 44)]
    rates = -np.diff(logs) / 12
    expected = (index + 1) * edge_rate(y)
    # what is left over is a power of N, ln N / N of a rate
    assert rates == pytest.approx([expected] * 2, rel=0.2)
    assert abs(rates[1] - expected) < abs(rates[0] - expected)
