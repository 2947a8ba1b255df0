from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.theory.deep_linear import (
    Reason,
    Unlabelled,
    critical_point,
    label,
    label_on,
    predict,
    random_arcs,
    spectrum,
)

SEEDS = st.integers(0, 2**32 - 1)
SHAPES = st.sampled_from([(3, 2, 2), (4, 3, 3), (4, 2, 3, 3), (3, 3, 3, 3), (3, 3, 3, 3, 3)])


def draw(make_data: Any, seed: int, widths: tuple[int, ...]) -> Any:
    rng = np.random.default_rng(seed)
    X, Y = make_data(rng, widths[0], widths[-1])
    rank = int(rng.integers(0, min(widths) + 1))
    subset = tuple(sorted(rng.choice(widths[-1], rank, replace=False).tolist()))
    arcs = random_arcs(widths, rank, rng, join=0.5)
    weights = critical_point(X, Y, widths, subset, arcs=arcs, rng=rng)
    return rng, X, Y, weights, predict(widths, spectrum(X, Y).eigenvalues, subset, arcs)


@given(seed=SEEDS, widths=SHAPES)
def test_a_point_off_by_1e_8_gets_its_label_or_none(
    make_data: Any, oracle: Any, seed: int, widths: tuple[int, ...]
) -> None:
    rng, X, Y, weights, true = draw(make_data, seed, widths)
    near = [W + 1e-8 * rng.standard_normal(W.shape) for W in weights]
    values = np.linalg.eigvalsh(oracle.hessian(near, X, Y))
    found = label(near, X, Y, hessian_eigenvalues=values)
    if found:
        assert (found.subset, found.arcs) == (true.subset, true.arcs)
        assert (found.index, found.nullity, found.kind) == (true.index, true.nullity, true.kind)
        assert found.orbit_dimension == true.orbit_dimension
        assert found.gap >= 100
        assert found.residual < 1e-5


def test_nearly_all_points_off_by_1e_8_get_their_label(make_data: Any, oracle: Any) -> None:
    named = 0
    for seed in range(60):
        rng, X, Y, weights, true = draw(make_data, seed, (4, 3, 3, 3))
        near = [W + 1e-8 * rng.standard_normal(W.shape) for W in weights]
        values = np.linalg.eigvalsh(oracle.hessian(near, X, Y))
        found = label(near, X, Y, hessian_eigenvalues=values)
        named += bool(found) and found.arcs == true.arcs
    assert named >= 59


@given(seed=SEEDS, widths=SHAPES)
def test_tied_eigenvalues_are_labelled_by_their_lowest_numbers(
    make_data: Any, oracle: Any, seed: int, widths: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(seed)
    X, Y = make_data(rng, widths[0], widths[-1], sigma=[2.0, 1.0, 1.0][: widths[-1]])
    weights = critical_point(X, Y, widths, (widths[-1] - 1,), rng=rng)
    found = label(weights, X, Y)
    assert found.subset == (1,)
    assert (found.index, found.nullity, found.positive) == oracle.counts(weights, X, Y)


def test_a_point_that_is_not_critical_is_not_named(make_data: Any) -> None:
    rng = np.random.default_rng(0)
    X, Y = make_data(rng, 4, 3)
    weights = [rng.standard_normal(s) for s in ((3, 4), (3, 3), (3, 3))]
    found = label(weights, X, Y)
    assert isinstance(found, Unlabelled)
    assert not found
    assert found.reason is Reason.PRODUCT
    assert found.residual > 1e-5


def test_a_right_product_through_wrong_blocks_is_not_named() -> None:
    # the product is zero, as at the origin, yet the residual sees W_2 W_1
    weights = [np.eye(3), np.eye(3), np.zeros((3, 3))]
    found = label(weights, np.eye(3), np.diag([5.0, 3.0, 2.0]))
    assert found.reason is Reason.RANKS


def test_a_point_between_strata_shows_no_gap() -> None:
    zero, ladder = np.zeros((6, 6)), np.diag(np.geomspace(0.1, 3e-8, 6))
    found = label([zero, ladder, zero], np.eye(6), np.diag(np.arange(6.0, 0, -1)))
    assert not found
    assert found.reason is Reason.NO_GAP
    assert found.gap < 100


def test_eigenvalues_that_disagree_veto_the_label(oracle: Any) -> None:
    X, Y = np.eye(3), np.diag([5.0, 3.0, 2.0])
    weights = [np.zeros((3, 3))] * 2
    values = np.linalg.eigvalsh(oracle.hessian(weights, X, Y))
    assert label(weights, X, Y, hessian_eigenvalues=values)
    found = label(weights, X, Y, hessian_eigenvalues=np.abs(values))
    assert found.reason is Reason.EIGENVALUES
    smeared = label(weights, X, Y, hessian_eigenvalues=values * np.geomspace(1e-16, 1, 18))
    assert not smeared


def test_labels_on_whitened_data_are_the_same(make_data: Any) -> None:
    _, X, Y, weights, true = draw(make_data, 3, (4, 3, 3, 3))
    assert label_on(spectrum(X, Y), weights) == label(weights, X, Y)
    assert label(weights, X, Y).index == true.index


def test_units_of_the_data_do_not_matter(make_data: Any) -> None:
    rng, X, Y, weights, true = draw(make_data, 5, (4, 3, 3, 3))
    del rng
    scaled = [weights[0] * 1e-3, *weights[1:-1], weights[-1] * 1e2]
    found = label(scaled, 1e4 * X, 1e3 * Y)
    assert (found.subset, found.arcs) == (true.subset, true.arcs)


def test_inputs_that_no_sample_reaches_may_hold_any_weights(make_data: Any, oracle: Any) -> None:
    rng = np.random.default_rng(6)
    X, Y = make_data(rng, 5, 2, input_rank=3)
    weights = critical_point(X, Y, (5, 3, 3, 2), (0,), rng=rng)
    values = np.linalg.eigvalsh(oracle.hessian(weights, X, Y))
    found = label(weights, X, Y, hessian_eigenvalues=values)
    assert (found.index, found.nullity, found.positive) == oracle.counts(weights, X, Y)
    assert found.orbit_dimension == oracle.orbit_dimension(weights)


@pytest.mark.parametrize(
    "weights",
    [
        [np.eye(3)],
        [np.eye(3), np.ones((3, 2))],
        [np.eye(2), np.ones((3, 2))],
        [np.full((3, 3), np.nan), np.eye(3)],
    ],
)
def test_weights_that_do_not_fit_are_refused(weights: Any) -> None:
    with pytest.raises(ValueError, match=r"`(weights|widths)`"):
        label(weights, np.eye(3), np.eye(3))
