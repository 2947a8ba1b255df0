from math import inf

import pytest

from lossatlas.theory.kac_rice import mean_count, sharp_count, threshold


@pytest.mark.parametrize(
    ("share", "ratio"), [(-1.15, 1.012), (-1.05, 1.041), (-0.5, 1.0255), (inf, 1.0031)]
)
def test_the_ratios_of_the_formula_sheet(share: float, ratio: float) -> None:
    u = share * threshold(3)
    assert sharp_count(320, 3, u) / mean_count(320, 3, between=(-inf, u)) == pytest.approx(
        ratio, abs=6e-4
    )


@pytest.mark.parametrize("order", [3, 4, 6, 15])
@pytest.mark.parametrize("share", [-1.15, -1.08, -0.5, -0.2, inf])
def test_it_closes_like_one_over_the_size(order: int, share: float) -> None:
    u = share * threshold(order)

    def gap(size: int) -> float:
        exact = mean_count(size, order, between=(-inf, u), log=True)
        return sharp_count(size, order, u, log=True) - exact

    assert gap(1600) == pytest.approx(gap(800) / 2, rel=0.25)
    assert abs(gap(1600)) < 0.05


@pytest.mark.parametrize("share", [-1.0, 0.0, 0.4])
def test_levels_without_a_constant_are_refused(share: float) -> None:
    with pytest.raises(ValueError, match="`energy` should be below 0"):
        sharp_count(50, 3, share * threshold(3))


def test_misuse_is_refused() -> None:
    with pytest.raises(ValueError, match="`order` should be at least 3"):
        sharp_count(50, 2)
    with pytest.raises(ValueError, match="`log` should be True"):
        sharp_count(2000, 20)
