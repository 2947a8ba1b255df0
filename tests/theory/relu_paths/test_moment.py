from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.stats import chisquare

from lossatlas.theory import relu_paths
from lossatlas.theory.relu_paths._moment import distinct_tuples


def _exact(A: Any, order: int) -> float:
    """The mean over all ordered tuples of distinct samples, tuple by tuple."""
    tuples = permutations(range(A.shape[1]), order)
    return float(np.mean([np.prod(A[:, list(t)], axis=1).mean() for t in tuples]))


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_a_moment_is_that_of_all_tuples_of_distinct_samples(
    every_path: Any, random_network: Any, order: int
) -> None:
    weights, X = random_network(6, (3, 4, 3, 2), 7)
    A = every_path(weights, X).A
    found = relu_paths.moment(weights, X, order, number=20_000, rng=np.random.default_rng(order))
    assert abs(found.value - _exact(A, order)) < 4 * found.standard_error
    assert 0 < found.standard_error < 0.01


def test_the_second_moment_is_the_exact_one(random_network: Any) -> None:
    weights, X = random_network(7, (5, 20, 30, 2), 100)
    found = relu_paths.moment(weights, X, 2, number=20_000, rng=np.random.default_rng(0))
    exact = relu_paths.statistics(weights, X).second_moment_unbiased
    assert abs(found.value - exact) < 4 * found.standard_error


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 9), order=st.integers(1, 9))
def test_tuples_hold_distinct_samples(seed: int, n: int, order: int) -> None:
    order = min(n, order)
    drawn = distinct_tuples(n, order, 50, np.random.default_rng(seed))
    assert drawn.shape == (50, order)
    assert 0 <= drawn.min() <= drawn.max() < n
    assert all(len(set(t)) == order for t in drawn.tolist())


def test_every_ordered_tuple_is_as_likely() -> None:
    drawn = distinct_tuples(5, 3, 30_000, np.random.default_rng(0)).tolist()
    seen = _counted(drawn, list(permutations(range(5), 3)))
    assert sum(seen) == 30_000
    assert chisquare(seen).pvalue > 1e-3


def _counted(drawn: list[list[int]], tuples: list[tuple[int, ...]]) -> list[int]:
    tally = dict.fromkeys(tuples, 0)
    for t in drawn:
        tally[tuple(t)] += 1
    return list(tally.values())


def test_an_order_beyond_the_samples_is_refused(random_network: Any) -> None:
    weights, X = random_network(8, (3, 4, 2), 2)
    with pytest.raises(ValueError, match="`X` should have 3 samples or more"):
        relu_paths.moment(weights, X, 3, number=10, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="`order, number` should be"):
        relu_paths.moment(weights, X, 0, number=10, rng=np.random.default_rng(0))
