from functools import reduce
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st

from lossatlas.theory import relu_paths

SEEDS = st.integers(0, 2**32 - 1)
WIDTHS = st.lists(st.integers(1, 4), min_size=3, max_size=5)


def _forward(weights: Any, X: Any) -> Any:
    layers: list[torch.nn.Module] = []
    for W in weights:
        linear = torch.nn.Linear(W.shape[1], W.shape[0], bias=False, dtype=torch.float64)
        linear.weight.data = torch.from_numpy(W)
        layers += [linear, torch.nn.ReLU()]
    with torch.no_grad():
        return torch.nn.Sequential(*layers[:-1])(torch.from_numpy(X)).numpy()


@given(seed=SEEDS, widths=WIDTHS, n=st.integers(1, 5))
def test_the_sum_over_paths_is_the_output_of_the_network(
    every_path: Any, random_network: Any, seed: int, widths: list[int], n: int
) -> None:
    weights, X = random_network(seed, widths, n)
    found = relu_paths.outputs(weights, X)
    paths = every_path(weights, X)
    summed = np.zeros_like(found)
    for t, w, A in zip(paths.units, paths.w, paths.A, strict=True):
        summed[:, t[-1]] += X[:, t[0]] * A * w
    np.testing.assert_allclose(found, summed, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found, _forward(weights, X), rtol=0, atol=1e-12)


def test_the_sum_over_two_billion_paths_is_the_output_of_the_network(random_network: Any) -> None:
    weights, X = random_network(0, (784, 500, 500, 10), 3)
    expected = _forward(weights, X)
    found = relu_paths.outputs(weights, X)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8 * np.abs(expected).max())


def test_many_samples_are_summed_in_blocks_to_the_same_outputs(
    monkeypatch: Any, random_network: Any
) -> None:
    weights, X = random_network(1, (3, 4, 5, 2), 17)
    whole = relu_paths.outputs(weights, X)
    monkeypatch.setattr("lossatlas.theory.relu_paths._outputs._BLOCK_ENTRIES", 40)
    np.testing.assert_allclose(relu_paths.outputs(weights, X), whole, rtol=1e-13)


def test_gates_that_are_all_open_give_the_linear_network(random_network: Any) -> None:
    weights, X = random_network(2, (3, 4, 5, 2), 6)
    masks = tuple(np.ones((6, d), dtype=np.bool_) for d in (4, 5))
    product = reduce(lambda M, W: W @ M, weights)
    np.testing.assert_allclose(relu_paths.outputs(weights, X, gates=masks), X @ product.T)
    np.testing.assert_allclose(relu_paths.linear_outputs(weights, X), X @ product.T)


def test_the_scale_multiplies_the_sum(random_network: Any) -> None:
    weights, X = random_network(3, (3, 4, 2), 6)
    once, thrice = relu_paths.outputs(weights, X), relu_paths.outputs(weights, X, scale=3.0)
    np.testing.assert_array_equal(thrice, 3 * once)
    linear = relu_paths.linear_outputs(weights, X)
    np.testing.assert_array_equal(relu_paths.linear_outputs(weights, X, scale=3.0), 3 * linear)


@given(seed=SEEDS, factor=st.floats(0.1, 10.0))
def test_the_output_is_homogeneous_of_the_degree_of_the_depth(
    random_network: Any, seed: int, factor: float
) -> None:
    weights, X = random_network(seed, (3, 4, 5, 2), 6)
    scaled = relu_paths.outputs([factor * W for W in weights], X)
    np.testing.assert_allclose(scaled, factor**3 * relu_paths.outputs(weights, X), atol=1e-9)


def test_gates_of_the_wrong_shape_or_type_are_refused(random_network: Any) -> None:
    weights, X = random_network(4, (3, 4, 2), 6)
    with pytest.raises(ValueError, match="`gates` should be boolean arrays of shapes"):
        relu_paths.outputs(weights, X, gates=(np.ones((6, 3), dtype=np.bool_),))
