"""Whatever the network and the sample, every number is defined, and a sentence says why."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.theory import relu_paths


def _assert_defined(found: relu_paths.PathStatistics, n: int) -> None:
    for field in fields(found):
        value = getattr(found, field.name)
        if isinstance(value, float | np.ndarray):
            assert np.isfinite(value).all(), field.name
        if value is None:
            assert n == 1, field.name


def _network(*scales: float) -> Any:
    rng = np.random.default_rng(0)
    shapes = [(4, 3), (5, 4), (2, 5)]
    return [s * rng.standard_normal(d) for s, d in zip(scales, shapes, strict=True)], (
        rng.standard_normal((6, 3))
    )


@given(
    seed=st.integers(0, 2**32 - 1),
    widths=st.lists(st.integers(1, 3), min_size=3, max_size=5),
    n=st.integers(1, 3),
    zeros=st.sampled_from([0.0, 0.5, 0.9, 1.0]),
)
def test_every_statistic_of_every_network_is_a_number(
    seed: int, widths: list[int], n: int, zeros: float
) -> None:
    rng = np.random.default_rng(seed)
    shapes = zip(widths[1:], widths[:-1], strict=True)
    weights = [rng.integers(-1, 2, s) * (rng.random(s) >= zeros) * 1.0 for s in shapes]
    X = rng.integers(-1, 2, (n, widths[0])) * 1.0
    _assert_defined(relu_paths.statistics(weights, X), n)


def test_a_layer_that_never_fires_leaves_no_path_and_no_output() -> None:
    weights, X = _network(1, 1, 1)
    weights[1] = -np.abs(weights[1])
    found = relu_paths.statistics(weights, X)
    _assert_defined(found, 6)
    assert (found.rho, found.variance, found.dispersion, found.kappa) == (0.0, 0.0, 0.0, 0.0)
    assert (found.correlation, found.explained, found.effective_ratio) == (0.0, 1.0, 0.0)
    assert not found.input_dependence.any()
    assert "layer 2 never fires" in found.remarks[0]
    assert not relu_paths.outputs(weights, X).any()


def test_units_that_always_fire_leave_a_linear_network() -> None:
    weights, X = _network(1, 1, 1)
    weights[:2] = [np.abs(W) for W in weights[:2]]
    found = relu_paths.statistics(weights, np.abs(X))
    _assert_defined(found, 6)
    assert (found.rho, found.variance, found.dispersion, found.kappa) == (1.0, 0.0, 0.0, 0.0)
    assert found.effective_ratio == pytest.approx(1.0)
    assert found.explained == pytest.approx(1.0)
    assert any("linear here" in r for r in found.remarks)


def test_one_sample_has_no_pairs_and_no_spread() -> None:
    weights, X = _network(1, 1, 1)
    found = relu_paths.statistics(weights, X[:1])
    _assert_defined(found, 1)
    assert found.second_moment_unbiased is None
    assert found.variance_unbiased is None
    assert found.dispersion_unbiased is None
    assert found.second_moment == found.rho  # pi is 0 or 1
    assert found.dispersion == pytest.approx(1.0)
    assert found.kappa == 0.0
    assert any("one sample" in r for r in found.remarks)


def test_constant_inputs_have_gates_that_depend_on_nothing() -> None:
    weights, X = _network(1, 1, 1)
    # 0.1 is no binary fraction: its mean over six rows need not be 0.1
    found = relu_paths.statistics(weights, np.full((6, 3), 0.1) + 0 * X)
    _assert_defined(found, 6)
    assert not found.input_covariances.any()
    assert not found.input_dependence.any()
    assert (found.kappa, found.input_participation) == (0.0, 0.0)
    assert any("samples are equal" in r for r in found.remarks)


def test_an_input_that_never_changes_has_no_dependence_and_the_rest_keep_theirs() -> None:
    weights, X = _network(1, 1, 1)
    X[:, 1] = 0.1
    found = relu_paths.statistics(weights, X)
    assert found.input_dependence[1] == 0.0
    assert found.input_dependence[0] > 0
    assert any("1 of 3 inputs never change" in r for r in found.remarks)


def test_weights_of_zero_leave_no_effective_path() -> None:
    weights, X = _network(1, 1, 0)
    found = relu_paths.statistics(weights, X)
    _assert_defined(found, 6)
    assert (found.effective_paths, found.mean_weight, found.correlation) == (0.0, 0.0, 0.0)
    assert any("No path has a weight" in r for r in found.remarks)


def test_weights_of_one_size_are_correlated_with_nothing() -> None:
    weights, X = _network(1, 1, 1)
    found = relu_paths.statistics([0.1 * np.sign(W) for W in weights], X)
    assert found.variance > 0
    assert (found.variance_weight, found.correlation) == (0.0, 0.0)
    assert found.effective_share == pytest.approx(1.0)
    assert any("same |weight|" in r for r in found.remarks)


def test_an_ordinary_network_needs_no_remark() -> None:
    assert relu_paths.statistics(*_network(1, 1, 1)).remarks == ()
