"""Rounding weights: A2p and A3p."""

import numpy as np
import pytest
from numpy.random import Generator
from scipy.stats import chi2

from lossatlas.audits import audit
from lossatlas.audits._few_values import few_values, predictions
from lossatlas.audits._jackknife import grouped, interval
from lossatlas.audits._redundancy import wilson
from lossatlas.audits._uniformity import audit_uniformity, num_levels
from lossatlas.evidence import Ruling
from lossatlas.studies._share import Share
from lossatlas.theory import relu_paths


def test_rounding_leaves_few_values_alone() -> None:
    flat = np.array([1.0, -2.0, 1.0, 0.5])
    assert few_values(flat, 3).flat.tolist() == flat.tolist()


def test_rounding_takes_at_most_so_many_values_and_each_is_a_mean(rng: Generator) -> None:
    flat = rng.standard_normal(300)
    found = few_values(flat, 7).flat
    values = np.unique(found)
    assert len(values) <= 7
    for value in values:
        assert value == pytest.approx(flat[found == value].mean())


def test_a_single_output_predicts_by_its_sign() -> None:
    assert predictions(np.array([[0.2], [-0.1], [0.0]])).tolist() == [1, 0, 0]
    assert predictions(np.array([[0.2, 0.3], [1.0, -1.0]])).tolist() == [1, 0]


@pytest.mark.parametrize(("count", "total"), [(0, 50), (3, 50), (50, 50), (1, 1)])
def test_the_interval_of_a_share_is_wilsons(count: int, total: int) -> None:
    assert wilson(count, total) == pytest.approx(Share(count, total).interval, abs=1e-12)


def test_the_audit_says_what_rounding_costs_in_accuracy(rng: Generator) -> None:
    weights = [rng.standard_normal((6, 4)), rng.standard_normal((3, 6))]
    X = rng.standard_normal((300, 4))
    classes = (np.maximum(X @ weights[0].T, 0) @ weights[1].T).argmax(1)
    one_hot = np.eye(3)[classes]
    for Y in (classes, one_hot):
        found = audit(weights, X, Y)["A2p"]
        assert found.details["accuracy"] == 1
        assert found.details["accuracy with s values"] == pytest.approx(
            1 - found.details["changed by rounding"]
        )


def test_all_tuples_can_be_counted_at_every_depth() -> None:
    assert [num_levels(depth) for depth in (2, 3, 4, 5, 6, 12, 20)] == [8, 8, 8, 5, 4, 2, 2]


def test_an_arrangement_with_every_tuple_equally_often_is_at_distance_zero(rng: Generator) -> None:
    """Values by (row + column) mod 4: each unit meets each value equally often on both sides."""
    values = np.array([-2.0, -1.0, 1.0, 3.0])
    weights = [
        values[np.add.outer(np.arange(b), np.arange(a)) % 4] for a, b in ((4, 8), (8, 8), (8, 4))
    ]
    found = audit_uniformity(weights, rng)
    assert found.measured == 0
    assert found.details["largest ratio c"] == 1
    assert found.p_value == 1


def test_the_p_value_is_pearsons_over_the_layers(rng: Generator) -> None:
    weights = [rng.choice([0.0, 1.0], (8, 8), p=[0.3, 0.7]), rng.choice([0.0, 1.0], (2, 8))]
    statistic = sum(
        sum((np.sum(v == W) - W.size / 2) ** 2 / (W.size / 2) for v in (0, 1)) for W in weights
    )
    found = audit_uniformity(weights, rng)
    assert found.p_value == pytest.approx(chi2.sf(statistic, 2))


def test_the_interval_comes_from_leaving_units_out(rng: Generator) -> None:
    """With twenty units in each hidden layer every unit is a group of its own."""
    weights = [rng.choice([0.0, 1.0], shape) for shape in ((20, 3), (20, 20), (2, 20))]
    places = np.random.default_rng(5)
    first, second = grouped(20, places), grouped(20, places)
    without = []
    for g in range(20):
        a, b = first != g, second != g
        kept = [weights[0][a], weights[1][np.ix_(b, a)], weights[2][:, b]]
        labels = [W.astype(int) for W in kept]
        without.append(relu_paths.tuple_counts(labels, 2).total_variation)
    found = audit_uniformity(weights, np.random.default_rng(5))
    assert found.interval == pytest.approx(interval(found.measured, np.array(without)))


def test_equal_weights_are_uniform_and_one_unit_has_no_interval(rng: Generator) -> None:
    assert audit_uniformity([np.ones((3, 2)), np.ones((1, 3))], rng).verdict is Ruling.HOLDS
    narrow = audit_uniformity([np.array([[1.0, 2.0]]), np.array([[3.0]])], rng)
    assert narrow.verdict is Ruling.UNDECIDED
