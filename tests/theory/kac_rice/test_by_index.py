from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.integrate import quad

from lossatlas.theory.kac_rice import (
    mean_count,
    mean_count_report,
    mean_energy_of_minima,
    threshold,
)

# the formula sheet's index-resolved means of order 3; index N-1-k mirrors index k
P3 = {
    2: [2.64575131],
    3: [3.13808994, 4.27617987],
    4: [3.57952446, 5.81559244],
    5: [3.99981202, 7.37422855, 8.74883307],
    6: [4.41178106, 8.99124828, 12.03353891],
    8: [5.23544852, 12.4749165, 19.83450113, 24.50112688],
    10: [6.08038719, 16.36567418, 29.50953806, 41.95097513, 49.55136522],
}
P4 = {3: [4.28633535, 6.57267069, 4.28633535], 4: [5.48130228, 10.7728049]}
# of what lies below a level: (size, level) and the counts of index 0, 1, 2
BELOW = {
    (40, -1.5): (5.466, 0.994, 0.0097),
    (40, None): (0.2046, 0.001725, 4.5e-7),
    (20, -1.4): (3.759, 0.757, 0.0085),
    (10, -1.2): (3.275, 0.8501, 0.0131),
}
# size, number of minima, of minima below -E_inf, of all points there, mean energy and deviation
BAND = """
10 6.0804 .14951 .15037 -1.2251 .199
20 11.0140 .16640 .16759 -1.3538 .122
40 26.8659 .20465 .20637 -1.4394 .0745
80 108.806 .31896 .32204 -1.4974 .0453
"""


@pytest.mark.parametrize("size", P3)
def test_the_table_of_order_three(size: int) -> None:
    found = [mean_count(size, 3, index=k) for k in range(len(P3[size]))]
    assert found == pytest.approx(P3[size], abs=6e-9)


@pytest.mark.parametrize("size", P4)
def test_the_table_of_order_four(size: int) -> None:
    found = [mean_count(size, 4, index=k) for k in range(len(P4[size]))]
    assert found == pytest.approx(P4[size], abs=6e-8)


@pytest.mark.parametrize(("size", "level"), BELOW)
def test_the_table_of_indices_below_a_level(size: int, level: float | None) -> None:
    window = (-inf, -threshold(3) if level is None else level)
    found = [mean_count(size, 3, index=k, between=window) for k in range(3)]
    # as many figures as are printed
    assert found == pytest.approx(BELOW[size, level], rel=6e-3)
    assert found[0] == pytest.approx(BELOW[size, level][0], rel=3e-4)


@pytest.mark.parametrize("row", BAND.split("\n")[1:-1])
def test_the_table_of_the_band(row: str) -> None:
    size, *expected = (float(entry) for entry in row.split())
    below = (-inf, -threshold(3))
    found = [
        mean_count(int(size), 3, index=0),
        mean_count(int(size), 3, index=0, between=below),
        mean_count(int(size), 3, between=below),
        *mean_energy_of_minima(int(size), 3),
    ]
    # figures as printed: five, five, five, five and three
    assert found[:4] == pytest.approx(expected[:4], rel=4e-5)
    assert found[4] == pytest.approx(expected[4], rel=3e-3)


@pytest.mark.slow
def test_the_band_at_large_sizes() -> None:
    assert mean_count(120, 3, index=0) == pytest.approx(358.36, rel=4e-5)
    assert mean_energy_of_minima(120, 3) == pytest.approx((-1.5225, 0.0338), rel=2e-3)
    # the sheet's own figures are good to about 1e-3 there
    assert mean_count(250, 3, index=0) == pytest.approx(9907, rel=1e-3)
    below = (-inf, -threshold(3))
    assert mean_count(250, 3, index=0, between=below) == pytest.approx(2.498, rel=1e-3)
    assert mean_count(250, 3, between=below) == pytest.approx(2.5272, rel=4e-5)
    assert mean_energy_of_minima(250, 3) == pytest.approx((-1.5563, 0.0198), rel=2e-3)


@settings(deadline=None, max_examples=10)
@given(
    size=st.integers(2, 12),
    order=st.sampled_from([2, 3, 4, 7, 20, 300]),
    ends=st.tuples(st.floats(-3, 3), st.floats(0.01, 3)),
)
def test_the_indices_add_up_to_the_total_in_any_window(
    size: int, order: int, ends: tuple[float, float]
) -> None:
    window = (ends[0], ends[0] + ends[1])
    parts = [mean_count(size, order, index=k, between=window, log=True) for k in range(size)]
    whole = mean_count(size, order, between=window, log=True)
    assert np.logaddexp.reduce(parts) == pytest.approx(whole, abs=1e-11)


@pytest.mark.parametrize("size", [16, 17])
def test_the_indices_add_up_at_larger_sizes(size: int) -> None:
    parts = [mean_count(size, 3, index=k) for k in range(size)]
    assert sum(parts) == pytest.approx(mean_count(size, 3), rel=1e-12)
    assert parts == pytest.approx(parts[::-1], rel=1e-12)


@pytest.mark.parametrize("index", [0, 3, 8, 15])
def test_a_quadratic_form_has_one_pair_of_each_index(index: int) -> None:
    assert mean_count(16, 2, index=index) == pytest.approx(2, rel=1e-12)


@pytest.mark.parametrize("size", [5, 6, 9])
def test_an_odd_sphere_counts_with_signs_to_its_euler_characteristic(size: int) -> None:
    signed = sum((-1) ** k * mean_count(size, 3, index=k) for k in range(size))
    assert signed == pytest.approx(1 + (-1) ** (size - 1), abs=1e-10)


@pytest.mark.parametrize("order", [3, 8])
def test_at_size_two_it_is_an_integral_over_the_other_eigenvalue(order: int) -> None:
    # of GOE(2), the eigenvalue x being the smaller one: the other lies above it
    end = -0.4
    scale = sqrt(order / (order - 1))

    def density(x: float) -> float:
        value, _ = quad(lambda y: (y - x) * np.exp(-y * y / 2), x, 14, epsabs=1e-14)
        return value * np.exp(-x * x / 2) / (2 * sqrt(np.pi))

    weight = (order - 2) / (2 * order)
    value, _ = quad(lambda x: density(x) * np.exp(-weight * x * x), -12, end * scale)
    expected = 2 * sqrt(2 / order) * (order - 1) * value
    assert mean_count(2, order, index=0, between=(-inf, end)) == pytest.approx(expected, rel=1e-9)


def test_at_size_three_it_is_a_sum_over_a_grid_of_the_other_two() -> None:
    # the middle one of three: one below, one above, by Gauss-Legendre on the half-lines
    order, window = 4, (-0.3, 0.9)
    scale = sqrt(3 * order / (2 * (order - 1)))
    nodes, weights = np.polynomial.legendre.leggauss(60)
    a, b = window[0] * scale, window[1] * scale
    x = a + (b - a) / 2 * (nodes + 1)

    def over(end: np.ndarray, sign: int) -> tuple[np.ndarray, np.ndarray]:
        y = end[:, None] + sign * 6 * (nodes + 1)
        return y, 6 * weights * np.exp(-y * y / 2) * np.abs(end[:, None] - y)

    (low, w_low), (high, w_high) = over(x, -1), over(x, 1)
    # the two integrals couple only through |y' - y| = y' - y
    joint = w_low.sum(1) * (w_high * high).sum(1) - (w_low * low).sum(1) * w_high.sum(1)
    # Selberg: the integral over ordered triples is (2 pi)^(3/2) Gamma(2) Gamma(5/2) / Gamma(3/2)^2 / 6
    ordered = (2 * np.pi) ** 1.5 * (1.329340388179137 / 0.886226925452758**2) / 6
    weight = np.exp(-x * x / 2 - (order - 2) / (2 * order) * x * x)
    integral = (b - a) / 2 * np.sum(weights * weight * joint) / ordered
    expected = 2 * sqrt(2 / order) * (order - 1) ** 1.5 * integral
    assert mean_count(3, order, index=1, between=window) == pytest.approx(expected, rel=1e-11)


def test_it_is_the_mean_over_dense_matrices(rng: np.random.Generator) -> None:
    size, order, draws = 7, 3, 20_000
    g = rng.standard_normal((draws, size, size))
    x = np.linalg.eigvalsh((g + g.transpose(0, 2, 1)) / 2)
    weights = 2 * sqrt(2 / order) * (order - 1) ** (size / 2) * np.exp(-x * x / 6)
    errors = weights.std(axis=0) / sqrt(draws)
    exact = np.array([mean_count(size, order, index=k) for k in range(size)])
    assert np.all(np.abs(weights.mean(axis=0) - exact) < 4 * errors)


def test_far_tails_keep_their_digits() -> None:
    # of three pulled out of the bulk each pays the same rate: exponents 1, 2, 3 to leading order
    logs = [mean_count(40, 3, index=k, between=(-inf, -2.2), log=True) for k in range(3)]
    total = mean_count(40, 3, between=(-inf, -2.2), log=True)
    assert logs[0] == pytest.approx(total, abs=1e-11)
    assert logs[1] - logs[2] == pytest.approx(logs[0] - logs[1], rel=0.25)
    assert logs[2] < -80


@pytest.mark.parametrize("size", [2, 3, 10])
@pytest.mark.parametrize("window", [(-2e4, -1e3), (30.0, 1e9)])
def test_windows_far_outside_are_counted_too(size: int, window: tuple[float, float]) -> None:
    total = mean_count(size, 3, between=window, log=True)
    logs = [mean_count(size, 3, index=k, between=window, log=True) for k in range(size)]
    assert logs == sorted(logs, reverse=window[0] < 0)
    assert max(logs) == pytest.approx(total, rel=1e-13)


def test_reports_say_how_good_they_are() -> None:
    report = mean_count_report(12, 3, index=4)
    assert report.digits >= 11
    assert "Theorem 2.1" in report.theorem
    assert "Pfaffian" in report.method


def test_sizes_beyond_the_exact_are_refused_with_the_other_door() -> None:
    for size, index in ((151, 1), (501, 0), (501, 500)):
        with pytest.raises(ValueError, match="mean_count_estimate"):
            mean_count(size, 3, index=index)
