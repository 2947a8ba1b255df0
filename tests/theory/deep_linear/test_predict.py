from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from lossatlas.theory.deep_linear import (
    Kind,
    all_arcs,
    counts_from_ranks,
    label,
    orbit_dimension,
    predict,
)

X, Y = np.eye(3), np.diag([5.0, 3.0, 2.0])
ONE, ZERO = np.eye(3), np.zeros((3, 3))


def unit(*kept: Any) -> Any:
    return np.diag([1.0 * (i + 1 in kept) for i in range(3)])


BAD, STRICT, GLOBAL = Kind.BAD_SADDLE, Kind.STRICT_SADDLE, Kind.GLOBAL_MINIMUM
ROW, COLUMN = np.array([[0.0, 0.0, 2.0]]), np.array([[0.0], [0.0], [1.0]])

# weights, loss, subset, index, nullity, positive, kind, orbit dimension
WORKED = [
    ((ZERO, ZERO, ZERO), 19.0, (), 0, 27, 0, BAD, 0),
    ((ZERO, ONE, ZERO), 19.0, (), 9, 9, 9, STRICT, 9),
    ((ZERO, ZERO, ONE), 19.0, (), 9, 9, 9, STRICT, 9),
    ((5 * unit(1), unit(1), unit(1)), 6.5, (0,), 0, 22, 5, BAD, 10),
    ((3 * unit(2), unit(2), unit(2)), 14.5, (1,), 1, 22, 4, STRICT, 10),
    ((5 * unit(1), unit(1, 2), unit(1)), 6.5, (0,), 2, 18, 7, STRICT, 13),
    ((5 * unit(1), ONE, unit(1)), 6.5, (0,), 4, 14, 9, STRICT, 14),
    ((np.diag([5.0, 0, 2]), ONE, unit(1, 3)), 4.5, (0, 2), 2, 17, 8, STRICT, 17),
    ((Y, ONE, ONE), 0.0, (0, 1, 2), 0, 18, 9, GLOBAL, 18),
    ((ZERO, ZERO), 19.0, (), 9, 0, 9, STRICT, 0),
    ((2 * unit(3), unit(3)), 17.0, (2,), 6, 5, 7, STRICT, 5),
    ((ROW, COLUMN), 17.0, (2,), 2, 1, 3, STRICT, 1),
    ((5 * unit(1), unit(1), unit(1), ONE), 6.5, (0,), 0, 31, 5, BAD, 19),
    ((5 * unit(1), unit(1, 2), unit(1, 2), unit(1)), 6.5, (0,), 2, 27, 7, STRICT, 21),
    ((5 * unit(1), unit(1, 2), unit(1), unit(1)), 6.5, (0,), 0, 31, 5, BAD, 18),
]


@pytest.mark.parametrize(
    ("weights", "loss", "subset", "index", "nullity", "positive", "kind", "orbit"), WORKED
)
def test_the_worked_examples_have_every_number(
    oracle: Any,
    weights: Any,
    loss: float,
    subset: Any,
    index: int,
    nullity: int,
    positive: int,
    kind: Any,
    orbit: int,
) -> None:
    weights = list(weights)
    assert oracle.loss(weights, X, Y) == loss
    assert oracle.counts(weights, X, Y) == (index, nullity, positive)
    assert oracle.orbit_dimension(weights) == orbit_dimension(weights) == orbit
    values = np.linalg.eigvalsh(oracle.hessian(weights, X, Y))
    found = label(weights, X, Y, hessian_eigenvalues=values)
    assert (found.subset, found.rank) == (subset, len(subset))
    assert (found.index, found.nullity, found.positive) == (index, nullity, positive)
    assert (found.kind, found.orbit_dimension) == (kind, orbit)
    counts = counts_from_ranks(weights, X, Y)
    assert (counts.index, counts.nullity, counts.positive) == (index, nullity, positive)
    widths = (3, *(W.shape[0] for W in weights))
    predicted = predict(widths, [25.0, 9.0, 4.0], subset, found.arcs)
    assert (predicted.index, predicted.nullity, predicted.positive) == (index, nullity, positive)
    assert (predicted.kind, predicted.orbit_dimension) == (kind, orbit)


@pytest.mark.parametrize("widths", [(4, 3, 3), (5, 2, 3), (3, 5, 2), (4, 6, 4)])
def test_one_hidden_layer_has_the_closed_form_whatever_the_arcs(widths: tuple[int, ...]) -> None:
    d_x, d_1, d_y = widths
    for r in range(min(widths) + 1):
        subset = tuple(range(d_y - r, d_y))
        inversions = r * (d_y - r)
        for arcs in all_arcs(widths, r):
            named = predict(widths, np.arange(d_y, 0.0, -1), subset, arcs)
            assert named.index == (d_1 - r) * (d_y - r) + inversions
            assert named.nullity == (d_1 - r) * (d_x - d_y) + r * (2 * d_1 - r)


def test_gauges_change_eigenvalues_but_no_integer(oracle: Any) -> None:
    rng = np.random.default_rng(0)
    weights = [5 * unit(1), unit(1, 2), unit(1)]
    g, h = rng.standard_normal((2, 3, 3))
    moved = [g @ weights[0], h @ weights[1] @ np.linalg.inv(g), weights[2] @ np.linalg.inv(h)]
    before, after = (np.linalg.eigvalsh(oracle.hessian(w, X, Y)) for w in (weights, moved))
    assert np.abs(before - after).max() > 0.1
    first, second = label(weights, X, Y), label(moved, X, Y)
    assert (first.index, first.nullity, first.arcs) == (second.index, second.nullity, second.arcs)


@pytest.mark.parametrize("widths", [(4, 2, 3, 3), (3, 3, 3, 3), (5, 4, 3), (3, 1, 1, 3)])
def test_global_minima_have_the_nullity_of_their_rank(widths: tuple[int, ...]) -> None:
    r = min(widths)
    values = np.arange(widths[-1], 0.0, -1)
    parameters = sum(a * b for a, b in pairwise(widths))
    for arcs in all_arcs(widths, r):
        named = predict(widths, values, range(r), arcs)
        assert (named.kind, named.index) == (Kind.GLOBAL_MINIMUM, 0)
        assert named.nullity == parameters - r * (widths[0] + widths[-1] - r)


def test_tied_pairs_add_zeros_and_no_index() -> None:
    apart = predict((3, 2, 3), [4.0, 1.0, 0.5], (1, 2), [(2, 2)])
    tied = predict((3, 2, 3), [4.0, 1.0, 1.0], (0, 1), [(2, 2)])
    assert apart.index == 2
    assert (tied.index, tied.kind) == (0, Kind.GLOBAL_MINIMUM)
    assert tied.nullity == apart.nullity + 1


@pytest.mark.parametrize("values", [[1.0, 2.0, 3.0], [2.0, 1.0], [1.0, 0.5, -0.1], [np.nan] * 3])
def test_eigenvalues_that_cannot_be_are_refused(values: Any) -> None:
    with pytest.raises(ValueError, match="`eigenvalues`"):
        predict((3, 3, 3), values, (), [(2, 2)] * 3 + [(1, 1)] * 3)
