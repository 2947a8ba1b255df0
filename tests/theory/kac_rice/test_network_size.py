from math import isclose

import pytest
from hypothesis import given, strategies as st

from lossatlas.theory.kac_rice import network_size

WIDTHS = st.lists(st.integers(1, 50), min_size=2, max_size=6)


@given(widths=WIDTHS)
def test_theorem_3_1_holds_for_a_single_output(widths: list[int]) -> None:
    assert network_size([*widths, 1]).inequalities() == (True, True, True)


def test_more_outputs_may_break_it() -> None:
    # one path to each output, many outputs: more weights than Psi^2 H
    assert network_size((1, 1, 10)).inequalities()[0] is False


@given(widths=WIDTHS)
def test_the_size_to_the_depth_is_the_number_of_paths(widths: list[int]) -> None:
    net = network_size([*widths, 1])
    assert isclose(net.size**net.depth, net.num_paths, rel_tol=1e-12)
    assert net.depth == len(widths)


def test_the_networks_of_the_paper() -> None:
    sizes = [network_size((100, hidden, 10)).size for hidden in (25, 50, 100, 250, 500)]
    assert sizes == pytest.approx([50, 70.7, 100, 158.1, 223.6], abs=0.05)
    net = network_size((100, 25, 10))
    assert (net.num_weights, net.num_paths) == (110 * 25, 100 * 25)


def test_caveats_come_along() -> None:
    shallow = " ".join(network_size((100, 25, 10)).caveats)
    assert "order 2" in shallow
    assert "this network has 10" in shallow
    deep = " ".join(network_size((100, 25, 25, 1)).caveats)
    assert "order 2" not in deep
    assert "single output" not in deep
    assert "training loss" in deep


@pytest.mark.parametrize("widths", [(3, 1), (3, 0, 1), ()])
def test_widths_that_are_no_network_are_refused(widths: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="`widths` should be"):
        network_size(widths)
