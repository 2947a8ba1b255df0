import numpy as np
import pytest
from mpmath import mp, mpf

from lossatlas.theory.kac_rice._gauss_legendre import gauss_legendre


@pytest.mark.parametrize("count", [1, 2, 3, 8, 17, 100])
def test_it_integrates_polynomials_of_twice_the_degree(count: int) -> None:
    rule = gauss_legendre(count)
    for degree in (0, 1, count, 2 * count - 2, 2 * count - 1):
        exact = 2 / (degree + 1) if degree % 2 == 0 else 0
        assert rule.weights @ rule.nodes**degree == pytest.approx(exact, abs=2e-15)


@pytest.mark.parametrize("count", [48, 301])
def test_nodes_are_those_of_numpy_and_gaps_are_theirs(count: int) -> None:
    rule = gauss_legendre(count)
    nodes, _ = np.polynomial.legendre.leggauss(count)
    assert rule.nodes == pytest.approx(nodes, abs=4e-16)
    assert np.all(np.diff(rule.nodes) > 0)
    assert rule.from_left == pytest.approx(1 + nodes, rel=1e-11)
    assert rule.from_right == pytest.approx(rule.from_left[::-1], rel=1e-15)


@pytest.mark.parametrize("place", [0, 1, 7, 60, 149])
def test_weights_have_all_digits_at_the_ends_too(place: int) -> None:
    mp.dps = 40
    count = 300
    rule = gauss_legendre(count)
    x = mpf(float(rule.from_left[place])) - 1
    for _ in range(3):
        before, now = mpf(1), x
        for k in range(1, count):
            before, now = now, ((2 * k + 1) * x * now - k * before) / (k + 1)
        slope = count * (x * now - before) / (x * x - 1)
        x -= now / slope
    assert rule.from_left[place] == pytest.approx(float(1 + x), rel=2e-15)
    weight = float(2 / ((1 - x * x) * slope * slope))
    assert rule.weights[place] == pytest.approx(weight, rel=2e-14)
