import numpy as np
import pytest
from scipy.integrate import simpson

from lossatlas.theory.kac_rice import complexity, ground_state, ground_state_law

MEANS = {25: -1.57046, 50: -1.60637, 100: -1.62739, 200: -1.63980, 400: -1.64713}
SLOPES = {3: 0.62502082, 4: 0.90982677, 5: 1.08533322, 10: 1.49331885, 20: 1.79067780}
CONSTANTS = {3: 0.99868848, 4: 0.42632748, 5: 0.26805053}


@pytest.mark.parametrize("size", MEANS)
def test_the_means_of_the_formula_sheet(size: int) -> None:
    assert ground_state_law(size, 3).mean == pytest.approx(MEANS[size], abs=6e-6)


def test_the_deviations_of_the_formula_sheet() -> None:
    found = [ground_state_law(n, 3).deviation for n in (16, 25, 50)]
    assert found == pytest.approx([0.096, 0.0653, 0.0355], abs=2e-4)


def test_slopes_and_constants_of_the_formula_sheet() -> None:
    assert [ground_state_law(20, p).slope for p in SLOPES] == pytest.approx(
        list(SLOPES.values()), abs=6e-9
    )
    assert [ground_state_law(20, p).constant for p in CONSTANTS] == pytest.approx(
        list(CONSTANTS.values()), abs=6e-9
    )


@pytest.mark.parametrize("order", [3, 4, 9])
def test_the_slope_is_that_of_the_complexity(order: int) -> None:
    u, h = -ground_state(order), 1e-5
    difference = (complexity(u + h, order) - complexity(u - h, order)) / (2 * h)
    assert ground_state_law(30, order).slope == pytest.approx(difference, rel=1e-6)


@pytest.mark.parametrize("order", [3, 4])
def test_the_law_tends_to_its_limit_form(order: int) -> None:
    gaps = []
    for size in (500, 2000):
        law = ground_state_law(size, order)
        gaps.append((law.mean - law.limit_mean) * size)
        assert law.deviation == pytest.approx(law.limit_deviation, rel=0.02)
    # what is left over per draw vanishes
    assert abs(gaps[1]) < abs(gaps[0]) < 0.15


def test_moments_are_those_of_the_survival_function() -> None:
    law = ground_state_law(40, 3)
    assert law.survival[0] == pytest.approx(1)
    assert np.all(np.diff(law.survival) <= 0)
    density = -np.gradient(law.survival, law.energies)
    mean = simpson(density * law.energies, x=law.energies)
    assert law.mean == pytest.approx(float(mean), abs=1e-6)


def test_order_two_has_no_such_law() -> None:
    with pytest.raises(ValueError, match="`order` should be at least 3"):
        ground_state_law(20, 2)
