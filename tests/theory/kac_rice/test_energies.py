from math import inf

import numpy as np
import pytest

from lossatlas.theory.kac_rice import (
    energy_moments,
    energy_rule,
    mean_count,
    mean_energy_of_minima,
    threshold,
)


@pytest.mark.parametrize(("size", "order", "index"), [(6, 3, 0), (7, 4, 2)])
def test_the_rule_integrates_counts_over_windows(size: int, order: int, index: int) -> None:
    # the mean energy is an integral of window counts: u_high - int F(u) du by parts
    ends = np.linspace(-2.5, 2.5, 41)
    below = [mean_count(size, order, index=index, between=(-inf, u)) for u in ends.tolist()]
    shares = np.array(below) / mean_count(size, order, index=index)
    by_parts = ends[-1] - np.trapezoid(shares, ends)
    assert energy_moments(size, order, index)[0] == pytest.approx(by_parts, abs=1e-3)


def test_minima_are_the_moments_of_index_zero() -> None:
    assert mean_energy_of_minima(9, 3) == energy_moments(9, 3, 0)


@pytest.mark.parametrize("size", [6, 13])
def test_moments_mirror_with_the_index(size: int) -> None:
    low, high = energy_moments(size, 3, 1), energy_moments(size, 3, size - 2)
    assert low[0] == pytest.approx(-high[0], rel=1e-11)
    assert low[1] == pytest.approx(high[1], rel=1e-10)


def test_the_ground_state_of_a_quadratic_form_is_its_smallest_eigenvalue(
    rng: np.random.Generator,
) -> None:
    # u = mu / sqrt(N) for an eigenvalue mu of the symmetrised J, which has E J_ij^2 = (1 + d)/2
    size, draws = 8, 4000
    g = rng.standard_normal((draws, size, size))
    lowest = np.linalg.eigvalsh((g + g.transpose(0, 2, 1)) / 2)[:, 0] / np.sqrt(size)
    mean, deviation = mean_energy_of_minima(size, 2)
    assert lowest.mean() == pytest.approx(mean, abs=4 * deviation / np.sqrt(draws))
    assert lowest.std() == pytest.approx(deviation, rel=0.06)


def test_the_gap_to_the_threshold_closes_like_the_root_of_the_size() -> None:
    gaps = [(mean_energy_of_minima(n, 3)[0] + threshold(3)) * np.sqrt(n) for n in (20, 40, 80)]
    assert gaps == pytest.approx([1.249, 1.225, 1.213], abs=6e-4)


def test_the_weights_of_the_rule_sum_to_one() -> None:
    energies, weights = energy_rule(25, 3, 3)
    assert weights.sum() == pytest.approx(1)
    assert np.all(weights >= 0)
    assert energies.shape == weights.shape
