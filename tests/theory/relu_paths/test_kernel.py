from typing import Any

import numpy as np
from hypothesis import given, strategies as st

from lossatlas.theory import relu_paths
from lossatlas.theory.relu_paths._kernel import joint_gates, single, tiles

SEEDS = st.integers(0, 2**32 - 1)
WIDTHS = st.lists(st.integers(1, 4), min_size=3, max_size=5)


@given(seed=SEEDS, widths=WIDTHS, n=st.integers(1, 6))
def test_the_kernel_is_the_share_of_paths_that_two_samples_have_open_together(
    every_path: Any, random_network: Any, seed: int, widths: list[int], n: int
) -> None:
    weights, X = random_network(seed, widths, n)
    A = every_path(weights, X).A
    K = relu_paths.kernel(weights, X)
    np.testing.assert_allclose(K, A.T @ A / len(A), atol=1e-15)
    listed = relu_paths.listed(weights, X).open
    np.testing.assert_allclose(
        K, (listed[:, :, None] & listed[:, None, :]).mean(axis=0), atol=1e-15
    )


def test_some_rows_of_the_kernel_are_those_rows(random_network: Any) -> None:
    weights, X = random_network(5, (3, 4, 5, 2), 9)
    K = relu_paths.kernel(weights, X)
    np.testing.assert_array_equal(relu_paths.kernel(weights, X, rows=slice(2, 5)), K[2:5])


def test_counts_of_wide_layers_in_single_precision_are_exact() -> None:
    masks = tuple(
        np.random.default_rng(k).random((40, d)) < 0.7 for k, d in enumerate((5001, 3003))
    )
    floats = single(masks)
    whole = [a.astype(np.int64) for a in masks]
    exact = (whole[0] @ whole[0].T) * (whole[1] @ whole[1].T)
    np.testing.assert_array_equal(joint_gates(floats, floats, counted=True), exact)


@given(n=st.integers(1, 30), step=st.integers(1, 31))
def test_the_tiles_count_every_pair_of_samples_once(n: int, step: int) -> None:
    seen = np.zeros((n, n), dtype=int)
    for rows, columns, times in tiles(n, step):
        seen[rows, columns] += 1
        if times == 2:
            seen[columns, rows] += 1
    assert (seen == 1).all()
