from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from lossatlas.theory.deep_linear import (
    all_arcs,
    assemble,
    counts_from_ranks,
    critical_point,
    critical_value,
    draw_normal_form,
    label,
    predict,
    random_arcs,
    spectrum,
)

SEEDS = st.integers(0, 2**32 - 1)
WIDTHS = st.lists(st.integers(1, 4), min_size=3, max_size=6)
JOIN = st.sampled_from([0.0, 0.2, 0.5, 1.0])


def draw(data: Any, widths: tuple[int, ...], rng: Any, join: float) -> Any:
    """A subset, arcs and weights at random, whatever the data."""
    top = min(*widths, data.target_rank)
    rank = int(rng.integers(0, top + 1))
    subset = tuple(sorted(rng.choice(data.target_rank, rank, replace=False).tolist()))
    ranks = {"target_rank": data.target_rank, "input_rank": data.input_rank}
    arcs = random_arcs(widths, rank, rng, join=join, **ranks)
    form = draw_normal_form(data, widths, subset, arcs=arcs, rng=rng)
    return subset, arcs, assemble(data, form)


def check_all_witnesses(
    oracle: Any, X: Any, Y: Any, widths: tuple[int, ...], rng: Any, join: float
) -> Any:
    data = spectrum(X, Y)
    subset, arcs, weights = draw(data, widths, rng, join)
    assert np.abs(oracle.gradient(weights, X, Y)).max() < 1e-10
    assert oracle.loss(weights, X, Y) == pytest.approx(
        critical_value(X, Y, subset), rel=1e-10, abs=1e-12
    )
    ranks = {"target_rank": data.target_rank, "input_rank": data.input_rank}
    predicted = predict(widths, data.eigenvalues, subset, arcs, **ranks)
    from_arcs = (predicted.index, predicted.nullity, predicted.positive)
    counts = counts_from_ranks(weights, X, Y)
    assert from_arcs == oracle.counts(weights, X, Y)
    assert from_arcs == (counts.index, counts.nullity, counts.positive)
    assert predicted.pairs == counts.pairs
    return predicted, weights


@settings(max_examples=150)
@given(seed=SEEDS, widths=WIDTHS, join=JOIN)
def test_three_witnesses_agree_on_generic_data(
    make_data: Any, oracle: Any, seed: int, widths: tuple[int, ...], join: float
) -> None:
    rng = np.random.default_rng(seed)
    X, Y = make_data(rng, widths[0], widths[-1])
    predicted, weights = check_all_witnesses(oracle, X, Y, widths, rng, join)
    found = label(weights, X, Y)
    assert found.arcs == predicted.arcs
    assert found.orbit_dimension == predicted.orbit_dimension == oracle.orbit_dimension(weights)


@given(seed=SEEDS, widths=WIDTHS, join=JOIN, missing=st.integers(1, 2))
def test_three_witnesses_agree_on_rank_deficient_inputs(
    make_data: Any, oracle: Any, seed: int, widths: tuple[int, ...], join: float, missing: int
) -> None:
    rng = np.random.default_rng(seed)
    X, Y = make_data(rng, widths[0] + missing, widths[-1], input_rank=widths[0])
    check_all_witnesses(oracle, X, Y, (widths[0] + missing, *widths[1:]), rng, join)


@given(seed=SEEDS, widths=WIDTHS, join=JOIN, pattern=st.sampled_from([(2, 1, 1, 1), (2, 2, 1, 1)]))
def test_three_witnesses_agree_on_tied_eigenvalues(
    make_data: Any, oracle: Any, seed: int, widths: tuple[int, ...], join: float, pattern: Any
) -> None:
    rng = np.random.default_rng(seed)
    X, Y = make_data(rng, widths[0], widths[-1], sigma=np.array(pattern, dtype=float))
    check_all_witnesses(oracle, X, Y, widths, rng, join)


@given(seed=SEEDS, widths=WIDTHS, join=JOIN, positive=st.integers(0, 2))
def test_three_witnesses_agree_on_rank_deficient_targets(
    make_data: Any, oracle: Any, seed: int, widths: tuple[int, ...], join: float, positive: int
) -> None:
    rng = np.random.default_rng(seed)
    sigma = np.where(np.arange(4) < positive, [2.0, 1.0, 0.0, 0.0], 0.0)
    X, Y = make_data(rng, widths[0], widths[-1], sigma=sigma)
    if spectrum(X, Y).target_rank <= positive:
        check_all_witnesses(oracle, X, Y, widths, rng, join)


@pytest.mark.parametrize(
    "widths",
    [
        (3, 2, 2),
        (2, 3, 2),
        (2, 2, 2, 2),
        (3, 1, 2, 2),
        (2, 2, 1, 2),
        (1, 1, 1, 1, 1),
        (2, 2, 2, 2, 2),
    ],
)
def test_every_set_of_arcs_has_the_predicted_eigenvalues(
    make_data: Any, oracle: Any, widths: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(0)
    X, Y = make_data(rng, widths[0], widths[-1])
    data = spectrum(X, Y)
    for rank in range(min(widths) + 1):
        for arcs in all_arcs(widths, rank):
            subset = tuple(range(rank))
            weights = critical_point(X, Y, widths, subset, arcs=arcs, rng=rng)
            assert np.abs(oracle.gradient(weights, X, Y)).max() < 1e-10
            named = predict(widths, data.eigenvalues, subset, arcs)
            counted = oracle.counts(weights, X, Y)
            assert (named.index, named.nullity, named.positive) == counted, arcs
            assert label(weights, X, Y).arcs == arcs


@given(seed=SEEDS, widths=WIDTHS)
def test_without_arcs_the_excess_is_zero(
    make_data: Any, oracle: Any, seed: int, widths: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(seed)
    X, Y = make_data(rng, widths[0], widths[-1])
    rank = int(rng.integers(0, min(widths) + 1))
    weights = critical_point(X, Y, widths, range(rank), rng=rng)
    assert np.abs(oracle.gradient(weights, X, Y)).max() < 1e-10
    assert all(np.linalg.matrix_rank(W, tol=1e-9) == rank for W in weights)


def test_a_random_point_with_fewer_samples_than_inputs_is_critical(oracle: Any) -> None:
    rng = np.random.default_rng(1)
    X, Y = rng.standard_normal((3, 5)), rng.standard_normal((3, 2))
    weights = critical_point(X, Y, (5, 3, 2), (1,), rng=rng)
    assert np.abs(oracle.gradient(weights, X, Y)).max() < 1e-10


def test_the_same_generator_state_gives_the_same_point() -> None:
    X, Y = np.eye(3), np.diag([3.0, 2.0, 1.0])
    first, again = (
        critical_point(X, Y, (3, 3, 3), (1,), rng=np.random.default_rng(5)) for _ in range(2)
    )
    assert all((a == b).all() for a, b in zip(first, again, strict=True))


@pytest.mark.parametrize("subset", [(0, 0), (3,), (-1,), (0, 1, 2)])
def test_subsets_that_do_not_fit_are_refused(subset: Any) -> None:
    with pytest.raises(ValueError, match="`subset`"):
        critical_point(
            np.eye(3), np.diag([3.0, 2.0, 1.0]), (3, 2, 3), subset, rng=np.random.default_rng(0)
        )


def test_the_oracle_is_right_by_finite_differences(make_data: Any, oracle: Any) -> None:
    rng = np.random.default_rng(2)
    X, Y = make_data(rng, 3, 2)
    weights = [rng.standard_normal(s) for s in ((2, 3), (3, 2), (2, 3))]
    shapes, sizes = [W.shape for W in weights], np.cumsum([W.size for W in weights])[:-1]

    def unpack(w: Any) -> Any:
        return [part.reshape(s) for part, s in zip(np.split(w, sizes), shapes, strict=True)]

    w = np.concatenate([W.ravel() for W in weights])
    steps = 1e-6 * np.eye(len(w))
    gradient = [
        (oracle.loss(unpack(w + h), X, Y) - oracle.loss(unpack(w - h), X, Y)) / 2e-6 for h in steps
    ]
    np.testing.assert_allclose(oracle.gradient(weights, X, Y), gradient, atol=1e-6)
    hessian = [
        (oracle.gradient(unpack(w + h), X, Y) - oracle.gradient(unpack(w - h), X, Y)) / 2e-6
        for h in steps
    ]
    np.testing.assert_allclose(oracle.hessian(weights, X, Y), hessian, atol=1e-6)
