from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.theory import relu_paths


@given(
    seed=st.integers(0, 2**32 - 1),
    widths=st.lists(st.integers(1, 4), min_size=3, max_size=5),
)
def test_a_path_is_open_where_all_its_units_fire(
    every_path: Any, random_network: Any, seed: int, widths: list[int]
) -> None:
    weights, X = random_network(seed, widths, 4)
    masks = relu_paths.gates(weights, X)
    paths = every_path(weights, X)
    for t, A in zip(paths.units, paths.A, strict=True):
        open_ = np.all([a[:, u] for a, u in zip(masks, t[1:-1], strict=True)], axis=0)
        np.testing.assert_array_equal(open_, A.astype(bool))


def test_a_unit_at_exactly_zero_is_closed() -> None:
    (a,) = relu_paths.gates([np.array([[1.0, -1.0]]), np.ones((1, 1))], np.array([[2.0, 2.0]]))
    assert not a.any()


@pytest.mark.parametrize(
    ("weights", "X", "argument"),
    [
        ([np.ones((2, 3))], np.ones((1, 3)), "weights"),
        ([np.ones((2, 3)), np.ones((1, 3))], np.ones((1, 3)), "weights"),
        ([np.full((2, 3), np.nan), np.ones((1, 2))], np.ones((1, 3)), "weights"),
        ([np.ones((2, 3)), np.ones((1, 2))], np.ones((1, 4)), "X"),
        ([np.ones((2, 3)), np.ones((1, 2))], np.ones((0, 3)), "X"),
        ([np.ones((2, 3)), np.ones((1, 2))], np.full((1, 3), np.inf), "X"),
    ],
)
def test_what_is_no_network_or_no_sample_is_refused(weights: Any, X: Any, argument: str) -> None:
    with pytest.raises(ValueError, match=f"`{argument}` should"):
        relu_paths.gates(weights, X)
