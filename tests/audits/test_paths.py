"""The audits of paths, against every path listed one by one."""

from itertools import pairwise, product

import numpy as np
import pytest
from numpy.random import Generator

from lossatlas.audits import audit
from lossatlas.audits._gates import audit_gates, cochran, relative_spread
from lossatlas.audits._independence import alignment, input_side, lift
from lossatlas.audits._jackknife import grouped
from lossatlas.audits._kernels import input_kernel
from lossatlas.audits._pairs import centred
from lossatlas.audits._paths_of import PathData
from lossatlas.audits._sharing import num_paths, participation
from lossatlas.theory import relu_paths

WIDTHS = (3, 4, 3, 2)


def _network(rng: Generator, n: int = 30) -> PathData:
    weights = tuple(rng.standard_normal((b, a)) for a, b in pairwise(WIDTHS))
    X = rng.standard_normal((n, WIDTHS[0]))
    return PathData(weights, X, relu_paths.gates(weights, X), grouped(n, rng))


def _paths(data: PathData) -> tuple[np.ndarray, np.ndarray]:
    """Gates (path, sample) and products of weights of every path."""
    gates, products = [], []
    for units in product(*(range(d) for d in WIDTHS)):
        hidden = units[1:-1]
        gates.append(np.prod([a[:, u] for a, u in zip(data.gates, hidden, strict=True)], axis=0))
        steps = zip(data.weights, units, units[1:], strict=False)
        products.append(np.prod([W[b, a] for W, a, b in steps]))
    return np.array(gates, float), np.array(products)


def test_the_spread_of_rates_is_that_over_all_paths_by_pairs_of_samples(rng: Generator) -> None:
    data = _network(rng)
    gates, _ = _paths(data)
    n = data.num_samples
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    joint = np.mean([(gates[:, i] * gates[:, j]).mean() for i, j in pairs])
    rates = np.mean([gates[:, i].mean() * gates[:, j].mean() for i, j in pairs])
    assert relative_spread(data)[0] == pytest.approx(joint / rates - 1)


def test_the_spread_of_equal_coins_averages_zero(rng: Generator) -> None:
    weights = (np.ones((5, 2)), np.ones((1, 5)))
    found = []
    for _ in range(1000):
        gates = (rng.random((12, 5)) < 0.5,)
        found.append(
            relative_spread(PathData(weights, np.ones((12, 2)), gates, grouped(12, rng)))[0]
        )
    # a ratio of unbiased numbers is nearly so; the plain spread would be 1/12
    assert abs(np.mean(found)) < 4 * np.std(found) / 1000**0.5 + 0.005


def test_dispersion_and_kappa_are_those_of_the_paths(rng: Generator) -> None:
    data = _network(rng)
    gates, _ = _paths(data)
    rho = gates.mean()
    assert data.rho == pytest.approx(rho)
    details = audit_gates(data).details
    assert details["dispersion D"] == pytest.approx(gates.mean(1).var() / (rho * (1 - rho)))
    assert details["kappa"] == pytest.approx(gates.mean(0).var() / (rho * (1 - rho)))


def test_the_lift_is_the_rate_of_heavy_paths_over_that_of_all(rng: Generator) -> None:
    data = _network(rng)
    gates, products = _paths(data)
    rates, heavy = gates.mean(1), np.abs(products)
    assert lift(data)[0] == pytest.approx(heavy @ rates / heavy.sum() / rates.mean() - 1)


def test_the_alignment_is_the_correlation_of_the_centred_kernels(rng: Generator) -> None:
    data = _network(rng)
    gates, _ = _paths(data)
    K = centred(gates.T @ gates / len(gates))
    L = centred(input_kernel(data.inputs))
    found = alignment(data, input_side(data.inputs, 0, rng))
    assert found[0] == pytest.approx((K * L).sum() / np.sqrt((K * K).sum() * (L * L).sum()))
    assert found[1] < found[0] < found[2]


def test_cochrans_p_value_is_that_of_shuffling_within_samples(rng: Generator) -> None:
    a = rng.random((25, 6)) < np.linspace(0.3, 0.7, 6)
    _, p = cochran((a,))
    shuffled = np.stack([rng.permuted(a, axis=1) for _ in range(4000)])
    spread, found = a.sum(0).var(), shuffled.sum(1).var(1)
    assert p == pytest.approx((found >= spread).mean(), abs=0.03)


def test_units_that_agree_on_every_sample_leave_nothing_to_test() -> None:
    assert cochran((np.ones((9, 4), dtype=bool),)) == ("", None)


def test_paths_are_counted_along_connections_that_are_there(rng: Generator) -> None:
    weights = tuple(
        rng.standard_normal((b, a)) * (rng.random((b, a)) < 0.6) for a, b in pairwise(WIDTHS)
    )
    there = [
        all(W[b, a] != 0 for W, a, b in zip(weights, units, units[1:], strict=False))
        for units in product(*(range(d) for d in WIDTHS))
    ]
    by_output = np.reshape(there, (-1, WIDTHS[-1])).sum(0)
    assert num_paths(weights) == by_output.max()


def test_paths_beyond_every_float_are_counted_exactly() -> None:
    weights = [np.ones((2, 2))] * 70
    assert num_paths(tuple(weights)) == 2**70


def test_participation_counts_independent_inputs_of_unequal_size(rng: Generator) -> None:
    squares = np.square([2.0, 1.0, 0.5])
    truth, covered = squares.sum() ** 2 / np.square(squares).sum(), 0
    for _ in range(100):
        X = rng.standard_normal((150, 3)) * [2.0, 1.0, 0.5]
        _, (low, high) = participation(X, grouped(150, rng))
        covered += low < truth < high
    assert covered >= 87


def test_participation_of_equal_independent_inputs_is_their_number(rng: Generator) -> None:
    X = rng.standard_normal((1000, 3))
    assert participation(X, grouped(1000, rng))[0] == pytest.approx(3, abs=0.05)


def test_participation_is_one_when_all_inputs_move_together(rng: Generator) -> None:
    X = rng.standard_normal((50, 1)) * np.array([1.0, -2.0, 0.5])
    assert participation(X, grouped(50, rng))[0] == pytest.approx(1, abs=0.05)


def test_participation_needs_no_correction_for_few_samples(rng: Generator) -> None:
    """The plain ratio of 40 samples in 30 dimensions would be about 17."""
    found = [participation(rng.standard_normal((40, 30)), grouped(40, rng))[0] for _ in range(200)]
    assert np.median(found) == pytest.approx(30, rel=0.1)


def test_a_path_is_as_often_open_as_its_gate_says(rng: Generator) -> None:
    data = _network(rng, n=200)
    report = audit(list(data.weights), data.inputs)
    assert report["A1p-m"].details["rho"] == pytest.approx(data.rho)
    assert report["A1p-m"].sentence.startswith(f"On average a path is open on {data.rho:.3g} of")
