import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from lossatlas.theory.kac_rice._half_lines import half_lines
from lossatlas.theory.kac_rice._order_density import OrderDensity
from lossatlas.theory.kac_rice._order_law import log_lowest_density, tilted_law
from lossatlas.theory.random_matrix import one_point_density


@settings(deadline=None)
@given(size=st.integers(2, 60), t=st.floats(-1.5, 1.5))
def test_untilted_it_sums_to_the_density_of_all_eigenvalues(size: int, t: float) -> None:
    # a Pfaffian of a numerical basis against Hermite functions in closed form
    x = np.array([t * np.sqrt(2 * size)])
    law = tilted_law(x, np.zeros(1), size)
    expected = one_point_density(x, size, log=True)
    assert law.log_sum == pytest.approx(expected, abs=1e-15 * size * size + 1e-13)
    assert law.masses.sum() == pytest.approx(1, abs=1e-13)
    assert law.masses.min() > -1e-14


@settings(deadline=None, max_examples=30)
@given(size=st.integers(2, 25), t=st.floats(-1.2, 1.2), log_rho=st.floats(-8, 8))
def test_a_tilt_is_a_reweighting(size: int, t: float, log_rho: float) -> None:
    x = np.array([t * np.sqrt(2 * size)])
    plain, tilted = (tilted_law(x, np.array([r]), size) for r in (0.0, log_rho))
    k = np.arange(size)
    masses = np.array([plain.mass(int(j))[0] for j in k])
    # compared where the plain law has digits of its own
    kept = masses > 1e-6
    logs = plain.log_sum + np.log(masses[kept]) + k[kept] * log_rho
    found = np.array([tilted.mass(int(j))[0] for j in k[kept]])
    expected = np.exp(logs - tilted.log_sum)
    assert found == pytest.approx(expected, rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("size", [2, 3, 20, 21])
def test_densities_of_all_order_statistics_sum_to_that_of_all(size: int) -> None:
    x = np.linspace(-1.2, 1.2, 5) * np.sqrt(2 * size)
    logs = np.array([OrderDensity(size, k)(x) for k in range(size)])
    total = one_point_density(x, size, log=True)
    assert np.logaddexp.reduce(logs, axis=0) == pytest.approx(total, abs=1e-12)


@pytest.mark.parametrize("size", [2, 3, 12, 13, 60])
def test_no_eigenvalue_below_is_the_limit_of_the_tilt(size: int) -> None:
    x = np.linspace(-1.3, 1.3, 6) * np.sqrt(2 * size)
    law = tilted_law(x, np.full(6, -600.0), size)
    assert law.log_sum == pytest.approx(log_lowest_density(x, size), abs=1e-10)
    assert law.mass(0) == pytest.approx(np.ones(6), abs=1e-12)


@pytest.mark.parametrize("size", [10, 41, 120])
@pytest.mark.parametrize("log_rho", [0.0, -20.0, 200.0])
def test_the_matrix_of_the_pfaffian_is_well_conditioned(size: int, log_rho: float) -> None:
    x = np.linspace(-1.2, 1.2, 5) * np.sqrt(2 * size)
    lines = half_lines(x, np.full(5, log_rho), size)
    cross = lines.below[:, :, None] * lines.above[:, None, :]
    matrix = lines.left + lines.right + cross - cross.mT
    if size % 2:
        assert np.linalg.cond(matrix).max() < 30 * size
    else:
        # odd and skew: one null direction, which the border takes away
        assert np.linalg.matrix_rank(matrix[0]) == size - 2


def test_the_integral_of_each_density_is_one() -> None:
    x = np.linspace(-14, 14, 561)
    for k in (0, 1, 4, 8):
        density = np.exp(OrderDensity(9, k)(x))
        assert np.trapezoid(density, x) == pytest.approx(1, rel=1e-11)


@pytest.mark.parametrize("index", [1, 3])
def test_the_density_has_relative_digits_far_from_where_it_lives(index: int) -> None:
    # against the tilt, of a fine list of them, whose law sits nearest to the index
    size = 14
    x = np.linspace(-1.6, 1.0, 5) * np.sqrt(2 * size)
    tilts = np.linspace(-80, 120, 401)
    found = OrderDensity(size, index)(x)
    for place, value in zip(x, found, strict=True):
        laws = tilted_law(np.full_like(tilts, place), tilts, size)
        best = int(np.argmin(np.abs(laws.mean - index)))
        mass = laws.mass(index)[best]
        assert mass > 0.1
        expected = laws.log_sum[best] + np.log(mass) - index * tilts[best]
        assert value == pytest.approx(expected, abs=1e-11)
