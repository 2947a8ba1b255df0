from fractions import Fraction
from itertools import pairwise
from math import inf, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.integrate import quad

from lossatlas.theory.kac_rice import mean_count, mean_count_report, threshold

# the formula sheet's table for p = 3, and what it lists for other orders
P3 = {
    2: 5.291502622,
    3: 10.552359741,
    4: 18.790233801,
    5: 31.496914209,
    6: 50.873136517,
    7: 80.155602358,
    8: 124.091986047,
    10: 286.915879550,
    12: 642.623829829,
    16: 3048.403183,
    20: 13842.226073,
}
OTHERS = {
    (2, 4): 6.324555320,
    (3, 4): 15.145341380,
    (4, 4): 32.508214347,
    (8, 4): 464.811126017,
    (3, 5): 19.750406279,
    (4, 5): 48.600271039,
}
WINDOWS = {
    (20, -inf, -1.5): 1.3564723274,
    (20, -1.6, -1.2): 28.688136746,
    (50, -inf, -1.6): 0.74985052605,
}
EDGES = {  # below -E_inf, -E_0, -E_1
    25: (0.176406, 0.103909, 0.114017),
    50: (0.229915, 0.0900019, 0.106228),
    100: (0.406212, 0.0743163, 0.100631),
    250: (2.52723, 0.0540288, 0.108494),
    500: (60.0285, 0.0407858, 0.155739),
}


def _half(size: int, p: int) -> float:
    """Half the mean number, in closed form (sizes 2 to 7)."""
    q = 3 * p - 2
    match size:
        case 2:
            return sqrt(q)
        case 3:
            return 1 + 4 * (p - 1) ** 1.5 * q**-0.5
        case 4:
            return (29 * p**3 - 63 * p**2 + 48 * p - 12) / (2 * q**1.5)
        case 5:
            return 1 + 2 * (p - 1) ** 2.5 * (5 * p - 2) ** 2 * q**-2.5
        case 6:
            top = np.polyval([1339, -5946, 11175, -11240, 6360, -1920, 240], p)
            return float(top) / (8 * q**3.5)
        case _:
            top = np.polyval([1099, -2296, 2184, -992, 176], p)
            return 1 + (p - 1) ** 3.5 * float(top) / (2 * q**4.5)


@pytest.mark.parametrize("size", range(2, 8))
@pytest.mark.parametrize("order", [2, 3, 4, 5, 7, 12, 30])
def test_small_sizes_are_the_closed_forms(size: int, order: int) -> None:
    assert mean_count(size, order) == pytest.approx(2 * _half(size, order), rel=1e-13)


@pytest.mark.parametrize("size", P3)
def test_the_table_of_order_three(size: int) -> None:
    assert mean_count(size, 3) == pytest.approx(P3[size], rel=5e-11)


def test_the_table_of_other_orders() -> None:
    found = [mean_count(n, p) for n, p in OTHERS]
    assert found == pytest.approx(list(OTHERS.values()), abs=6e-10)


def test_the_table_of_windows() -> None:
    found = [mean_count(n, 3, between=(a, b)) for n, a, b in WINDOWS]
    assert found == pytest.approx(list(WINDOWS.values()), rel=2e-11)


@pytest.mark.parametrize("size", EDGES)
def test_the_table_of_what_lies_below_the_levels(size: int) -> None:
    levels = (threshold(3), 1.65699836, 1.65287320)
    found = [mean_count(size, 3, between=(-inf, -level)) for level in levels]
    assert found == pytest.approx(EDGES[size], rel=5e-6)


@given(size=st.integers(2, 300))
def test_a_quadratic_form_has_two_points_an_eigenvalue(size: int) -> None:
    assert mean_count(size, 2) == pytest.approx(2 * size, rel=1e-12)


@pytest.mark.parametrize("size", [2, 9, 40, 333])
@pytest.mark.parametrize("order", [3, 4, 11])
def test_energies_are_symmetric(size: int, order: int) -> None:
    left = mean_count(size, order, between=(-inf, 0.0), log=True)
    right = mean_count(size, order, between=(0.0, inf), log=True)
    assert left == pytest.approx(right, abs=1e-11)
    assert left + log(2) == pytest.approx(mean_count(size, order, log=True), abs=1e-11)


@settings(deadline=None)
@given(
    size=st.integers(2, 80),
    order=st.integers(2, 20),
    cuts=st.lists(st.floats(-2.5, 2.5), min_size=2, max_size=4, unique=True),
)
def test_windows_add_up(size: int, order: int, cuts: list[float]) -> None:
    ends = sorted(cuts)
    parts = [mean_count(size, order, between=(a, b), log=True) for a, b in pairwise(ends)]
    whole = mean_count(size, order, between=(ends[0], ends[-1]), log=True)
    assert np.logaddexp.reduce(parts) == pytest.approx(whole, abs=1e-11)


def test_at_size_two_it_is_a_double_integral_over_two_eigenvalues() -> None:
    # joint density of the eigenvalues of GOE(2): |x - y| exp(-(x^2 + y^2)/2) / (4 sqrt(pi))
    order, end = 5, -1.2
    scale = sqrt(2 * order / (2 * (order - 1)))

    def density(x: float) -> float:
        value, _ = quad(lambda y: abs(x - y) * np.exp(-y * y / 2), -12, 12, points=[x], limit=200)
        return 2 * value * np.exp(-x * x / 2) / (4 * sqrt(np.pi))

    weight = (order - 2) / (2 * order)
    value, _ = quad(lambda x: density(x) * np.exp(-weight * x * x), -12, end * scale)
    expected = 2 * sqrt(2 / order) * (order - 1) * value
    assert mean_count(2, order, between=(-inf, end)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("size", [999, 2000])
@pytest.mark.parametrize("order", [2, 3, 20])
@pytest.mark.parametrize("between", [(-inf, inf), (-inf, -1.7), (-3.0, -2.9), (1.0, 6.0)])
def test_logarithms_stay_finite(size: int, order: int, between: tuple[float, float]) -> None:
    report = mean_count_report(size, order, between=between)
    assert np.isfinite(report.log_value)
    assert report.digits >= 10
    # p = 2 counts eigenvalues: all of them are 2 N
    if order == 2 and between == (-inf, inf):
        assert report.value == pytest.approx(2 * size, rel=1e-12)


def test_overflow_names_the_remedy() -> None:
    with pytest.raises(ValueError, match="`log` should be True here"):
        mean_count(2000, 20)
    assert mean_count(2000, 20, log=True) == pytest.approx(2947.954483579, abs=1e-8)


def test_good_digits_are_good() -> None:
    report = mean_count_report(4, 3)
    exact = 2 * Fraction(29 * 27 - 63 * 9 + 48 * 3 - 12, 2) / Fraction(7) / 1
    relative = abs(report.value * sqrt(7) / float(exact) - 1)
    assert 12 <= report.digits <= 15
    assert relative < 10.0**-report.digits


BAD: list[tuple[dict[str, object], str]] = [
    ({"size": 1}, "`size` should be at least 2"),
    ({"order": 1}, "`order` should be at least 2"),
    ({"index": -1}, "`index` should be 0 to 7"),
    ({"index": 8}, "`index` should be 0 to 7"),
    ({"between": (0.0, 0.0)}, "`between` should be"),
    ({"between": (1.0, -1.0)}, "`between` should be"),
    ({"between": (float("nan"), 1.0)}, "`between` should be"),
    ({"between": (2e4, 3e4)}, "`between` should reach into"),
]


@pytest.mark.parametrize(("change", "message"), BAD)
def test_misuse_is_refused_in_four_parts(change: dict[str, object], message: str) -> None:
    arguments: dict[str, object] = {"size": 8, "order": 3, **change}
    size, order = arguments.pop("size"), arguments.pop("order")
    with pytest.raises(ValueError, match=message):
        mean_count(size, order, **arguments)  # type: ignore[arg-type]
