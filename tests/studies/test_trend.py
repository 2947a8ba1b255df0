"""Trends: three-valued, and their numbers those of other libraries."""

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import stats

from lossatlas.studies._share import Share
from lossatlas.studies._trend import falling, mean, scaled_spread, spread, trend, trend_of


def ensembles(levels: dict[int, float], number: int = 60) -> dict[int, np.ndarray]:
    """Runs whose mean and standard deviation are exactly the level and a tenth of it."""
    runs = {}
    for place, level in levels.items():
        offsets = np.random.default_rng(place).normal(size=number)
        offsets = (offsets - offsets.mean()) / offsets.std(ddof=1)
        runs[place] = level * (1 + 0.1 * offsets)
    return runs


def test_what_falls_from_place_to_place_falls() -> None:
    found = trend(ensembles({10: 4.0, 20: 3.0, 40: 2.0}), mean)
    assert found.falls is True
    assert falling("the mean", found, "widths").passed is True
    assert "falls: 4, 3, 2 at widths 10, 20, 40" in falling("the mean", found, "widths").sentence


def test_a_certain_rise_between_neighbours_is_no_fall_though_the_slope_is() -> None:
    found = trend(ensembles({10: 4.0, 20: 1.0, 40: 1.4}), mean)
    assert found.slope.high < 0
    assert found.falls is False


def test_what_is_not_resolved_is_open() -> None:
    found = trend(ensembles({10: 2.0, 20: 1.99, 40: 2.0}), mean)
    assert found.falls is None
    assert "has no certain trend" in falling("it", found, "widths").sentence


def test_a_rise_within_the_noise_leaves_a_fall_open() -> None:
    found = trend(ensembles({10: 4.0, 20: 2.0, 40: 2.001}), mean)
    assert found.slope.high < 0
    assert found.falls is None


def test_a_run_that_is_not_a_number_leaves_the_trend_open() -> None:
    runs = ensembles({10: 4.0, 20: 3.0, 40: 2.0})
    runs[20][3] = np.nan
    assert trend(runs, mean).falls is None


def resampled(levels: list[float], noise: float) -> bool | None:
    rng = np.random.default_rng(6)
    drawn = np.array(levels) + noise * rng.normal(size=(500, len(levels)))
    table = np.concatenate([[levels], drawn])
    return trend_of((25, 50, 100, 250)[: len(levels)], table, runs=500).falls


def test_resamples_that_stand_already_are_judged_alike() -> None:
    assert resampled([4.0, 3.0, 2.0, 1.0], 0.1) is True
    assert resampled([1.0, 2.0, 3.0, 4.0], 0.1) is False
    assert resampled([4.0, 3.0, 1.0, 2.0], 0.1) is False  # one rise beyond doubt
    assert resampled([4.0, 3.0, 1.99, 2.0], 0.1) is None  # a rise within the noise
    assert resampled([2.3, 2.2, 2.1, 2.0], 2.0) is None
    assert resampled([3.0, 2.0, float("nan")], 0.1) is None


def test_too_few_runs_or_places_are_no_trend() -> None:
    assert trend({1: np.ones(1), 2: np.zeros(5)}, spread).falls is None
    with pytest.raises(ValueError, match="two places"):
        trend({1: np.ones(5)}, mean)


def test_the_slope_is_that_of_a_least_squares_line() -> None:
    runs = ensembles({10: 4.0, 25: 3.5, 40: 1.0, 90: 0.5})
    found = trend(runs, spread)
    y = [own.std(ddof=1) for own in runs.values()]
    assert found.slope.value == pytest.approx(np.polyfit(np.log(list(runs)), y, 1)[0], rel=1e-10)
    flat = trend(runs, spread, log=False)
    assert flat.slope.value == pytest.approx(np.polyfit(list(runs), y, 1)[0], rel=1e-10)


def test_the_interval_of_a_mean_is_that_of_its_standard_error() -> None:
    runs = ensembles({1: 1.0, 2: 2.0}, number=400)
    for value, own in zip(trend(runs, mean).values, runs.values(), strict=True):
        low, high = stats.norm.interval(0.99, own.mean(), own.std(ddof=1) / 20)
        assert (value.low, value.high) == pytest.approx((low, high), abs=0.15 * (high - low))


def test_spreads_work_along_the_last_axis() -> None:
    values = np.random.default_rng(0).normal(3, 1, size=(4, 7))
    assert spread(values) == pytest.approx([stats.tstd(row) for row in values])
    assert scaled_spread(values) == pytest.approx([stats.variation(r, ddof=1) for r in values])


def test_the_same_runs_give_the_same_intervals() -> None:
    runs = ensembles({10: 4.0, 20: 3.0})
    assert trend(runs, spread) == trend(dict(reversed(runs.items())), spread)


@given(total=st.integers(1, 500), part=st.floats(0, 1))
def test_the_interval_of_a_share_is_that_of_scipy(total: int, part: float) -> None:
    count = round(part * total)
    known = stats.binomtest(count, total).proportion_ci(method="wilson")
    assert Share(count, total).interval == pytest.approx((known.low, known.high), abs=1e-12)
    assert str(Share(count, total)).startswith(f"{count} of {total} (")
