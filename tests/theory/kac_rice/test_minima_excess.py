from math import inf, sqrt

import numpy as np
import pytest

from lossatlas.theory.kac_rice import complexity, mean_count, minima_excess, threshold


@pytest.mark.parametrize("order", [3, 4, 5, 10])
def test_it_is_the_largest_exponent_of_points_and_tail(order: int) -> None:
    size, edge = 10_000, threshold(order)
    slope = (order - 2) * edge / (2 * (order - 1))
    d = np.linspace(0, 0.2, 200_001)
    exponent = size * slope * d - size**2 * d**3 / (3 * edge**3)
    assert minima_excess(order) == pytest.approx(exponent.max() / sqrt(size), rel=1e-6)


@pytest.mark.parametrize("order", [3, 4, 5, 10])
def test_the_exact_rate_comes_to_its_limit_from_below_no_farther_than_it(order: int) -> None:
    def shortfall(size: int) -> float:
        ratio = mean_count(size, order, log=True) - mean_count(size, order, index=0, log=True)
        limit = complexity(inf, order) - complexity(inf, order, 0)
        return (limit - ratio / size) * sqrt(size)

    gaps = [shortfall(size) for size in (10, 20, 40, 80)]
    assert gaps == sorted(gaps)
    assert gaps[-1] < minima_excess(order)


def test_two_spins_have_none() -> None:
    assert minima_excess(2) == 0
