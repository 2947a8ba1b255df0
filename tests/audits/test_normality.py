"""Distances to the bell curve, against closed forms and SciPy."""

import numpy as np
import pytest
from numpy.random import Generator
from scipy import stats

from lossatlas.audits._gaussian import mardia
from lossatlas.audits._normality import (
    anderson_darling,
    excess_kurtosis,
    ks_distance,
    non_gaussian_share,
)

LAWS = {
    "normal": (stats.norm, 0.0),
    "uniform": (stats.uniform, 1 - 3 / np.pi),
    "coin": (None, 1 - 2 / np.pi),
    "exponential": (stats.expon, None),
}


@pytest.mark.parametrize("name", LAWS)
def test_the_share_is_one_minus_the_squared_correlation_with_the_quantiles(name: str) -> None:
    """Over u in (0, 1): r = integral of F^-1(u) Phi^-1(u) in units of the two deviations."""
    law, share = LAWS[name]
    u = (np.arange(200_000) + 0.5) / 200_000
    column = np.where(u < 0.5, -1.0, 1.0) if law is None else law.ppf(u)
    expected = 1 - np.corrcoef(column, stats.norm.ppf(u))[0, 1] ** 2 if share is None else share
    assert non_gaussian_share(column[:, None])[0] == pytest.approx(expected, abs=2e-4)


def test_the_share_knows_no_place_and_no_scale(rng: Generator) -> None:
    x = rng.exponential(size=(50, 3))
    np.testing.assert_allclose(non_gaussian_share(x), non_gaussian_share(7 - 3 * x))


def test_the_share_of_gaussian_samples_shrinks_with_their_number(rng: Generator) -> None:
    few, many = (non_gaussian_share(rng.standard_normal((n, 300))).mean() for n in (50, 500))
    assert few > 4 * many > 0


def test_what_does_not_vary_is_not_gaussian_at_all() -> None:
    constant = np.full((20, 1), 0.1)
    assert non_gaussian_share(constant)[0] == 1
    assert ks_distance(constant)[0] == 0.5
    assert anderson_darling(constant)[0] == 0
    assert excess_kurtosis(constant)[0] == 0


def test_kurtosis_and_ks_are_scipys(rng: Generator) -> None:
    x = rng.exponential(size=200)
    assert excess_kurtosis(x[:, None])[0] == pytest.approx(stats.kurtosis(x))
    z = (x - x.mean()) / x.std(ddof=1)
    assert ks_distance(x[:, None])[0] == pytest.approx(stats.kstest(z, "norm").statistic)


def test_anderson_and_darling_reject_a_true_gaussian_as_often_as_they_say(rng: Generator) -> None:
    p = anderson_darling(rng.standard_normal((60, 4000)))
    for level in (0.05, 0.2, 0.5):
        assert abs((p < level).mean() - level) < 4 * (level / 4000) ** 0.5 + 0.01
    assert anderson_darling(rng.exponential(size=(200, 5))).max() < 1e-6


def test_mardia_is_one_for_a_gaussian_and_finds_what_no_coordinate_shows(rng: Generator) -> None:
    X = rng.standard_normal((2000, 4))
    found = mardia(X)
    assert found["Mardia kurtosis over that of a Gaussian"] == pytest.approx(1, abs=0.03)
    assert found["Mardia skewness, p"] > 1e-3
    twisted = np.abs(X) * np.sign(X[:, :1])  # every coordinate is Gaussian, together they are not
    assert non_gaussian_share(twisted).max() < 0.01
    assert abs(mardia(twisted)["Mardia kurtosis over that of a Gaussian"] - 1) > 0.05
    assert mardia(np.exp(X))["Mardia skewness, p"] < 1e-9


def test_mardia_needs_more_samples_than_inputs() -> None:
    assert mardia(np.ones((5, 3))) == {}
    assert mardia(np.eye(4)) == {}
