"""What the tasks measure, against closed forms, brute force and other rooms."""

from itertools import pairwise
from math import sqrt

import numpy as np
import pytest
import torch
from hypothesis import given, settings as hypothesis_settings, strategies as st
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import kurtosis

from lossatlas.audits._noise_spectrum import marchenko_pastur_share
from lossatlas.studies._choices import DigitsChoice, TrainingChoice, load
from lossatlas.studies._training import loss_surface
from lossatlas.studies.kawaguchi2016_relu._course import share_right
from lossatlas.studies.kawaguchi2016_relu._few_values import few_values
from lossatlas.studies.kawaguchi2016_relu._judge_signals import pooled_kurtosis
from lossatlas.studies.kawaguchi2016_relu._linear_theory import best_right, independent_inputs
from lossatlas.studies.kawaguchi2016_relu._looks import explained, forward, look
from lossatlas.studies.kawaguchi2016_relu._reduction import entry_limit
from lossatlas.studies.kawaguchi2016_relu._signal_law import excess_kurtosis
from lossatlas.studies.kawaguchi2016_relu._sizes import inequalities
from lossatlas.studies.kawaguchi2016_relu._spectra import (
    distribution,
    ks_distance,
    ks_distances,
    neighbours,
    noise_distances,
)
from lossatlas.studies.kawaguchi2016_relu._tuples import (
    CountTable,
    draw_table,
    measured_correlation,
)
from lossatlas.theory import deep_linear, relu_paths
from lossatlas.theory.random_matrix import marchenko_pastur, marchenko_pastur_edges


def network(rng: np.random.Generator, *widths: int) -> list[np.ndarray]:
    return [
        rng.standard_normal((above, below)) * (2 / below) ** 0.5
        for below, above in pairwise(widths)
    ]


@pytest.mark.parametrize("ratio", [0.05, 0.3, 0.7, 1.0])
def test_the_distribution_of_eigenvalues_is_the_integral_of_the_density(ratio: float) -> None:
    low, high = marchenko_pastur_edges(ratio)
    places = np.linspace(low, high, 9)[1:-1]
    whole = quad(lambda x: marchenko_pastur(x, ratio), low, high, limit=200)[0]
    for x in places:
        part = quad(lambda t: marchenko_pastur(t, ratio), low, x, limit=200)[0]
        assert distribution(np.array([x]), ratio)[0] == pytest.approx(part / whole, abs=2e-5)
    # the audits have a closed form of their own
    assert distribution(places, ratio) == pytest.approx(
        marchenko_pastur_share(places, ratio), abs=2e-5
    )


def test_large_noise_lies_close_to_the_law_and_a_matrix_of_one_direction_far() -> None:
    rng = np.random.default_rng(0)
    # eigenvalues repel each other: the distance falls as one over the size, not as its root
    assert ks_distance(rng.standard_normal((200, 400))) < 3 / 200
    assert ks_distance(np.outer(rng.standard_normal(20), rng.standard_normal(40))) > 0.8
    assert ks_distance(np.zeros((5, 7))) == 1.0


@given(st.integers(2, 6), st.integers(2, 6), st.integers(0, 99))
def test_the_distance_knows_neither_scale_nor_side(rows: int, columns: int, seed: int) -> None:
    W = np.random.default_rng(seed).standard_normal((rows, columns))
    assert ks_distance(3.7 * W) == pytest.approx(ks_distance(W), abs=1e-9)
    assert ks_distance(W.T) == pytest.approx(ks_distance(W), abs=1e-9)


def test_noise_is_rejected_as_often_as_the_level_says() -> None:
    noise = noise_distances(10, 30, 199, (1,))
    fresh = ks_distances(np.random.default_rng(2).standard_normal((400, 10, 30)))
    p = (1 + (noise[None] >= fresh[:, None]).sum(1)) / 200
    rejected = float((p <= 0.05).mean())
    # the level itself is known from 199 draws
    assert abs(rejected - 0.05) < 4 * sqrt(0.05 * 0.95 * (1 / 400 + 1 / 199))


def test_neighbours_correlate_where_lengths_are_shared_and_not_where_they_do_not_vary() -> None:
    rng = np.random.default_rng(0)
    gains = np.linspace(0.5, 3, 30)[:, None]
    below = rng.standard_normal((30, 50)) * gains
    above = rng.standard_normal((20, 30)) * gains.T
    assert neighbours([below, above]) > 0.8
    assert abs(neighbours([below, rng.standard_normal((20, 30))])) < 0.6
    assert neighbours([np.ones((4, 3)), np.ones((2, 4))]) == 0.0


@pytest.mark.parametrize(("width", "layers"), [(6, 2), (12, 3)])
def test_random_networks_have_the_kurtosis_of_the_law(width: int, layers: int) -> None:
    rng = np.random.default_rng(width)
    number, h = 20_000, np.ones((20_000, 1, 4))
    for _ in range(layers):
        W = rng.standard_normal((number, width, h.shape[2])) * (2 / h.shape[2]) ** 0.5
        z = h @ W.transpose(0, 2, 1)
        h = np.maximum(z, 0)
    square = np.square(z[:, 0]) / 2  # the variance is 2 |x|^2 / d_0 = 2
    of_network = (np.square(square) - 6 * square + 3).mean(1)
    error = of_network.std() / number**0.5
    assert abs(of_network.mean() - excess_kurtosis(width, layers)) < 4 * error
    assert excess_kurtosis(width, layers) > 20 * error


def test_pooled_kurtosis_is_that_of_all_numbers_together_however_they_are_cut() -> None:
    rng = np.random.default_rng(0)
    z = rng.exponential(size=(40, 2, 5)) + 3  # networks, samples, units
    moments = np.stack([(z**k).mean(2) for k in (1, 2, 3, 4)], axis=-1)
    parts = [moments[:25], moments[25:]]
    rows = [{"array": p.ravel(), "networks": len(p), "samples": 2} for p in parts]
    found = pooled_kurtosis(rows)
    brute = np.mean([kurtosis(z[:, i].ravel()) for i in range(2)])
    assert found.value == pytest.approx(brute)
    assert found.low < found.value < found.high
    still = [{"array": np.tile([2.0, 4.0, 8.0, 16.0], 6), "networks": 3, "samples": 2}]
    assert pooled_kurtosis(still).value == 0.0


def test_the_limit_for_many_entries_is_four_for_one_and_grows_slowly() -> None:
    assert entry_limit(1) == pytest.approx(4.0)
    for entries in (10, 1000):
        assert entries * ndtr(-entry_limit(entries)) == pytest.approx(ndtr(-4.0), rel=1e-6)
    assert entry_limit(1000) < 5.5


@given(st.lists(st.integers(1, 60), min_size=2, max_size=6))
def test_two_counts_of_the_inequalities_agree_and_all_hold_for_one_output(
    hidden: list[int],
) -> None:
    widths = (*hidden, 1)
    assert inequalities(widths) == relu_paths.counts(widths).inequalities() == (True,) * 3


def test_the_first_inequality_can_fail_with_more_outputs() -> None:
    assert not inequalities((1, 1, 10))[0]


@given(st.integers(0, 500), st.floats(1.0, 4.0))
def test_a_table_of_counts_keeps_its_paths_and_its_factor(seed: int, wanted: float) -> None:
    table = draw_table(np.random.default_rng(seed), wanted=wanted)
    assert table.counts.sum() == 12 * len(table.counts)
    assert 1 <= table.spread <= wanted + 1e-12
    assert len(table.counts) == table.values**table.depth
    bound = relu_paths.sharp_uniformity_bound(table.spread)
    assert table.correlation >= bound - 1e-12 >= relu_paths.uniformity_bound(table.spread) - 2e-12


def test_the_correlation_of_a_table_is_that_of_paths_drawn_one_by_one() -> None:
    counts, products = np.array([3, 12, 21]), np.array([1.0, -2.0, 0.5])
    table, draws = CountTable(counts, products, 1, 3), 40_000
    rng = np.random.default_rng(0)
    own, even = np.zeros(draws), np.zeros(draws)
    for t, w in zip(counts, products, strict=True):
        terms = rng.standard_normal((draws, max(t, 12))) * (rng.random((draws, max(t, 12))) < 0.3)
        own += w * terms[:, :t].sum(1)
        even += w * terms[:, :12].sum(1)
    brute = np.corrcoef(own, even)[0, 1]
    fast, error = measured_correlation(table, 0.3, draws, np.random.default_rng(1))
    assert abs(fast - table.correlation) < 4 * error
    assert abs(brute - table.correlation) < 5 * error


def test_equal_counts_correlate_perfectly() -> None:
    table = CountTable(np.full(4, 12), np.array([1.0, 2.0, -1.0, 0.5]), 2, 2)
    assert table.spread == 1.0
    assert table.correlation == pytest.approx(1.0)
    measured, error = measured_correlation(table, 0.5, 1000, np.random.default_rng(0))
    assert measured == pytest.approx(1.0)
    assert error < 1e-12


def test_a_look_at_a_network_whose_gates_are_open_finds_the_model() -> None:
    rng = np.random.default_rng(0)
    weights = [abs(W) for W in network(rng, 4, 6, 6, 3)]
    X = abs(rng.standard_normal((50, 4)))
    found = look(weights, X, np.eye(3)[rng.integers(3, size=50)])
    assert found["rho"] == 1.0
    assert found["dispersion"] == found["kappa"] == 0.0
    for name in ("explained", "explained_by_rho", "effective_ratio", "same_answer"):
        assert found[name] == pytest.approx(1.0)
    assert found["path_sum_error"] < 1e-14


@hypothesis_settings(max_examples=20)
@given(st.integers(0, 999))
def test_the_best_factor_explains_no_less_than_rho(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights, X = network(rng, 5, 7, 7, 3), rng.standard_normal((30, 5))
    found = look(weights, X, rng.standard_normal((30, 3)))
    assert found["explained"] >= found["explained_by_rho"] - 1e-12
    Y = forward(weights, X)
    linear = X @ np.linalg.multi_dot(weights[::-1]).T
    best = float((Y * linear).sum() / np.square(linear).sum())
    assert found["effective_ratio"] == pytest.approx(best)
    assert found["explained"] == pytest.approx(explained(Y, best * linear))


def test_a_dead_network_has_nothing_to_explain() -> None:
    weights = [-np.ones((3, 2)), np.ones((2, 3))]
    found = look(weights, np.ones((5, 2)), np.zeros((5, 2)))
    assert found["rho"] == 0.0
    assert found["explained"] == 1.0
    assert found["path_sum_error"] == 0.0


def test_as_many_values_as_weights_change_no_answer() -> None:
    rng = np.random.default_rng(0)
    weights, X = network(rng, 4, 5, 3), rng.standard_normal((40, 4))
    few, all_of_them = few_values(weights, X, (2, 35))
    assert all_of_them["other_answers"] == all_of_them["exceptions"] == 0
    assert all_of_them["weight_error"] == 0.0
    assert few["other_answers"] > 0
    assert few["compared"] == few["constant"] + few["balanced"] + few["unbalanced"] == 6


def test_taking_out_dependent_inputs_changes_no_linear_fit() -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((30, 4)) @ rng.standard_normal((4, 9))
    Y = rng.standard_normal((30, 3))
    reduced = independent_inputs(X)
    assert reduced.shape == (30, 4)
    left = [Y - A @ np.linalg.lstsq(A, Y, rcond=None)[0] for A in (X, reduced)]
    assert left[0] == pytest.approx(left[1], abs=1e-10)


_FEW_DIGITS = DigitsChoice(source="digits", side=8, train=150, test=60)


def test_the_share_of_right_answers_is_that_of_a_loop_over_digits() -> None:
    surface = loss_surface(_FEW_DIGITS, TrainingChoice(epochs=1), (6,))
    points = surface.random_point(torch.Generator().manual_seed(0), (3,))
    points[2] = torch.nan
    _, found, infinite = share_right(surface, points).tolist()
    weights = [W.numpy() for W in surface.weights(points[1])]
    right = [
        forward(weights, x[None]).argmax() == t.argmax()
        for x, t in zip(surface.inputs.numpy(), surface.targets.numpy(), strict=True)
    ]
    assert found == pytest.approx(np.mean(right))
    assert np.isnan(infinite)


def test_the_best_linear_network_has_the_loss_of_the_global_value_and_its_answers() -> None:
    """Against the leading directions of whitened inputs with targets, and the theory's value."""
    train, test = load(_FEW_DIGITS)
    X, Y = np.array(train.inputs), np.array(train.targets)
    for rank in (3, 10):
        U, s, V = np.linalg.svd(X, full_matrices=False)
        kept = s > 1e-9 * s[0]
        white, back = U[:, kept], (V[kept].T / s[kept])
        left, strengths, right = np.linalg.svd(white.T @ Y)
        B = back @ (left[:, :rank] * strengths[:rank]) @ right[:rank]
        least = deep_linear.global_minimum(independent_inputs(X), Y, (int(kept.sum()), rank, 10))
        assert 0.5 * np.square(X @ B - Y).sum() == pytest.approx(least, rel=1e-9)
        expected = [
            np.mean((np.array(part.inputs) @ B).argmax(1) == np.array(part.targets).argmax(1))
            for part in (train, test)
        ]
        assert best_right(train, test, rank) == pytest.approx(expected)
