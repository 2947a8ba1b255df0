from itertools import combinations
from typing import Any

import numpy as np
import pytest

from lossatlas.theory.deep_linear import (
    balanced_point,
    balanced_spectrum,
    global_minimiser,
    spectrum,
)


def whitened_data(rng: Any, d_x: int, d_y: int) -> Any:
    n = d_x + 2
    Q = np.linalg.qr(rng.standard_normal((n, n)))[0]
    return Q[:, :d_x], rng.standard_normal((n, d_y))


@pytest.mark.parametrize(
    "widths",
    [
        (4, 3, 3),
        (5, 2, 3),
        (3, 4, 3),
        (2, 3, 4),
        (4, 3, 3, 3),
        (2, 2, 3, 4),
        (3, 3, 3, 3, 3),
        (1, 1, 1),
    ],
)
def test_the_whole_spectrum_is_known_at_balanced_points(
    oracle: Any, widths: tuple[int, ...]
) -> None:
    X, Y = whitened_data(np.random.default_rng(0), widths[0], widths[-1])
    data = spectrum(X, Y)
    for r in range(min(*widths, data.target_rank) + 1):
        for subset in combinations(range(data.target_rank), r):
            weights = balanced_point(X, Y, widths, subset)
            assert np.abs(oracle.gradient(weights, X, Y)).max() < 1e-12
            values = np.linalg.eigvalsh(oracle.hessian(weights, X, Y))
            predicted = balanced_spectrum(widths, data.eigenvalues, subset)
            np.testing.assert_allclose(values, predicted, atol=1e-10)


@pytest.mark.parametrize("depth", [2, 3, 5])
def test_the_largest_curvature_at_the_balanced_minimum_is_depth_times_a_power(depth: int) -> None:
    values = balanced_spectrum((3,) * (depth + 1), [9.0, 4.0, 1.0], (0, 1, 2))
    assert values[-1] == pytest.approx(depth * 3.0 ** (2 * (depth - 1) / depth))


def test_balanced_points_of_any_data_are_balanced_and_critical(make_data: Any, oracle: Any) -> None:
    X, Y = make_data(np.random.default_rng(1), 4, 3)
    weights = balanced_point(X, Y, (4, 5, 2, 3), (0, 2))
    assert np.abs(oracle.gradient(weights, X, Y)).max() < 1e-12
    for left, right in zip(weights[1:], weights[:-1], strict=True):
        np.testing.assert_allclose(left.T @ left, right @ right.T, atol=1e-12)


def test_the_minimiser_is_zero_where_no_sample_reaches(make_data: Any) -> None:
    X, Y = make_data(np.random.default_rng(2), 5, 2, input_rank=3)
    unreached = np.linalg.svd(X)[2][3:]
    assert np.abs(global_minimiser(X, Y, (5, 3, 2))[0] @ unreached.T).max() < 1e-12
