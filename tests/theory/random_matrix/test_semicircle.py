import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.integrate import quad

from lossatlas.theory.random_matrix import semicircle, semicircle_distribution

CENTRES, RADII = st.floats(-5, 5), st.floats(0.1, 10)


@given(centre=CENTRES, radius=RADII, t=st.floats(-1, 1))
def test_the_distribution_is_the_integral_of_the_density(
    centre: float, radius: float, t: float
) -> None:
    end = centre + t * radius
    value, _ = quad(
        lambda a: (
            semicircle(centre - radius * np.cos(a), centre=centre, radius=radius)
            * radius
            * np.sin(a)
        ),
        0,
        float(np.arccos(-t)),
    )
    assert semicircle_distribution(end, centre=centre, radius=radius) == pytest.approx(
        value, abs=1e-9
    )


@given(centre=CENTRES, radius=RADII)
def test_outside_there_is_nothing(centre: float, radius: float) -> None:
    x = centre + radius * np.array([-1.5, 1.5])
    assert semicircle(x, centre=centre, radius=radius).tolist() == [0, 0]
    assert semicircle_distribution(x, centre=centre, radius=radius).tolist() == [0, 1]


def test_its_variance_is_a_quarter_of_the_squared_radius() -> None:
    value, _ = quad(lambda x: x * x * semicircle(x, radius=3.0), -3, 3)
    assert value == pytest.approx(9 / 4, rel=1e-7)


def test_it_is_the_spectrum_of_a_large_matrix(rng: np.random.Generator) -> None:
    size = 1000
    g = rng.standard_normal((size, size))
    x = np.linalg.eigvalsh((g + g.T) / 2)
    shares = semicircle_distribution(x, radius=np.sqrt(2 * size))
    # eigenvalues are rigid: their ranks stray by far less than those of independent numbers
    assert np.abs(shares - (np.arange(size) + 0.5) / size).max() < 5 / size


@pytest.mark.parametrize("radius", [0.0, -1.0, np.inf, np.nan])
def test_a_radius_that_is_none_is_refused(radius: float) -> None:
    with pytest.raises(ValueError, match="`radius` should be positive"):
        semicircle(0.0, radius=radius)
