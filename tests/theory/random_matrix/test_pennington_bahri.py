import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.integrate import quad

from lossatlas.theory.random_matrix import (
    critical_energy,
    left_edge,
    marchenko_pastur,
    negative_share,
    semicircle,
    wishart_plus_wigner,
)

CRITICAL = {0.25: 0.0435095264, 0.5: 0.0112712430, 0.1: 0.0834345885}


def test_the_critical_energies_of_the_formula_sheet() -> None:
    assert [critical_energy(phi) for phi in CRITICAL] == pytest.approx(
        list(CRITICAL.values()), abs=6e-11
    )


@given(ratio=st.floats(0.001, 1))
def test_the_critical_energy_is_the_published_form(ratio: float) -> None:
    published = (1 - 20 * ratio - 8 * ratio**2 + (1 + 8 * ratio) ** 1.5) / 16
    assert critical_energy(ratio) == pytest.approx(published, abs=1e-15)


@given(ratio=st.floats(0.01, 0.9))
def test_the_left_edge_is_zero_at_the_critical_energy(ratio: float) -> None:
    energy = critical_energy(ratio)
    assert left_edge(ratio, energy) == pytest.approx(0, abs=1e-12)
    assert left_edge(ratio, 1.1 * energy) < 0 < left_edge(ratio, 0.9 * energy)
    assert negative_share(ratio, 0.9 * energy) == 0


@pytest.mark.parametrize(("ratio", "energy"), [(0.25, 0.1), (0.6, 0.3), (2.0, 0.05), (0.1, 0.02)])
def test_mass_mean_and_variance(ratio: float, energy: float) -> None:
    low, high = left_edge(ratio, energy), (1 + np.sqrt(ratio)) ** 2 + 2 * np.sqrt(2 * energy)
    x = np.linspace(low, high, 40_001)
    density = wishart_plus_wigner(x, ratio, energy)
    moments = [np.trapezoid(x**k * density, x) for k in range(3)]
    # free cumulants add: mean 1, variance 2 eps + phi
    assert moments[:2] == pytest.approx([1, 1], abs=2e-5)
    assert moments[2] - moments[1] ** 2 == pytest.approx(2 * energy + ratio, abs=2e-5)


def test_its_parts_are_its_limits() -> None:
    x = np.array([0.5, 1.0, 1.5])
    tiny = 1e-7
    assert wishart_plus_wigner(x, 0.25, tiny) == pytest.approx(marchenko_pastur(x, 0.25), abs=1e-4)
    wide = semicircle(x, centre=1.0, radius=float(np.sqrt(8 * 0.4)))
    assert wishart_plus_wigner(x, tiny, 0.4) == pytest.approx(wide, abs=1e-4)


def test_it_is_the_spectrum_of_a_sampled_matrix(rng: np.random.Generator) -> None:
    size, ratio, energy = 900, 0.25, 0.15
    samples = int(size / ratio)
    z, g = rng.standard_normal((size, samples)), rng.standard_normal((size, size))
    wigner = np.sqrt(2 * energy) * (g + g.T) / np.sqrt(2 * size)
    x = np.linalg.eigvalsh(z @ z.T / samples + wigner)
    assert x[0] == pytest.approx(left_edge(ratio, energy), abs=0.06)
    assert np.mean(x < 0) == pytest.approx(negative_share(ratio, energy), abs=5 / size)
    share, _ = quad(lambda t: wishart_plus_wigner(t, ratio, energy), 0.5, 1.5)
    assert np.mean((x > 0.5) & (x < 1.5)) == pytest.approx(share, abs=6 / size)


def test_above_the_critical_energy_the_share_rises_with_the_power_three_halves() -> None:
    ratio = 0.25
    start = critical_energy(ratio)
    shares = [negative_share(ratio, start * (1 + d)) for d in (1e-3, 2e-3)]
    assert np.log2(shares[1] / shares[0]) == pytest.approx(1.5, abs=0.01)


@pytest.mark.parametrize("ratio", [0.0, 1.5])
def test_ratios_without_a_critical_energy_are_refused(ratio: float) -> None:
    with pytest.raises(ValueError, match=r"`ratio` should lie in \(0, 1\]"):
        critical_energy(ratio)
