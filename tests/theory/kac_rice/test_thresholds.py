from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, strategies as st
from mpmath import findroot, mp, mpf

from lossatlas.theory.kac_rice import barrier_bound, complexity, ground_state, layer, threshold

INDICES = (0, 1, 2, 3, 4, 5, 10, 20)
# p, E_inf, E_k for INDICES, Theta(-E_inf)
ROWS = """
3 1.63299316 1.65699836 1.65287320 1.65025313 1.64839902 1.64699857 1.64589326 1.64256756 1.63972463 0.01324026
4 1.73205081 1.79408503 1.78330030 1.77647761 1.77166217 1.76803187 1.76517086 1.75658479 1.74927142 0.04930614
5 1.78885438 1.88798883 1.87057564 1.85959892 1.85186979 1.84605282 1.84147449 1.82776625 1.81612710 0.09314718
10 1.89736660 2.13536380 2.09214249 2.06521860 2.04640685 2.03232785 2.02129392 1.98850188 1.96094384 0.29861229
20 1.94935887 2.34067900 2.26742973 2.22230866 2.19100946 2.16770522 2.14951274 2.09581187 2.05109907 0.57221949
"""
TABLE = {int(row[0]): [float(x) for x in row[1:]] for row in map(str.split, ROWS.split("\n")[1:-1])}
ORDERS = st.integers(2, 1000)


@pytest.mark.parametrize("order", TABLE)
def test_the_levels_are_those_of_the_formula_sheet(order: int) -> None:
    edge, *layers, at_edge = TABLE[order]
    assert threshold(order) == pytest.approx(edge, abs=6e-9)
    assert [layer(order, k) for k in INDICES] == pytest.approx(layers, abs=6e-9)
    assert complexity(-threshold(order), order) == pytest.approx(at_edge, abs=6e-9)


@pytest.mark.parametrize(("order", "index"), [(3, 0), (3, 7), (17, 2), (400, 0), (3, 500)])
def test_a_layer_is_the_zero_of_the_complexity_in_forty_digits(order: int, index: int) -> None:
    mp.dps = 40
    p, edge = mpf(order), 2 * mp.sqrt(mpf(order - 1) / order)

    def theta(e: mpf) -> mpf:
        t = e / edge
        cost = t * mp.sqrt(t * t - 1) - mp.log(t + mp.sqrt(t * t - 1))
        return mp.log(p - 1) / 2 - (p - 2) / (4 * (p - 1)) * e * e - (index + 1) * cost

    exact = findroot(theta, mpf(layer(order, index)) * (1 + mpf(10) ** -9))
    assert layer(order, index) == pytest.approx(float(exact), rel=4e-16)


@given(order=st.integers(3, 1000), index=st.integers(0, 50))
def test_layers_fall_towards_the_threshold(order: int, index: int) -> None:
    assert layer(order, index) > layer(order, index + 1) > threshold(order)
    assert ground_state(order) == layer(order, 0)
    assert barrier_bound(order, index) == layer(order, 0) - layer(order, index)


def test_order_two_has_no_layers() -> None:
    assert [layer(2, k) for k in (0, 1, 5)] == [sqrt(2)] * 3
    assert barrier_bound(2) == 0


def test_the_barrier_bound_of_the_formula_sheet() -> None:
    assert barrier_bound(3) == pytest.approx(0.0041252, abs=6e-8)


@given(order=ORDERS)
def test_the_threshold_grows_to_two(order: int) -> None:
    assert threshold(order) < threshold(order + 1) < 2


def test_the_ground_state_grows_like_that_of_independent_energies() -> None:
    # for large p the energies are as good as independent: E_0 ~ sqrt(ln p)
    p = 10**6
    assert ground_state(p) / sqrt(log(p)) == pytest.approx(1, abs=0.25)


@pytest.mark.parametrize("order", [1, 0, -3])
def test_an_order_below_two_is_refused(order: int) -> None:
    for call in (threshold, ground_state, barrier_bound, lambda p: layer(p, 0)):
        with pytest.raises(ValueError, match=r"`order` should be at least 2\. Got"):
            call(order)


def test_a_negative_index_is_refused() -> None:
    with pytest.raises(ValueError, match="`index` should be 0 or more"):
        layer(3, -1)


def test_numbers_of_numpy_are_numbers() -> None:
    assert layer(int(np.int64(3)), 1) == layer(3, 1)
