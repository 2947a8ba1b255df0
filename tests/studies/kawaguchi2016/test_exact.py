"""Rational critical points against the worked examples, floating point and each other."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st

from lossatlas.studies.kawaguchi2016._exact import EXAMPLES, random_instances, worked_examples
from lossatlas.studies.kawaguchi2016._exact_index import ExactRanks
from lossatlas.studies.kawaguchi2016._exact_points import (
    ExactData,
    diagonal_data,
    exact_critical_point,
    exact_loss,
    random_data,
)
from lossatlas.studies.kawaguchi2016._fractions import floats, identity, inverse, rank, rational
from lossatlas.surfaces import DeepLinear
from lossatlas.theory.deep_linear import global_minimum, predict, random_arcs, spectrum

# loss, rank, index, nullity, positive, class, in the order of the examples
TABLE = [
    (19, 0, 0, 27, 0, "bad saddle"),
    (19, 0, 9, 9, 9, "strict saddle"),
    (19, 0, 9, 9, 9, "strict saddle"),
    (6.5, 1, 0, 22, 5, "bad saddle"),
    (14.5, 1, 1, 22, 4, "strict saddle"),
    (6.5, 1, 2, 18, 7, "strict saddle"),
    (6.5, 1, 4, 14, 9, "strict saddle"),
    (4.5, 2, 2, 17, 8, "strict saddle"),
    (0, 3, 0, 18, 9, "global minimum"),
    (19, 0, 9, 0, 9, "strict saddle"),
    (17, 1, 6, 5, 7, "strict saddle"),
    (2, 2, 1, 8, 9, "strict saddle"),
    (6.5, 1, 0, 31, 5, "bad saddle"),
    (6.5, 1, 2, 27, 7, "strict saddle"),
    (6.5, 1, 0, 31, 5, "bad saddle"),
]


@pytest.fixture(scope="module")
def examples() -> list[dict[str, Any]]:
    return [dict(record.attributes) for record in worked_examples({}, (0,))]


@pytest.mark.parametrize("number", range(len(TABLE)), ids=[words for words, _ in EXAMPLES])
def test_a_worked_example_is_as_in_the_table(examples: list[dict[str, Any]], number: int) -> None:
    row = examples[number]
    keys = ("loss", "rank", "index", "undecided", "positive", "kind")
    assert tuple(row[key] for key in keys) == TABLE[number]
    assert (row["predicted_index"], row["predicted_nullity"]) == TABLE[number][2:4]
    assert row["predicted_kind"] == TABLE[number][5]


def test_a_narrow_example_is_as_in_the_table() -> None:
    data = diagonal_data((5, 3, 2))
    weights = [rational([[0, 0, 2]]), rational([[0], [0], [1]])]
    ranks = ExactRanks(weights, data, (2,))
    assert (ranks.index, ranks.nullity, exact_loss(weights, data)) == (2, 1, 17)


def test_random_instances_agree_with_their_prediction() -> None:
    for record in random_instances({"first": 0, "number": 12}, (3,)):
        row = record.attributes
        assert (row["index"], row["undecided"]) == (
            row["predicted_index"],
            row["predicted_nullity"],
        )
        assert row["kind"] == row["predicted_kind"]
        assert row["value_distance"] == 0.0


@given(
    widths=st.lists(st.integers(1, 3), min_size=3, max_size=5),
    seed=st.integers(0, 10**6),
    join=st.sampled_from([0.0, 0.5, 1.0]),
)
def test_exact_and_floating_point_agree_at_random_points(
    widths: list[int], seed: int, join: float
) -> None:
    widths[0] = max(widths[0], widths[-1])
    data, weights, subset, arcs = drawn(tuple(widths), seed, join)
    X, Y = (torch.from_numpy(floats(part)) for part in (data.inputs, data.targets))
    surface = DeepLinear(widths, X, Y)
    w = surface.point([torch.from_numpy(floats(W)) for W in weights])
    ranks = ExactRanks(weights, data, subset)
    spectrum_ = torch.linalg.eigvalsh(surface.hessian(w))
    cut = 1e-9 * max(1.0, float(spectrum_.abs().max()))
    assert int((spectrum_ < -cut).sum()) == ranks.index
    assert int((spectrum_.abs() <= cut).sum()) == ranks.nullity
    label = predict(widths, spectrum(X.numpy(), Y.numpy()).eigenvalues, subset, arcs)
    assert (label.index, label.nullity, label.kind) == (ranks.index, ranks.nullity, ranks.kind)
    assert float(exact_loss(weights, data)) == pytest.approx(surface.loss(w).item(), abs=1e-9)
    assert exact_loss(weights, data) == data.critical_value(subset)


def drawn(
    widths: tuple[int, ...], seed: int, join: float
) -> tuple[ExactData, list[Any], tuple[int, ...], Any]:
    rng = np.random.default_rng(seed)
    data = random_data(widths, rng)
    r = int(rng.integers(0, min(widths) + 1))
    subset = tuple(sorted(rng.choice(widths[-1], r, replace=False).tolist()))
    arcs = random_arcs(widths, r, rng, join=join)
    return data, exact_critical_point(data, widths, subset, arcs, rng), subset, arcs


@given(seed=st.integers(0, 10**6), outputs=st.integers(1, 3), extra=st.integers(0, 2))
def test_random_data_have_the_sigma_that_they_say(seed: int, outputs: int, extra: int) -> None:
    widths = (outputs + extra, 2, outputs)
    data = random_data(widths, np.random.default_rng(seed))
    X, Y = floats(data.inputs), floats(data.targets)
    assert spectrum(X, Y).sigma == pytest.approx(floats(data.sigma), rel=1e-8)
    least = float(data.critical_value(range(min(widths))))
    assert global_minimum(X, Y, widths) == pytest.approx(least, abs=1e-8)


def test_an_inverse_is_exact_and_a_rank_counts_dependencies() -> None:
    A = rational([[2, 1, 0], [1, 1, 0], [0, 3, 0.5]])
    assert (A @ inverse(A) == identity(3)).all()
    assert rank(rational([[1, 2], [2, 4]])) == 1
    assert rank(rational([[1, 2], [2, 4 + 2**-52 * 4]])) == 2
