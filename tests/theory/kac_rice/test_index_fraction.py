import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.integrate import quad

from lossatlas.theory.kac_rice import (
    bulk,
    energy_at_index_fraction,
    index_fraction,
    index_law,
    threshold,
)
from lossatlas.theory.random_matrix import semicircle

SHARES = (-0.9, -0.8, -0.6, -0.5, -0.4, -0.2)
FRACTIONS = (0.01869304, 0.05204402, 0.14237849, 0.19550111, 0.25231579, 0.37353004)
INVERSE = {
    0.01: -1.52575939,
    0.05: -1.31518597,
    0.1: -1.12194603,
    0.2: -0.80320701,
    0.25: -0.65968474,
    0.3: -0.52205405,
    0.4: -0.25758213,
}


@pytest.mark.parametrize("order", [2, 3, 7])
def test_the_curve_is_that_of_the_formula_sheet(order: int) -> None:
    u = np.array(SHARES) * threshold(order)
    assert index_fraction(u, order) == pytest.approx(FRACTIONS, abs=6e-9)


def test_the_inverse_is_that_of_the_formula_sheet() -> None:
    found = energy_at_index_fraction(np.array(list(INVERSE)), 3)
    assert found == pytest.approx(list(INVERSE.values()), abs=6e-9)


@given(order=st.integers(2, 50), fraction=st.floats(1e-12, 1 - 1e-12))
def test_the_inverse_undoes_the_curve(order: int, fraction: float) -> None:
    back = index_fraction(energy_at_index_fraction(fraction, order), order)
    assert back == pytest.approx(fraction, rel=1e-9)


@given(order=st.integers(2, 50), u=st.floats(-2, 2))
def test_it_is_the_share_of_the_bulk_below_zero(order: int, u: float) -> None:
    centre, radius = bulk(u, order, 10**9)
    end = float(np.clip(0.0, centre - radius, centre + radius))
    share, _ = quad(
        lambda x: semicircle(x, centre=centre, radius=radius), centre - radius, end, epsabs=1e-10
    )
    assert index_fraction(u, order) == pytest.approx(share, abs=1e-7)


def test_next_to_the_threshold_it_rises_with_the_power_three_halves() -> None:
    tiny = 1e-8
    expected = 4 * np.sqrt(2) / (3 * np.pi) * tiny**1.5
    found = index_fraction(-threshold(3) * (1 - tiny), 3)
    assert found == pytest.approx(expected, rel=1e-7)


def test_outside_the_thresholds_all_or_none_are_negative() -> None:
    assert index_fraction(np.array([-5.0, 5.0]), 3).tolist() == [0, 1]
    edges = energy_at_index_fraction(np.array([0.0, 1.0]), 3)
    assert edges.tolist() == [-threshold(3), threshold(3)]


@pytest.mark.parametrize("u", [-1.2, -1.0, -0.4, 0.0, 0.7])
def test_the_exact_mean_index_follows_it_with_the_next_term(u: float) -> None:
    # half a level, since the point's own eigenvalue is not counted, and the 1/N term of the GOE
    law = index_law(60, 3, u)
    expected = 60 * index_fraction(u, 3) - 0.5 - np.arcsin(u / threshold(3)) / (2 * np.pi)
    assert law @ np.arange(60) == pytest.approx(expected, abs=0.01)


def test_the_bulk_is_that_of_a_sampled_hessian(rng: np.random.Generator) -> None:
    size, order, u = 400, 3, -1.5
    g = rng.standard_normal((size - 1, size - 1)) / np.sqrt(4 * (size - 1))
    hessian = np.sqrt(2 * order * (order - 1) * (size - 1) / size) * (g + g.T)
    eigenvalues = np.linalg.eigvalsh(hessian) - order * u
    centre, radius = bulk(u, order, size)
    # the mean has variance 2 v^2 / n^2 with v^2 that of the entries off the diagonal
    assert eigenvalues.mean() == pytest.approx(centre, abs=4 * radius / size)
    assert np.abs(eigenvalues - centre).max() == pytest.approx(radius, rel=0.05)


@pytest.mark.parametrize("fraction", [-0.1, 1.1, float("nan")])
def test_a_fraction_outside_is_refused(fraction: float) -> None:
    with pytest.raises(ValueError, match=r"`fraction` should lie in 0\.\.1"):
        energy_at_index_fraction(fraction, 3)
