from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.theory.deep_linear import (
    critical_value,
    critical_values,
    global_minimiser,
    global_minimum,
)

SEEDS = st.integers(0, 2**32 - 1)


def test_the_worked_values_are_all_there() -> None:
    values = critical_values(np.eye(3), np.diag([5.0, 3.0, 2.0]), (3, 3, 3, 3))
    assert [(c.value, c.subset, c.rank) for c in values] == [
        (0.0, (0, 1, 2), 3),
        (2.0, (0, 1), 2),
        (4.5, (0, 2), 2),
        (6.5, (0,), 1),
        (12.5, (1, 2), 2),
        (14.5, (1,), 1),
        (17.0, (2,), 1),
        (19.0, (), 0),
    ]


@given(seed=SEEDS, widths=st.lists(st.integers(1, 4), min_size=3, max_size=5))
def test_there_is_one_value_for_each_subset_that_fits(
    make_data: Any, seed: int, widths: tuple[int, ...]
) -> None:
    X, Y = make_data(np.random.default_rng(seed), widths[0], widths[-1])
    values = critical_values(X, Y, widths)
    fitting = [
        s
        for r in range(min(widths) + 1)
        for s in combinations(range(min(widths[0], widths[-1])), r)
    ]
    assert sorted(c.subset for c in values) == sorted(fitting)
    assert [c.value for c in values] == sorted(c.value for c in values)
    assert values[0].value == global_minimum(X, Y, widths)


@given(seed=SEEDS, rank=st.integers(0, 3))
def test_the_value_is_the_trace_formula(make_data: Any, seed: int, rank: int) -> None:
    rng = np.random.default_rng(seed)
    X, Y = make_data(rng, 5, 3)
    subset = tuple(sorted(rng.choice(3, rank, replace=False).tolist()))
    lam = np.linalg.eigvalsh(Y.T @ X @ np.linalg.inv(X.T @ X) @ X.T @ Y)[::-1]
    expected = 0.5 * (np.trace(Y.T @ Y) - lam[list(subset)].sum())
    assert critical_value(X, Y, subset) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("widths", [(5, 3, 4, 3), (5, 2, 4, 3), (4, 6, 5, 3), (3, 2, 5), (2, 3, 4)])
def test_the_global_minimiser_reaches_the_minimum_balanced(
    make_data: Any, oracle: Any, widths: tuple[int, ...]
) -> None:
    X, Y = make_data(np.random.default_rng(0), widths[0], widths[-1])
    weights = global_minimiser(X, Y, widths)
    assert [W.shape for W in weights] == list(zip(widths[1:], widths[:-1], strict=True))
    assert oracle.loss(weights, X, Y) == pytest.approx(global_minimum(X, Y, widths), abs=1e-12)
    assert np.abs(oracle.gradient(weights, X, Y)).max() < 1e-12
    for left, right in zip(weights[1:], weights[:-1], strict=True):
        np.testing.assert_allclose(left.T @ left, right @ right.T, atol=1e-12)
    assert np.linalg.eigvalsh(oracle.hessian(weights, X, Y))[0] > -1e-10


def test_reduced_rank_regression_agrees(make_data: Any) -> None:
    X, Y = make_data(np.random.default_rng(1), 5, 4)
    fitted = X @ np.linalg.lstsq(X, Y, rcond=None)[0]
    axes = np.linalg.svd(fitted)[2][:2]  # Eckart-Young on the fitted values
    best = 0.5 * np.sum((fitted @ axes.T @ axes - Y) ** 2)
    assert global_minimum(X, Y, (5, 2, 3, 4)) == pytest.approx(best, rel=1e-12)


def test_zero_eigenvalues_make_no_second_subset(make_data: Any) -> None:
    X, Y = make_data(np.random.default_rng(2), 4, 3, sigma=[2.0, 1.0, 0.0])
    assert {c.subset for c in critical_values(X, Y, (4, 3, 3))} == {(), (0,), (1,), (0, 1)}


def test_a_list_too_long_is_refused_with_its_length() -> None:
    with pytest.raises(ValueError, match="1024"):
        critical_values(np.eye(10), np.diag(np.arange(1.0, 11)), (10, 10, 10), max_count=1000)


@pytest.mark.parametrize("widths", [(3, 3), (3, 0, 3), (4, 3, 3), (3, 3, 2)])
def test_widths_that_do_not_fit_are_refused(widths: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="`widths`"):
        global_minimum(np.eye(3), np.eye(3), widths)
