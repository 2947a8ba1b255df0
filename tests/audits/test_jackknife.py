"""Intervals that cover, and that repeat no sample."""

import numpy as np
from numpy.random import Generator
from scipy import stats

from lossatlas.audits._jackknife import grouped, interval, jackknife, without_groups


def test_groups_are_as_equal_as_possible(rng: Generator) -> None:
    sizes = np.bincount(grouped(47, rng))
    assert len(sizes) == 20
    assert sizes.max() - sizes.min() <= 1


def test_one_sample_has_no_interval(rng: Generator) -> None:
    value, ends = jackknife(lambda rows: float(len(rows)), grouped(1, rng))
    assert (value, ends) == (1.0, None)


def test_a_number_that_no_group_changes_is_certain() -> None:
    assert interval(2.0, np.full(20, 2.0)) == (2.0, 2.0)


def test_groups_of_one_give_the_standard_error_of_the_mean(rng: Generator) -> None:
    x = rng.standard_normal(20)
    value, ends = jackknife(lambda rows: float(x[rows].mean()), grouped(20, rng))
    low, high = stats.t.interval(0.95, 19, loc=x.mean(), scale=stats.sem(x))
    np.testing.assert_allclose([value, *ends], [x.mean(), low, high])


def test_intervals_of_a_variance_cover_it(rng: Generator) -> None:
    covered = 0
    for _ in range(400):
        x = rng.standard_normal(200)
        _, (low, high) = jackknife(lambda rows, x=x: float(x[rows].var()), grouped(200, rng))
        covered += low <= 1 <= high
    # 95 % of 400 is 380, with a standard deviation of 4.4; small samples cover a little less
    assert 362 <= covered <= 396


def test_sums_without_a_group_are_what_is_left(rng: Generator) -> None:
    x, groups = rng.standard_normal((30, 2)), grouped(30, rng)
    found = without_groups(x, groups)
    np.testing.assert_allclose(found[0], x.sum(0))
    np.testing.assert_allclose(found[4], x[groups != 3].sum(0))
