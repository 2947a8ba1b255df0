from itertools import pairwise
from math import sqrt

import numpy as np
import pytest
from mpmath import mp, mpf, quad as mp_quad
from scipy.integrate import quad

from lossatlas.theory.random_matrix import one_point_density, semicircle


@pytest.mark.parametrize("size", [1, 2, 3, 10, 11, 200, 201])
def test_the_integral_is_the_size(size: int) -> None:
    end = sqrt(2 * size) + 9
    x = np.linspace(-end, end, 4001)
    assert np.trapezoid(one_point_density(x, size), x) == pytest.approx(size, rel=1e-12)


def test_it_is_the_marginal_of_two_eigenvalues() -> None:
    for x in (-3.0, 0.2, 1.7):
        value, _ = quad(lambda y, x=x: abs(x - y) * np.exp(-y * y / 2), -12, 12, points=[x])
        expected = 2 * value * np.exp(-x * x / 2) / (4 * sqrt(np.pi))
        assert one_point_density(x, 2) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("size", [6, 7])
@pytest.mark.parametrize("x", [-6.5, -2.0, 0.3])
def test_it_is_the_formula_in_thirty_digits_with_its_integrals_by_quadrature(
    size: int, x: float
) -> None:
    mp.dps = 30

    def phi(t: mpf) -> list[mpf]:
        values = [mp.exp(-t * t / 2) / mp.pi ** mpf("0.25")]
        values.append(mp.sqrt(2) * t * values[0])
        for j in range(1, size):
            ahead = mp.sqrt(mpf(2) / (j + 1)) * t * values[j]
            values.append(ahead - mp.sqrt(mpf(j) / (j + 1)) * values[j - 1])
        return values

    ends = [-20, -5, 0, 5, 20]
    left = mp_quad(lambda t: phi(t)[size], [-20, -8, x])
    eps = left - mp_quad(lambda t: phi(t)[size], ends) / 2
    here = phi(mpf(x))
    density = sum(v * v for v in here[:size]) + mp.sqrt(mpf(size) / 2) * here[size - 1] * eps
    if size % 2:
        density += here[size - 1] / mp_quad(lambda t: phi(t)[size - 1], ends)
    assert one_point_density(x, size) == pytest.approx(float(density), rel=1e-12)


@pytest.mark.parametrize("size", [4, 9])
def test_it_is_the_density_of_sampled_spectra(size: int, rng: np.random.Generator) -> None:
    draws = 20_000
    g = rng.standard_normal((draws, size, size))
    eigenvalues = np.linalg.eigvalsh((g + g.transpose(0, 2, 1)) / 2)
    edges = np.linspace(-sqrt(2 * size), sqrt(2 * size), 9)
    for low, high in pairwise(edges):
        expected, _ = quad(lambda x: one_point_density(x, size), low, high)
        counts = ((eigenvalues > low) & (eigenvalues < high)).sum(axis=1)
        error = counts.std() / sqrt(draws)
        assert abs(counts.mean() - expected) < 4 * error


@pytest.mark.parametrize("size", [500, 501])
def test_it_tends_to_the_semicircle(size: int) -> None:
    radius = sqrt(2 * size)
    x = np.linspace(-0.9, 0.9, 7) * radius
    expected = size * semicircle(x, radius=radius)
    assert one_point_density(x, size) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("size", [2, 3, 100, 2000, 2001])
def test_the_far_tail_has_digits_where_the_density_underflows(size: int) -> None:
    # R_1 ~ C x^(N-1) exp(-x^2/2): the ratio at 2x and x, for x far out
    x = 40 * sqrt(2 * size)
    ratio = one_point_density(2 * x, size, log=True) - one_point_density(x, size, log=True)
    assert ratio == pytest.approx((size - 1) * np.log(2) - 1.5 * x * x, rel=1e-6)
    assert one_point_density(x, size) == 0
    assert one_point_density(-x, size, log=True) == one_point_density(x, size, log=True)


def test_a_matrix_without_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="`size` should be at least 1"):
        one_point_density(0.0, 0)
