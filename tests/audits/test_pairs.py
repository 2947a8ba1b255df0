"""Means over pairs of different samples, against loops over the pairs."""

import numpy as np
import pytest
from numpy.random import Generator

from lossatlas.audits._jackknife import grouped
from lossatlas.audits._pairs import PairMeans, centred


def _mean_over_pairs(matrix: np.ndarray, kept: np.ndarray) -> float:
    return float(np.mean([matrix[i, j] for i in kept for j in kept if i != j]))


@pytest.mark.parametrize("n", [2, 5, 27])
def test_means_are_those_over_all_pairs_that_are_left(n: int, rng: Generator) -> None:
    G = rng.standard_normal((n, n))
    matrix, groups = G + G.T, grouped(n, rng)
    found = PairMeans(groups)(matrix)
    assert found[0] == pytest.approx(_mean_over_pairs(matrix, np.arange(n)))
    for g in range(groups.max() + 1):
        kept = np.flatnonzero(groups != g)
        if len(kept) > 1:
            assert found[1 + g] == pytest.approx(_mean_over_pairs(matrix, kept))


def test_a_product_needs_no_matrix(rng: Generator) -> None:
    a, b, groups = rng.standard_normal(30), rng.standard_normal(30), grouped(30, rng)
    means = PairMeans(groups)
    symmetric = (np.outer(a, b) + np.outer(b, a)) / 2
    np.testing.assert_allclose(means.of_product(a, b), means(symmetric))


def test_centred_rows_sum_to_zero_off_the_diagonal(rng: Generator) -> None:
    G = rng.standard_normal((9, 9))
    found = centred(G + G.T)
    np.testing.assert_allclose(found.sum(1), 0, atol=1e-12)
    assert not np.diagonal(found).any()


def test_centring_forgets_what_rows_and_columns_add(rng: Generator) -> None:
    G, rows = rng.standard_normal((9, 9)), rng.standard_normal(9)
    matrix = G + G.T
    np.testing.assert_allclose(centred(matrix + rows[:, None] + rows), centred(matrix), atol=1e-12)


def test_a_constant_is_exactly_zero_when_centred() -> None:
    assert not centred(np.full((7, 7), 1 / 3)).any()


def test_the_mean_product_of_centred_kernels_is_unbiased_for_the_covariance(rng: Generator) -> None:
    """For linear kernels HSIC is the squared norm of the covariance of the two descriptions."""
    values = []
    for _ in range(3000):
        x = rng.standard_normal((8, 2))
        y = x @ np.array([[1.0, 0.0], [0.5, 0.0]]) + rng.standard_normal((8, 2))
        product = centred(x @ x.T) * centred(y @ y.T)
        values.append(product.sum() / (8 * 5))
    error = np.std(values) / len(values) ** 0.5
    assert abs(np.mean(values) - (1.0**2 + 0.5**2)) < 4 * error
