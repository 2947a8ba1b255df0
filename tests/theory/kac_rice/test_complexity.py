from math import inf, log

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.theory.kac_rice import (
    complexity,
    crisanti_sommers,
    layer,
    mean_count,
    threshold,
)

ORDERS = st.integers(2, 100)


@given(order=ORDERS, share=st.floats(1.0, 2.0))
def test_the_physicists_formula_is_the_complexity_of_minima(order: int, share: float) -> None:
    u = -share * threshold(order)
    scale = 1 + abs(complexity(u, order, 0))
    assert crisanti_sommers(u, order) == pytest.approx(complexity(u, order, 0), abs=1e-12 * scale)


@given(order=st.integers(3, 100), index=st.integers(0, 20))
def test_it_vanishes_at_the_layers(order: int, index: int) -> None:
    assert complexity(-layer(order, index), order, index) == pytest.approx(0, abs=1e-13)


@given(order=ORDERS, u=st.floats(-3, 3), index=st.integers(0, 20))
def test_minima_outnumber_saddles_at_every_level_of_the_band(
    order: int, u: float, index: int
) -> None:
    lower, higher = complexity(u, order, index), complexity(u, order, index + 1)
    assert higher < lower if u < -threshold(order) * (1 + 1e-6) else higher <= lower
    assert lower <= complexity(u, order) + 1e-15


@given(order=ORDERS)
def test_the_ends(order: int) -> None:
    assert complexity(inf, order) == complexity(0.0, order) == pytest.approx(0.5 * log(order - 1))
    assert complexity(-inf, order) == -inf
    rest = 0.5 * log(order - 1) - (order - 2) / order
    assert complexity(inf, order, 3) == pytest.approx(rest, abs=1e-15)


def test_order_two_grows_by_no_exponential() -> None:
    assert complexity(np.array([-1.0, 0.0, 1.0]), 2).tolist() == [0, 0, 0]
    assert complexity(-2.0, 2) < 0


@pytest.mark.parametrize("order", [3, 5])
@pytest.mark.parametrize("share", [-1.2, -1.0, -0.6, 0.5])
def test_it_is_the_rate_of_the_exact_counts(order: int, share: float) -> None:
    # between sizes N and 2N the prefactor's power of N leaves ln 2 / (2N) at most
    u, size = share * threshold(order), 1000
    low, high = (mean_count(n, order, between=(-inf, u), log=True) for n in (size, 2 * size))
    assert (high - low) / size == pytest.approx(complexity(u, order), abs=1e-3)


def test_an_array_of_energies_gives_an_array() -> None:
    u = np.linspace(-2, 1, 12).reshape(3, 4)
    values = complexity(u, 3, 1)
    assert values.shape == (3, 4)
    assert values[1, 2] == complexity(float(u[1, 2]), 3, 1)


def test_the_physicists_formula_ends_at_the_threshold() -> None:
    with pytest.raises(ValueError, match="`energy` should be at most -E_inf"):
        crisanti_sommers(-1.0, 3)
