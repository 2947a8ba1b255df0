"""Clustered means: against the plain ones where clusters are single, and by simulation."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.studies.choromanska2015_glass._statistics import clustered_mean, ratio_mean

VALUES = st.lists(st.floats(-10, 10, allow_subnormal=False), min_size=2, max_size=30)


@given(VALUES)
def test_single_clusters_give_the_usual_standard_error(values: list[float]) -> None:
    mean = clustered_mean(values, range(len(values)))
    usual = np.std(values, ddof=1)
    assert mean.value == pytest.approx(np.mean(values), abs=1e-12)
    assert mean.standard_error == pytest.approx(usual / len(values) ** 0.5, abs=1e-12)
    assert mean.spread == pytest.approx(usual, abs=1e-12)


@given(VALUES, st.integers(2, 4))
def test_repeating_every_run_adds_no_certainty(values: list[float], times: int) -> None:
    once = clustered_mean(values, range(len(values)))
    repeated = clustered_mean(values * times, [*range(len(values))] * times)
    assert repeated.standard_error == pytest.approx(once.standard_error, abs=1e-12)


def test_the_error_covers_means_over_clusters_of_unequal_size() -> None:
    rng = np.random.default_rng(3)
    misses, trials = 0, 2000
    for _ in range(trials):
        counts = rng.integers(1, 9, size=40).astype(float)
        shifts = rng.normal(size=40)
        mean = ratio_mean(counts * shifts, counts)
        misses += abs(mean.value) > 2 * mean.standard_error
    assert misses / trials == pytest.approx(0.05, abs=0.025)


def test_nothing_has_no_mean() -> None:
    assert np.isnan(clustered_mean([], []).value)
    assert np.isnan(clustered_mean([1.0], ["a"]).standard_error)
    assert np.isnan(ratio_mean(np.zeros(2), np.zeros(2)).value)
