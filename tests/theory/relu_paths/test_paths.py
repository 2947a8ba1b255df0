from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.errors import MemoryForecastError
from lossatlas.theory import relu_paths

SEEDS = st.integers(0, 2**32 - 1)
WIDTHS = st.lists(st.integers(1, 4), min_size=3, max_size=5)


@given(seed=SEEDS, widths=WIDTHS, n=st.integers(1, 5))
def test_the_list_is_that_of_one_loop_within_the_other(
    every_path: Any, random_network: Any, seed: int, widths: list[int], n: int
) -> None:
    weights, X = random_network(seed, widths, n)
    found, paths = relu_paths.listed(weights, X), every_path(weights, X)
    assert [tuple(t) for t in found.paths.units.tolist()] == paths.units
    np.testing.assert_allclose(found.paths.products, paths.w, rtol=1e-14)
    np.testing.assert_array_equal(found.open, paths.A.astype(bool))
    inputs = np.array([X[:, t[0]] for t in paths.units])
    np.testing.assert_allclose(found.terms, inputs * paths.A * paths.w[:, None], atol=1e-14)


@given(seed=SEEDS, widths=WIDTHS, n=st.integers(1, 20))
def test_the_rate_of_a_path_is_the_share_of_samples_at_which_it_is_open(
    random_network: Any, seed: int, widths: list[int], n: int
) -> None:
    weights, X = random_network(seed, widths, n)
    found = relu_paths.listed(weights, X)
    rates = found.paths.rates(relu_paths.gates(weights, X))
    np.testing.assert_allclose(rates, found.open.mean(axis=1), atol=1e-15)
    assert rates.mean() == pytest.approx(relu_paths.statistics(weights, X).rho, abs=1e-14)


def test_too_long_a_list_is_refused_with_what_it_would_take(random_network: Any) -> None:
    weights, X = random_network(0, (784, 500, 500, 10), 2)
    with pytest.raises(MemoryForecastError, match=r"1960000000 paths on 2 samples needs \d+ GiB"):
        relu_paths.listed(weights, X)
