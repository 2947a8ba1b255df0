from itertools import pairwise, product
from math import inf, prod

import pytest
from hypothesis import given, strategies as st

from lossatlas.theory.kac_rice import network_size
from lossatlas.theory.relu_paths import counts

WIDTHS = st.lists(st.integers(1, 4), min_size=3, max_size=5)
LARGE = st.lists(st.integers(1, 10**6), min_size=3, max_size=9)


@given(widths=WIDTHS)
def test_the_counts_are_those_of_a_list_of_paths_and_edges(widths: list[int]) -> None:
    found = counts(widths)
    layers = [range(d) for d in widths]
    assert found.num_paths_all == len(list(product(*layers)))
    assert found.num_paths == len([t for t in product(*layers) if t[-1] == 0])
    assert found.num_hidden_paths == len(list(product(*layers[1:-1])))
    assert found.num_weights == sum(len(list(product(a, b))) for a, b in pairwise(layers))
    assert found.sharing == len([t for t in product(*layers) if t[0] == 0 and t[-1] == 0])


@given(widths=LARGE)
def test_the_counts_agree_with_those_of_the_spin_glass_of_the_network(widths: list[int]) -> None:
    found, glass = counts(widths), network_size(widths)
    assert (found.num_weights, found.num_paths) == (glass.num_weights, glass.num_paths)
    assert (found.depth, found.size) == (glass.depth, glass.size)
    assert found.inequalities() == glass.inequalities()


@given(widths=LARGE)
def test_theorem_3_1_holds_for_one_output_without_exception(widths: list[int]) -> None:
    assert counts(widths).one_output().inequalities() == (True, True, True)


@given(widths=LARGE.filter(lambda w: prod(w) < 10**100))
def test_the_chain_as_floats_descends(widths: list[int]) -> None:
    chain = counts(widths).one_output().chain()
    assert all(a >= b * (1 - 1e-12) for a, b in pairwise(chain))


def test_theorem_3_1_may_fail_with_many_outputs_and_holds_for_one_of_them() -> None:
    many = counts((1, 1, 10))
    assert many.inequalities()[0] is False  # Psi^2 H = 2 < N = 11
    assert many.one_output().inequalities() == (True, True, True)


def test_the_large_network_has_the_paths_that_one_multiplies_out() -> None:
    found = counts((784, 500, 500, 10))
    assert found.num_paths == 196_000_000
    assert found.num_paths_all == 1_960_000_000
    assert found.num_hidden_paths == 250_000
    assert found.num_weights == 647_000
    assert found.sharing == 250_000


def test_counts_beyond_the_floats_stay_integers_and_their_root_finite() -> None:
    found = counts((10**9,) * 101)
    assert found.num_paths == 10**900
    assert found.size == pytest.approx(1e9)
    assert found.chain()[0] == inf


@pytest.mark.parametrize("widths", [(3, 1), (3, 0, 1), ()])
def test_a_network_without_hidden_units_is_refused(widths: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="`widths` should be"):
        counts(widths)
