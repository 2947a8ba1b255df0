from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from sklearn.cluster import KMeans

from lossatlas.theory import relu_paths
from lossatlas.theory.relu_paths import disagreement, quantised

SEEDS = st.integers(0, 2**32 - 1)
WIDTHS = st.lists(st.integers(1, 4), min_size=3, max_size=5)


def _flat(matrices: Any) -> Any:
    return np.concatenate([W.ravel() for W in matrices])


@given(seed=SEEDS, widths=WIDTHS, s=st.integers(1, 6))
def test_every_weight_takes_the_nearest_value_and_every_value_is_the_mean_of_its_weights(
    random_network: Any, seed: int, widths: list[int], s: int
) -> None:
    weights, _ = random_network(seed, widths, 1)
    found = quantised(weights, s)
    flat, labels, values = _flat(weights), _flat(found.labels), found.values
    assert len(values) == min(s, len(flat))
    assert np.all(np.diff(values) > 0)
    nearest = np.abs(flat[:, None] - values).min(axis=1)
    np.testing.assert_allclose(np.abs(flat - values[labels]), nearest, atol=1e-14)
    for c, value in enumerate(values):
        assert value == pytest.approx(flat[labels == c].mean(), abs=1e-12)
    np.testing.assert_array_equal(_flat(found.weights), values[labels])
    assert found.share == len(values) / len(flat)
    assert found.error == pytest.approx(
        np.linalg.norm(flat - values[labels]) / np.linalg.norm(flat)
    )


@given(seed=SEEDS)
def test_the_values_of_a_small_network_are_the_best_of_all_splits(
    random_network: Any, seed: int
) -> None:
    weights, _ = random_network(seed, (2, 3, 2), 1)
    flat = np.sort(_flat(weights))
    best = min(
        sum(np.var(part) * len(part) for part in np.split(flat, cuts))
        for cuts in combinations(range(1, len(flat)), 2)
    )
    reached = (quantised(weights, 3).error * np.linalg.norm(flat)) ** 2
    assert reached == pytest.approx(best)


def test_as_many_values_as_weights_change_nothing(random_network: Any) -> None:
    weights, X = random_network(1, (3, 4, 2), 5)
    found = quantised(weights, 20)
    assert found.error == 0.0
    np.testing.assert_array_equal(
        relu_paths.outputs(found.weights, X), relu_paths.outputs(weights, X)
    )


def test_a_network_with_few_values_keeps_them() -> None:
    weights = [np.array([[1.0, -1.0], [1.0, 0.0]]), np.array([[0.0, 1.0]])]
    found = quantised(weights, 10)
    assert found.values.tolist() == [-1.0, 0.0, 1.0]
    assert found.error == 0.0
    assert quantised([0 * W for W in weights], 2).error == 0.0


def test_its_labels_are_what_tuples_are_counted_from(random_network: Any) -> None:
    weights, _ = random_network(2, (5, 6, 7, 2), 1)
    found = quantised(weights, 3)
    counted = relu_paths.tuple_counts(found.labels, len(found.values))
    # the sum over tuples of count times product is the sum over paths of the product
    total = sum(
        count * np.prod(found.values[list(t)]) for t, count in np.ndenumerate(counted.counts)
    )
    ones = np.ones(5)
    for W in found.weights:
        ones = W @ ones
    assert total == pytest.approx(ones.sum())


def test_disagreement_counts_other_classes_and_for_one_output_other_signs() -> None:
    Y = np.array([[1.0, 2.0], [3.0, 0.0], [0.0, 1.0]])
    assert disagreement(Y, Y[:, ::-1]) == 1.0
    assert disagreement(Y, 2 * Y) == 0.0
    assert disagreement(np.array([[1.0], [-1.0]]), np.array([[2.0], [3.0]])) == 0.5


def test_no_value_at_all_is_refused(random_network: Any) -> None:
    weights, _ = random_network(3, (3, 4, 2), 1)
    with pytest.raises(ValueError, match="`num_values` should be positive"):
        quantised(weights, 0)


@pytest.mark.crosscheck
@pytest.mark.parametrize("s", [2, 3, 5, 10])
def test_the_values_of_a_large_network_are_as_good_as_those_of_another_library(
    random_network: Any, s: int
) -> None:
    weights, _ = random_network(4, (40, 50, 20), 1)
    weights[0] = weights[0] ** 3  # heavy tails, where a start at quantiles goes wrong
    flat = _flat(weights)
    peer = KMeans(s, n_init=10, random_state=0).fit(flat[:, None]).inertia_
    assert (
        quantised(weights, s).error * np.linalg.norm(flat)
    ) ** 2 <= peer * 1.001  # the bins are coarse


def test_very_many_values_are_near_every_weight(random_network: Any) -> None:
    weights, _ = random_network(5, (40, 50, 20), 1)
    found = quantised(weights, 500)
    assert 400 <= len(found.values) <= 500
    assert found.error < 0.01
