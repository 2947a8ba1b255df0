from collections import Counter
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.stats import chisquare

from lossatlas.errors import MemoryForecastError
from lossatlas.theory import relu_paths

SEEDS = st.integers(0, 2**32 - 1)
WIDTHS = st.lists(st.integers(1, 4), min_size=3, max_size=5)


def _labels(seed: int, widths: Any, s: int) -> Any:
    rng = np.random.default_rng(seed)
    return [rng.integers(s, size=d) for d in zip(widths[1:], widths[:-1], strict=True)]


@given(seed=SEEDS, widths=WIDTHS, s=st.integers(1, 3))
def test_the_counts_are_those_of_a_walk_along_every_path(
    seed: int, widths: list[int], s: int
) -> None:
    labels = _labels(seed, widths, s)
    found = relu_paths.tuple_counts(labels, s)
    walked = Counter(
        tuple(int(L[t[k + 1], t[k]]) for k, L in enumerate(labels))
        for t in product(*(range(d) for d in widths))
    )
    assert found.counts.shape == (s,) * len(labels)
    assert {t: c for t, c in np.ndenumerate(found.counts) if c} == walked
    assert found.counts.sum() == found.num_paths == relu_paths.counts(widths).num_paths_all
    assert found.missing == s ** len(labels) - len(walked)


@given(seed=SEEDS, widths=WIDTHS, s=st.integers(1, 3))
def test_the_distances_from_uniform_are_their_definitions(
    seed: int, widths: list[int], s: int
) -> None:
    found = relu_paths.tuple_counts(_labels(seed, widths, s), s)
    tau = Fraction(found.num_paths, s**found.counts.ndim)
    each = [Fraction(int(t)) for t in found.counts.ravel()]
    assert found.expected == pytest.approx(float(tau))
    if found.missing:
        assert found.spread == float("inf")
    else:
        assert found.spread == pytest.approx(float(max(max(t / tau, tau / t) for t in each)))
    away = float(sum(abs(t - tau) for t in each) / found.num_paths / 2)
    assert found.total_variation == pytest.approx(away, abs=1e-14)
    assert found.chi_squared == pytest.approx(chisquare([float(t) for t in each]).statistic)


def test_a_network_in_which_every_tuple_comes_alike_is_uniform() -> None:
    # each unit gives and takes as many weights of each label
    latin = np.array([[0, 1], [1, 0]])
    found = relu_paths.tuple_counts([latin, latin, latin], 2)
    assert found.counts.ravel().tolist() == [2] * 8
    assert (found.spread, found.total_variation, found.chi_squared) == (1.0, 0.0, 0.0)
    assert found.correlation(np.array([0.3, -2.0])) == pytest.approx(1.0)


def test_counts_beyond_the_floats_stay_exact() -> None:
    widths = (10**3,) * 6 + (1,)
    labels = [np.zeros(d, dtype=np.int64) for d in zip(widths[1:], widths[:-1], strict=True)]
    for L in labels:
        L[0, 0] = 1
    found = relu_paths.tuple_counts(labels, 2)
    assert found.counts.dtype == object
    assert sum(found.counts.ravel().tolist()) == 10**18
    assert found.counts[(1,) * 6] == 1


def test_the_correlation_is_that_of_outputs_drawn_under_the_model() -> None:
    labels, values = _labels(3, (3, 4, 3, 1), 2), np.array([0.5, -1.5])
    found = relu_paths.tuple_counts(labels, 2)
    rng, draws = np.random.default_rng(0), 20_000
    own, uniform = np.zeros(draws), np.zeros(draws)
    for t, count in np.ndenumerate(found.counts):
        weight = np.prod(values[list(t)])
        shared = min(int(count), 4)  # tau = 36/8 = 4.5 is no integer: see below
        common = rng.standard_normal((shared, draws)).sum(axis=0)
        own += weight * (common + rng.standard_normal((int(count) - shared, draws)).sum(axis=0))
        uniform += weight * (common + rng.standard_normal((4 - shared, draws)).sum(axis=0))
    # the same formula at the whole number that can be drawn
    size = np.array([np.prod(values[list(t)]) ** 2 for t, _ in np.ndenumerate(found.counts)])
    t = found.counts.ravel()
    expected = (size @ np.minimum(t, 4)) / np.sqrt((size @ t) * (size.sum() * 4))
    measured = np.corrcoef(own, uniform)[0, 1]
    assert abs(measured - expected) < 4 * (1 - expected**2) / np.sqrt(draws)
    tau = found.expected
    exact = (size @ np.minimum(t, tau)) / np.sqrt((size @ t) * (size.sum() * tau))
    assert found.correlation(values) == pytest.approx(exact)


@given(seed=SEEDS, s=st.integers(2, 3))
def test_theorem_3_3_holds_and_so_does_the_better_constant(seed: int, s: int) -> None:
    rng = np.random.default_rng(seed)
    found = relu_paths.tuple_counts(_labels(seed, (6, 6, 6, 2), s), s)
    correlation = found.correlation(rng.standard_normal(s))
    assert correlation is not None
    sharp = relu_paths.sharp_uniformity_bound(found.spread)
    assert correlation >= sharp - 1e-12
    assert sharp >= relu_paths.uniformity_bound(found.spread)


def test_a_network_of_zeros_has_no_correlation() -> None:
    found = relu_paths.tuple_counts(_labels(0, (2, 2, 1), 2), 2)
    assert found.correlation(np.zeros(2)) is None


@pytest.mark.unhooked
def test_labels_that_are_no_integers_are_refused() -> None:
    with pytest.raises(ValueError, match="integer matrices"):
        relu_paths.tuple_counts([1.0 * L for L in _labels(0, (2, 2, 1), 3)], 3)


def test_labels_out_of_range_and_too_many_tuples_are_refused() -> None:
    labels = _labels(0, (2, 2, 1), 3)
    labels[0][0, 0] = 2
    with pytest.raises(ValueError, match="entries from 0 to 1"):
        relu_paths.tuple_counts(labels, 2)
    with pytest.raises(MemoryForecastError, match="1000 values in 4 layers"):
        relu_paths.tuple_counts(_labels(0, (2, 2, 2, 2, 1), 2), 1000)
    with pytest.raises(ValueError, match="`values` should be 2 numbers"):
        relu_paths.tuple_counts(_labels(0, (2, 2, 1), 2), 2).correlation(np.ones(3))
