from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from lossatlas.theory.deep_linear import (
    EscapePath,
    Kind,
    NoEscape,
    all_arcs,
    balanced_point,
    critical_point,
    critical_value,
    escape_direction,
    line_polynomial,
    predict,
    random_arcs,
    spectrum,
)

SEEDS = st.integers(0, 2**32 - 1)
DEEP = st.lists(st.integers(1, 4), min_size=4, max_size=7)


def check_escape(oracle: Any, X: Any, Y: Any, weights: Any, value: float) -> Any:
    path = escape_direction(weights, X, Y)
    assert isinstance(path, EscapePath)
    assert path.order > 2
    assert path.rate < 0
    assert path.rate == path.coefficients[path.order]
    assert path.coefficients[0] == pytest.approx(value, rel=1e-12)
    scale = np.abs(path.coefficients).max()
    assert np.abs(path.coefficients[1 : path.order]).max() < 1e-10 * scale
    for t in (0.1, 0.8):
        assert path.loss(t) == pytest.approx(oracle.loss(path.weights(t), X, Y), rel=1e-9)
    t, lowest = path.lowest()
    assert oracle.loss(path.weights(t), X, Y) == pytest.approx(lowest, rel=1e-9, abs=1e-12)
    assert lowest < value
    return path


def check_gaps(path: Any) -> None:
    """On a line only the orders 0, m, 2m - 2, 2m - 1 and 2m occur."""
    m, size = path.order, np.abs(path.coefficients)
    occurring = [0, m, 2 * m - 2, 2 * m - 1, 2 * m]
    assert np.delete(size, [k for k in occurring if k < len(size)]).max() < 1e-10 * size.max()


@settings(max_examples=100)
@given(seed=SEEDS, widths=DEEP, positive=st.integers(1, 4))
def test_every_bad_saddle_is_left_at_its_order(
    make_data: Any, oracle: Any, seed: int, widths: tuple[int, ...], positive: int
) -> None:
    rng = np.random.default_rng(seed)
    X, Y = make_data(
        rng,
        widths[0],
        widths[-1],
        sigma=np.where(np.arange(4) < positive, [2.0, 1.5, 1.2, 0.8], 0.0),
    )
    data = spectrum(X, Y)
    rank = int(rng.integers(0, min(*widths, data.target_rank) + 1))
    ranks = {"target_rank": data.target_rank}
    arcs = random_arcs(widths, rank, rng, join=rng.choice([0.0, 0.2, 0.4]), **ranks)
    weights = critical_point(X, Y, widths, range(rank), arcs=arcs, rng=rng)
    kind = predict(widths, data.eigenvalues, range(rank), arcs).kind
    if kind is Kind.BAD_SADDLE:
        path = check_escape(oracle, X, Y, weights, critical_value(X, Y, range(rank)))
        if data.target_rank == data.num_outputs:
            assert path.is_line
            assert path.order == path.num_links
            check_gaps(path)
    else:
        expected = {Kind.STRICT_SADDLE: NoEscape.STRICT_SADDLE}.get(kind, NoEscape.GLOBAL_MINIMUM)
        assert escape_direction(weights, X, Y) is expected


@pytest.mark.parametrize(
    "widths", [(2, 2, 2, 2), (2, 1, 2, 2), (2, 2, 2, 2, 2), (1, 1, 1, 1, 1, 1)]
)
@pytest.mark.parametrize("positive", [1, 2])
def test_every_set_of_arcs_without_covering_pair_is_left(
    make_data: Any, oracle: Any, widths: tuple[int, ...], positive: int
) -> None:
    rng = np.random.default_rng(0)
    positive = min(positive, widths[-1])
    sigma = [2.0, 1.0 * (positive == 2)]
    X, Y = make_data(rng, widths[0], widths[-1], sigma=sigma)
    left = 0
    for rank in range(min(*widths, positive)):
        for arcs in all_arcs(widths, rank, target_rank=positive):
            kind = predict(widths, np.square(sigma[: widths[-1]]), range(rank), arcs).kind
            if kind is Kind.BAD_SADDLE:
                weights = critical_point(X, Y, widths, range(rank), arcs=arcs, rng=rng)
                check_escape(oracle, X, Y, weights, critical_value(X, Y, range(rank)))
                left += 1
    assert left > 0


@pytest.mark.parametrize("depth", [3, 4, 5])
def test_with_zero_blocks_the_polynomial_is_the_known_one(
    make_data: Any, oracle: Any, depth: int
) -> None:
    rng = np.random.default_rng(1)
    X, Y = make_data(rng, 4, 3, sigma=[2.0, 1.3, 0.8])
    weights = balanced_point(X, Y, (4, *(3,) * depth), (0,))
    path = check_escape(oracle, X, Y, weights, critical_value(X, Y, (0,)))
    expected = np.zeros(2 * depth + 1)
    expected[[0, depth, 2 * depth]] = critical_value(X, Y, (0,)), -1.3, 0.5
    np.testing.assert_allclose(path.coefficients, expected, atol=1e-12)
    t, lowest = path.lowest()
    assert t == pytest.approx(1.3 ** (1 / depth))
    assert lowest == pytest.approx(critical_value(X, Y, (0, 1)))


def test_the_order_is_the_length_of_the_shortest_necklace() -> None:
    # four layers and a residual: blocks that carry strings further need fewer links
    X, Y = np.eye(2), np.diag([2.0, 1.0])
    zero, E = np.zeros((2, 2)), np.diag([0.0, 1.0])
    orders = [
        escape_direction(w, X, Y).order
        for w in ([zero] * 4, [zero, E, zero, zero], [zero, zero, zero, np.eye(2)])
    ]
    assert orders == [4, 3, 3]


def test_global_minima_and_strict_saddles_need_no_such_path() -> None:
    X, Y, one = np.eye(2), np.diag([2.0, 1.0]), np.eye(2)
    assert escape_direction([Y, one, one], X, Y) is NoEscape.GLOBAL_MINIMUM
    assert escape_direction([0 * one, one, 0 * one], X, Y) is NoEscape.STRICT_SADDLE
    assert escape_direction([np.diag([0.0, 1.0])] * 3, X, Y) is NoEscape.STRICT_SADDLE


@given(seed=SEEDS, widths=st.lists(st.integers(1, 4), min_size=3, max_size=6))
def test_the_line_polynomial_is_the_loss_on_the_line(
    oracle: Any, seed: int, widths: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(seed)
    X, Y = rng.standard_normal((6, widths[0])), rng.standard_normal((6, widths[-1]))
    shapes = list(zip(widths[1:], widths[:-1], strict=True))
    W, V = ([rng.standard_normal(s) for s in shapes] for _ in range(2))
    coefficients = line_polynomial(W, V, X, Y)
    assert len(coefficients) == 2 * len(W) + 1
    for t in (-1.3, 0.0, 0.4, 2.0):
        moved = [w + t * v for w, v in zip(W, V, strict=True)]
        value = np.polynomial.polynomial.polyval(t, coefficients)
        assert value == pytest.approx(oracle.loss(moved, X, Y), rel=1e-9)
    slope = oracle.gradient(W, X, Y) @ np.concatenate([v.ravel() for v in V])
    assert coefficients[1] == pytest.approx(slope, rel=1e-8, abs=1e-8)
    v = np.concatenate([v.ravel() for v in V])
    assert 2 * coefficients[2] == pytest.approx(v @ oracle.hessian(W, X, Y) @ v, rel=1e-8, abs=1e-7)


def test_a_direction_of_other_shapes_is_refused() -> None:
    with pytest.raises(ValueError, match="`direction`"):
        line_polynomial(
            [np.ones((3, 2)), np.ones((2, 3))],
            [np.ones((1, 2)), np.ones((2, 1))],
            np.eye(2),
            np.eye(2),
        )
