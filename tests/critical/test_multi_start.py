"""Estimates of what random starts have not met yet."""

import numpy as np
import pytest
from torch import Generator

from lossatlas.critical import MultiStart, enumerate_points
from lossatlas.critical._multi_start import Arrivals, multi_start
from lossatlas.surfaces import SpinGlass


def arrivals(hits: list[int]) -> Arrivals:
    return Arrivals(np.eye(len(hits)), np.array(hits), sum(hits), 3)


def test_good_and_chao_estimate_as_their_papers_say() -> None:
    some = arrivals([1, 1, 1, 2, 2, 5, 8])
    assert some.missing == pytest.approx(3 / 20)
    assert some.unseen == pytest.approx(3 * 2 / (2 * 3))
    assert not some.saturated
    assert arrivals([3, 4]).saturated
    assert arrivals([3, 4]).unseen == 0


def test_before_the_first_arrival_everything_is_missing() -> None:
    none = Arrivals(np.empty((0, 3)), np.empty(0, int), 10, 3)
    assert none.missing == 1
    assert not none.saturated


def test_chaos_estimate_is_right_on_average_where_all_are_met_equally() -> None:
    rng = np.random.default_rng(0)
    estimates = []
    for _ in range(300):
        hits = np.bincount(rng.integers(0, 50, 60), minlength=50)
        estimates.append((hits > 0).sum() + arrivals(hits[hits > 0].tolist()).unseen)
    assert np.mean(estimates) == pytest.approx(50, abs=1.5)


def test_w_and_its_antipode_are_one_pair() -> None:
    surface = SpinGlass(3, 4, generator=Generator().manual_seed(0))
    met = multi_start(surface, Generator().manual_seed(1), MultiStart(batch=200, most=2000))
    assert met.saturated
    assert len(met.points) == enumerate_points(surface).real_pairs
    assert met.hits.sum() <= met.starts
