from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from numpy.testing import assert_allclose

from lossatlas.theory import relu_paths

SEEDS = st.integers(0, 2**32 - 1)
WIDTHS = st.lists(st.integers(1, 4), min_size=3, max_size=5)


@pytest.fixture(scope="module")
def found(hand: Any) -> Any:
    return relu_paths.statistics(*hand)


def test_the_hand_example_has_the_gates_worked_out_on_paper(found: Any) -> None:
    assert_allclose(found.rho_by_sample, [2 / 6, 4 / 6])
    assert found.rho == 1 / 2
    assert found.second_moment == 5 / 12  # pi is 1/2, 1/2, 0, 1, 1, 0 over the hidden paths
    assert found.variance == pytest.approx(1 / 6)
    assert found.dispersion == pytest.approx(2 / 3)
    assert found.kappa == pytest.approx(1 / 9)
    assert found.second_moment_unbiased == pytest.approx(1 / 3)  # two paths are open at both
    assert found.variance_unbiased == pytest.approx(1 / 3 - 2 / 9)
    assert [r.tolist() for r in found.unit_rates] == [[0.5, 1.0], [1.0, 1.0, 0.0]]
    assert found.layer_rates == pytest.approx((3 / 4, 2 / 3))
    assert found.exact


def test_the_hand_example_has_the_weights_worked_out_on_paper(found: Any) -> None:
    assert found.mean_weight == 2.0  # 36/18
    assert found.variance_weight == pytest.approx(152 / 18 - 4)
    assert found.correlation == pytest.approx(-np.sqrt(3 / 20))
    assert found.effective_paths == pytest.approx(152**2 / 4292)
    assert found.effective_ratio == pytest.approx(-38 / 226)
    assert found.explained == pytest.approx(1444 / 13108)


def test_the_hand_example_has_the_dependence_worked_out_on_paper(found: Any) -> None:
    # the two paths that change are open at the second sample alone: fully correlated with all inputs
    assert_allclose(found.input_covariances, [1 / 48] * 3)
    assert_allclose(found.input_dependence, [1.0] * 3)
    assert_allclose(found.mean_input_covariances, [1 / 12, -1 / 12, -1 / 12])
    assert found.input_participation == pytest.approx(1.0)


def test_the_hand_example_by_listing_all_paths_is_what_the_sums_say(hand: Any, found: Any) -> None:
    weights, X = hand
    listed = relu_paths.listed(weights, X)
    assert len(listed.paths) == found.counts.num_paths_all == 18
    assert listed.terms.sum(axis=0).tolist() == [3.0, 7.0]
    assert relu_paths.outputs(weights, X)[:, 0].tolist() == [3.0, 7.0]
    pi, size = listed.open.mean(axis=1), np.abs(listed.paths.products)
    assert (pi.mean(), size.mean(), (pi**2).mean()) == (0.5, 2.0, 5 / 12)
    assert np.corrcoef(pi, size)[0, 1] == pytest.approx(found.correlation)


@given(seed=SEEDS, widths=WIDTHS, n=st.integers(2, 6))
def test_moments_of_gates_are_those_of_all_paths(
    every_path: Any, random_network: Any, seed: int, widths: list[int], n: int
) -> None:
    weights, X = random_network(seed, widths, n)
    found, paths = relu_paths.statistics(weights, X), every_path(weights, X)
    A, pi = paths.A, paths.pi
    assert found.rho == pytest.approx(pi.mean(), abs=1e-14)
    assert_allclose(found.rho_by_sample, A.mean(axis=0), atol=1e-14)
    assert found.second_moment == pytest.approx((pi**2).mean(), abs=1e-14)
    assert found.variance == pytest.approx(pi.var(), abs=1e-14)
    coin = pi.mean() * (1 - pi.mean())
    if coin > 0:
        assert found.dispersion == pytest.approx(pi.var() / coin, abs=1e-12)
        pairs = np.cov(A, bias=True)  # paths against paths
        assert found.kappa == pytest.approx(np.mean(pairs) / coin, abs=1e-12)


@given(seed=SEEDS, widths=WIDTHS, n=st.integers(2, 6))
def test_unbiased_moments_are_means_over_pairs_of_distinct_samples(
    every_path: Any, random_network: Any, seed: int, widths: list[int], n: int
) -> None:
    weights, X = random_network(seed, widths, n)
    found, A = relu_paths.statistics(weights, X), every_path(weights, X).A
    pairs = [(x, y) for x in range(n) for y in range(n) if x != y]
    second = np.mean([(A[:, x] * A[:, y]).mean() for x, y in pairs])
    squared = np.mean([A[:, x].mean() * A[:, y].mean() for x, y in pairs])
    assert found.second_moment_unbiased == pytest.approx(second, abs=1e-14)
    assert found.variance_unbiased == pytest.approx(second - squared, abs=1e-14)


def test_unbiased_moments_average_to_those_of_a_larger_population(random_network: Any) -> None:
    weights, X = random_network(8, (3, 4, 3, 1), 400)
    whole = relu_paths.statistics(weights, X)
    rng = np.random.default_rng(0)
    parts = [
        relu_paths.statistics(weights, X[rng.choice(400, 5, replace=False)]) for _ in range(600)
    ]
    second = np.array([p.second_moment_unbiased for p in parts], dtype=float)
    variance = np.array([p.variance_unbiased for p in parts], dtype=float)
    biased = np.array([p.variance for p in parts])
    for estimates, truth in ((second, whole.second_moment), (variance, whole.variance)):
        # the population's own value, up to its 1/400
        assert abs(estimates.mean() - truth) < 4 * estimates.std() / np.sqrt(600) + 0.003
    assert biased.mean() - whole.variance > 10 * biased.std() / np.sqrt(600)


@given(seed=SEEDS, widths=WIDTHS, n=st.integers(1, 6))
def test_moments_of_weights_are_those_of_all_paths(
    every_path: Any, random_network: Any, seed: int, widths: list[int], n: int
) -> None:
    weights, X = random_network(seed, widths, n)
    found, paths = relu_paths.statistics(weights, X), every_path(weights, X)
    size, pi = np.abs(paths.w), paths.pi
    assert found.mean_weight == pytest.approx(size.mean())
    assert found.variance_weight == pytest.approx(size.var(), abs=1e-12)
    assert found.effective_paths == pytest.approx((size**2).sum() ** 2 / (size**4).sum())
    assert found.effective_share == pytest.approx(found.effective_paths / len(size))
    if pi.var() > 0 and size.var() > 1e-12:
        assert found.correlation == pytest.approx(np.corrcoef(pi, size)[0, 1], abs=1e-8)


@given(seed=SEEDS, widths=WIDTHS, n=st.integers(2, 6))
def test_the_dependence_of_gates_on_inputs_is_that_of_all_paths(
    every_path: Any, random_network: Any, seed: int, widths: list[int], n: int
) -> None:
    weights, X = random_network(seed, widths, n)
    found, paths = relu_paths.statistics(weights, X), every_path(weights, X)
    for i in range(widths[0]):
        own = [A for t, A in zip(paths.units, paths.A, strict=True) if t[0] == i]
        covariances = np.array([np.cov(X[:, i], A, bias=True)[0, 1] for A in own])
        assert found.input_covariances[i] == pytest.approx((covariances**2).mean(), abs=1e-13)
        assert found.mean_input_covariances[i] == pytest.approx(covariances.mean(), abs=1e-13)
        changing = np.var(own, axis=1).mean()
        if changing > 0:
            share = (covariances**2).mean() / (X[:, i].var() * changing)
            assert found.input_dependence[i] == pytest.approx(share, abs=1e-12)
            assert -1e-12 <= found.input_dependence[i] <= 1 + 1e-12


def test_the_summed_dependence_is_the_hsic_of_the_kernel_with_the_linear_one(
    random_network: Any,
) -> None:
    weights, X = random_network(9, (3, 4, 5, 2), 12)
    found, K = relu_paths.statistics(weights, X), relu_paths.kernel(weights, X)
    H = np.eye(12) - 1 / 12
    hsic = np.trace(K @ H @ (X @ X.T) @ H) / 12**2
    assert found.input_covariances.sum() == pytest.approx(hsic)


def test_coins_in_place_of_gates_show_no_dependence_on_inputs(random_network: Any) -> None:
    weights, X = random_network(10, (3, 30, 2), 500)
    coins = (np.random.default_rng(1).random((500, 30)) < 0.3,)
    found = relu_paths.statistics(weights, X, gates=coins)
    assert np.all(found.input_dependence < 10 / 500)  # about 1/n each
    assert found.dispersion == pytest.approx(1 / 500, rel=1)
    assert abs(found.dispersion_unbiased or 0.0) < 1e-3
    assert np.all(relu_paths.statistics(weights, X).input_dependence > 10 / 500)


@given(seed=SEEDS, widths=WIDTHS, n=st.integers(1, 6))
def test_the_reduced_model_is_fitted_by_least_squares(
    random_network: Any, seed: int, widths: list[int], n: int
) -> None:
    weights, X = random_network(seed, widths, n)
    found = relu_paths.statistics(weights, X)
    Y = relu_paths.outputs(weights, X).ravel()
    linear = relu_paths.linear_outputs(weights, X).ravel()
    slope, left, *_ = np.linalg.lstsq(linear[:, None], Y, rcond=None)
    assert found.effective_ratio == pytest.approx(slope[0], abs=1e-10)
    if len(left) and Y @ Y > 1e-12:
        assert found.explained == pytest.approx(1 - left[0] / (Y @ Y), abs=1e-9)


def test_one_output_has_the_gates_of_all_and_weights_of_its_own(
    every_path: Any, random_network: Any
) -> None:
    weights, X = random_network(11, (3, 4, 3, 5), 6)
    all_, one = (relu_paths.statistics(w, X) for w in (weights, [*weights[:-1], weights[-1][2:3]]))
    assert (one.rho, one.variance, one.kappa) == (all_.rho, all_.variance, all_.kappa)
    paths = every_path(weights, X)
    ends = np.array([t[-1] == 2 for t in paths.units])
    assert one.mean_weight == pytest.approx(np.abs(paths.w[ends]).mean())


@pytest.mark.parametrize("tile", [1, 4, 7])
def test_tiles_of_any_size_give_the_same_statistics(
    monkeypatch: Any, random_network: Any, tile: int
) -> None:
    weights, X = random_network(12, (3, 4, 5, 2), 13)
    whole = relu_paths.statistics(weights, X)
    monkeypatch.setattr("lossatlas.theory.relu_paths._gate_moments.TILE", tile)
    parts = relu_paths.statistics(weights, X)
    assert (parts.second_moment, parts.variance) == (whole.second_moment, whole.variance)
    assert_allclose(parts.input_covariances, whole.input_covariances, rtol=1e-12)


def test_sums_too_large_for_integers_are_floats_and_say_so(
    monkeypatch: Any, random_network: Any
) -> None:
    weights, X = random_network(13, (3, 4, 5, 2), 13)
    whole = relu_paths.statistics(weights, X)
    monkeypatch.setattr("lossatlas.theory.relu_paths._gate_moments.TILE", 2**31)
    rounded = relu_paths.statistics(weights, X)
    assert whole.exact
    assert not rounded.exact
    assert "too many hidden paths" in rounded.remarks[-1]
    for name in ("rho", "second_moment", "variance", "variance_unbiased", "dispersion", "kappa"):
        assert getattr(rounded, name) == pytest.approx(getattr(whole, name), rel=1e-12)


def test_a_very_deep_network_stays_within_the_floats(random_network: Any) -> None:
    weights, X = random_network(14, (10, *([40] * 250), 3), 5)
    found = relu_paths.statistics([1e-4 * W for W in weights], X)
    same = relu_paths.statistics(weights, X)
    assert not found.exact
    for name in ("rho", "dispersion", "kappa", "correlation", "effective_share", "explained"):
        value = getattr(found, name)
        assert np.isfinite(value)
        assert value == pytest.approx(getattr(same, name), rel=1e-9, abs=0)
    # weights of one law in each layer: the mean of w^2 squared over that of w^4 is about 3^-251
    assert -270 * np.log(3) < np.log(found.effective_share) < -200 * np.log(3)
    assert found.effective_ratio == pytest.approx(same.effective_ratio, rel=1e-9, abs=0)
    assert found.mean_weight == 0.0  # below the smallest float
    assert found.effective_paths > 1e200


def test_the_share_of_effective_paths_of_one_unit_a_layer_is_one(random_network: Any) -> None:
    weights, X = random_network(15, (1,) * 300, 4)
    found = relu_paths.statistics(weights, X)
    assert (found.effective_paths, found.variance_weight) == (pytest.approx(1.0), 0.0)
