"""Statistics against closed forms, SciPy, and samples of known law."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import optimize, stats

from lossatlas.studies.choromanska2015_networks._statistics import (
    compare_with,
    correlations,
    explained_share,
    fit_law,
    means_and_spreads,
    ranked_correlation,
    resample,
)

WIDTHS = (10, 25, 50, 100, 250, 500)


@given(alpha=st.floats(-2.0, 2.0).filter(lambda a: abs(a) > 0.05), beta=st.floats(-0.8, 0.8))
@settings(max_examples=40, deadline=None)
def test_a_law_is_found_from_its_own_values(alpha: float, beta: float) -> None:
    means = np.exp(alpha * np.array(WIDTHS, dtype=float) ** beta)
    law = fit_law(WIDTHS, means)
    assert float(law.beta) == pytest.approx(beta, abs=2e-5)
    assert float(law.alpha) == pytest.approx(alpha, rel=2e-4)


def test_the_fit_is_the_least_squares_fit_of_scipy() -> None:
    rng = np.random.default_rng(0)
    n = np.array(WIDTHS, dtype=float)
    for _ in range(5):
        y = -0.5 * n**0.15 + 0.05 * rng.normal(size=len(n))
        law = fit_law(WIDTHS, np.exp(y))
        found, _ = optimize.curve_fit(lambda n, a, b: a * n**b, n, y, p0=(-0.5, 0.15))
        assert [float(law.alpha), float(law.beta)] == pytest.approx(found.tolist(), rel=1e-3)


def test_a_batch_of_fits_is_the_fits_one_by_one() -> None:
    means = np.exp(-np.random.default_rng(1).uniform(0.2, 2.0, size=(4, len(WIDTHS))))
    together = fit_law(WIDTHS, means)
    for i, row in enumerate(means):
        alone = fit_law(WIDTHS, row)
        assert together.beta[i] == pytest.approx(float(alone.beta), rel=1e-12)
        assert together.alpha[i] == pytest.approx(float(alone.alpha), rel=1e-12)


def test_the_explained_share_is_one_for_a_fit_and_nought_for_the_mean() -> None:
    y = np.array([1.0, 2.0, 4.0])
    assert explained_share(y, y) == 1.0
    assert explained_share(y, np.full(3, y.mean())) == pytest.approx(0.0)
    assert np.isnan(explained_share(np.ones(3), np.ones(3)))


def test_a_bootstrap_spreads_like_the_mean_of_a_sample() -> None:
    values = np.random.default_rng(2).normal(size=(200, 1))
    drawn = resample({25: values}, means_and_spreads, resamples=2000, seed=3)
    assert drawn.shape == (2000, 1, 2)
    assert drawn[:, 0, 0].std() == pytest.approx(values.std() / 200**0.5, rel=0.1)
    again = resample({25: values, 50: values}, means_and_spreads, resamples=2000, seed=3)
    np.testing.assert_array_equal(again[:, 0], drawn[:, 0])  # each width has its own draws


def test_a_correlation_is_that_of_numpy_and_ranks_are_those_of_scipy() -> None:
    values = np.random.default_rng(4).normal(size=(3, 50, 2))
    found = correlations(values)[:, 0]
    assert found.tolist() == pytest.approx([np.corrcoef(v.T)[0, 1] for v in values])
    x, y = values[0].T
    assert ranked_correlation(x, y) == pytest.approx(stats.spearmanr(x, y).statistic)
    assert np.isnan(ranked_correlation(x, np.ones(50)))


def test_one_sided_tests_are_those_of_scipy() -> None:
    values = np.random.default_rng(5).normal(0.3, 1.0, size=12)
    found = compare_with(values, 0.1)
    below = stats.ttest_1samp(values, 0.1, alternative="less").pvalue
    above = stats.ttest_1samp(values, 0.1, alternative="greater").pvalue
    assert (found.below, found.above) == pytest.approx((below, above))


def test_differences_that_do_not_vary_are_certain_and_broken_ones_say_nothing() -> None:
    sure = compare_with([0.25, 0.25, 0.25], 0.5)
    assert (sure.below, sure.above) == (0.0, 1.0)
    assert np.isnan(compare_with([0.1, float("nan")], 0.2).below)
    assert np.isnan(compare_with([0.1], 0.2).above)
