"""Constructed points, their certificates, and the paths that leave bad saddles."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.studies.kawaguchi2016._constructed import certainly_invertible, construct, subsets_of
from lossatlas.studies.kawaguchi2016._escape import escape
from lossatlas.studies.kawaguchi2016._escape_paths import descend, descend_exactly
from lossatlas.studies.kawaguchi2016._exact_points import diagonal_data, exact_loss
from lossatlas.studies.kawaguchi2016._form import inner_rank
from lossatlas.studies.kawaguchi2016._fractions import zeros
from lossatlas.studies.kawaguchi2016._network import Network, network_of
from lossatlas.studies.kawaguchi2016._settings import DataChoice, Piece
from lossatlas.theory.deep_linear import assemble, draw_normal_form, random_arcs

DIGITS = DataChoice(source="digits", classes=(0, 1, 2), samples=90, components=4)
PIECE = Piece(network=0, data_name="digits", data=DIGITS, hidden=(3, 4))


@pytest.fixture(scope="module")
def network() -> Network:
    return network_of(PIECE)


@given(n=st.integers(1, 8), seed=st.integers(0, 10**6))
def test_a_well_conditioned_matrix_is_certainly_invertible(n: int, seed: int) -> None:
    A = np.eye(n) + 0.3 * np.random.default_rng(seed).standard_normal((n, n)) / n
    assert certainly_invertible(A)


@pytest.mark.parametrize("size", [1e-17, 0.0])
def test_a_matrix_that_rounding_could_make_singular_is_not(size: float) -> None:
    A = np.array([[1.0, 1.0], [1.0, 1.0 + size]]) + np.diag([0.0, 4e-16])
    assert not certainly_invertible(A)


def test_every_subset_is_there_while_they_are_few(network: Network) -> None:
    assert len(subsets_of(network, 8)) == 8
    assert set(subsets_of(network, 5)) >= {(), (0,), (0, 1), (0, 1, 2)}


@pytest.mark.parametrize("first", [0, 4])
def test_tasks_share_the_subsets_out(network: Network, first: int) -> None:
    told = PIECE.model_copy(update={"draws": 1, "subsets": 8, "number": 4, "first": first})
    records = construct(told.model_dump(mode="json"), (1,))
    expected = {" ".join(map(str, s)) for s in subsets_of(network, 8)[first : first + 4]}
    assert {record.attributes["subset"] for record in records} == expected
    assert sum(record.attributes["origin"] for record in records) == (first == 0)


@given(seed=st.integers(0, 10**6), rank=st.integers(0, 3), join=st.sampled_from([0.3, 0.8]))
def test_the_inner_rank_is_that_of_the_matrices(seed: int, rank: int, join: float) -> None:
    network = network_of(PIECE)
    rng = np.random.default_rng(seed)
    arcs = random_arcs(network.widths, rank, rng, join=join)
    form = draw_normal_form(
        network.instance.spectrum, network.widths, tuple(range(rank)), arcs=arcs, rng=rng
    )
    inner = assemble(network.instance.spectrum, form)[1]
    assert inner_rank(network.widths, arcs, rank) == np.linalg.matrix_rank(inner, tol=1e-8)


def test_escape_paths_fall_with_their_order() -> None:
    told: dict[str, Any] = PIECE.model_copy(update={"number": 6}).model_dump(mode="json")
    records = escape(told, (5,))
    assert records[0].attributes["origin"]
    for record in records:
        row = record.attributes
        assert row["order"] >= 3
        assert row["fitted_order"] == pytest.approx(row["order"], abs=0.05)
        assert row["descent"] < 0


def test_the_drop_from_zero_is_the_known_polynomial(network: Network) -> None:
    zero = [np.zeros((b, a)) for a, b in zip(network.widths, network.widths[1:], strict=False)]
    descent = descend(network, zero)
    assert descent is not None
    sigma = network.instance.spectrum.sigma[0]
    best = 0.5 * sigma**2 / network.instance.scale
    assert descent.largest / network.instance.scale == pytest.approx(best, rel=1e-9)


def test_there_is_no_escape_path_from_a_minimum_or_a_strict_saddle(network: Network) -> None:
    rng = np.random.default_rng(0)
    for subset in ((0, 1, 2), (1,)):
        form = draw_normal_form(network.instance.spectrum, network.widths, subset, rng=rng)
        assert descend(network, assemble(network.instance.spectrum, form)) is None


def test_an_exact_descent_from_zero_is_exact() -> None:
    data = diagonal_data((5, 3, 2))
    zero = [zeros(3, 3)] * 3
    change = descend_exactly(zero, data, exact_loss(zero, data))
    assert change is not None
    assert float(change) == pytest.approx(-12.5)
