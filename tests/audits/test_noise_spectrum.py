"""Spectra against Marchenko and Pastur, the largest eigenvalue against Tracy and Widom."""

import numpy as np
import pytest
from numpy.random import Generator
from scipy import stats
from scipy.integrate import quad

from lossatlas.audits._noise_spectrum import (
    johnstone,
    largest_p_value,
    marchenko_pastur_share,
    noise_spectrum,
    side_groups,
)
from lossatlas.theory.random_matrix import marchenko_pastur, marchenko_pastur_edges


@pytest.mark.parametrize("ratio", [0.01, 0.25, 0.7, 1.0])
def test_the_share_is_the_integral_of_the_density(ratio: float) -> None:
    low, high = marchenko_pastur_edges(ratio)
    for t in (0.1, 0.5, 0.9):
        x = low + t * (high - low)
        # x = low + s^2 takes the root at the lower edge away
        area, _ = quad(lambda s: 2 * s * marchenko_pastur(low + s * s, ratio), 0, (x - low) ** 0.5)
        assert marchenko_pastur_share(np.array([x]), ratio)[0] == pytest.approx(area, abs=1e-7)


@pytest.mark.parametrize("ratio", [0.25, 1.0])
def test_the_share_is_zero_before_and_one_behind(ratio: float) -> None:
    low, high = marchenko_pastur_edges(ratio)
    found = marchenko_pastur_share(np.array([-1.0, low, high, high + 1]), ratio)
    assert found.tolist() == [0.0, 0.0, 1.0, 1.0]


def test_the_p_value_is_tracy_and_widoms() -> None:
    """Quantiles of the law for real matrices: 0.9793 at 95 %, 2.0234 at 99 %, -1.2686 at 50 %."""
    centre, unit = johnstone(100, 400)
    for s, beyond in ((-1.2686, 0.5), (0.9793, 0.05), (2.0234, 0.01)):
        assert largest_p_value(centre + s * unit, 100, 400) == pytest.approx(beyond, abs=2e-3)


def test_noise_has_the_p_values_of_noise(rng: Generator) -> None:
    found = []
    for _ in range(200):
        Z = rng.standard_normal((30, 60))
        found.append(noise_spectrum(Z, np.zeros(60, dtype=int)).p_value)
    assert stats.kstest(found, "uniform").pvalue > 1e-3


@pytest.mark.parametrize("shape", [(40, 90), (90, 40), (50, 50)])
def test_noise_is_near_the_law_and_has_no_outlier(shape: tuple[int, int], rng: Generator) -> None:
    Z = 3 * rng.standard_normal(shape)
    found = noise_spectrum(Z, side_groups(Z, rng))
    assert found.distance[0] < 0.08
    assert found.num_outliers == 0
    assert found.size == min(shape)


def test_the_distance_is_that_of_the_eigenvalues(rng: Generator) -> None:
    Z = rng.standard_normal((12, 30))
    values = np.linalg.svd(Z, compute_uv=False) ** 2 / 30 / np.square(Z).mean()
    expected = stats.kstest(values, lambda x: marchenko_pastur_share(np.asarray(x), 12 / 30))
    groups = side_groups(Z, rng)
    found = noise_spectrum(Z, groups)
    assert found.distance[0] == pytest.approx(expected.statistic)
    alone = noise_spectrum(Z[:, groups != 4], np.zeros(int((groups != 4).sum()), dtype=int))
    assert found.distance[5] == pytest.approx(alone.distance[0])


def test_a_planted_direction_is_an_outlier_with_its_share(rng: Generator) -> None:
    u, v = rng.standard_normal(60), rng.standard_normal(120)
    Z = rng.standard_normal((60, 120))
    planted = Z + 40 * np.outer(u, v) / np.linalg.norm(u) / np.linalg.norm(v)
    found = noise_spectrum(planted, side_groups(Z, rng))
    largest = np.linalg.svd(planted, compute_uv=False)[0] ** 2
    assert found.num_outliers == 1
    assert found.outliers[0] == pytest.approx(largest / np.square(planted).sum())
    assert found.p_value < 1e-6


def test_scale_does_not_matter_however_small(rng: Generator) -> None:
    Z = rng.standard_normal((20, 30))
    groups = side_groups(Z, rng)
    one, other = noise_spectrum(Z, groups), noise_spectrum(1e-200 * Z, groups)
    np.testing.assert_allclose(one.distance, other.distance)


def test_nothing_and_too_little_have_no_spectrum(rng: Generator) -> None:
    assert noise_spectrum(np.zeros((8, 9)), np.zeros(9, dtype=int)) is None
    assert noise_spectrum(rng.standard_normal((3, 9)), np.zeros(9, dtype=int)) is None
