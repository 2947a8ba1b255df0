import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.integrate import quad

from lossatlas.theory.random_matrix import marchenko_pastur, marchenko_pastur_edges, zero_share


@settings(deadline=None, max_examples=20)
@given(ratio=st.floats(0.05, 5), variance=st.floats(0.2, 4))
def test_mass_and_mean(ratio: float, variance: float) -> None:
    low, high = marchenko_pastur_edges(ratio, variance=variance)
    moments = [
        quad(
            lambda a, k=k: (
                (x := (low + high) / 2 - (high - low) / 2 * np.cos(a)) ** k
                * marchenko_pastur(x, ratio, variance=variance)
                * (high - low)
                / 2
                * np.sin(a)
            ),
            0,
            np.pi,
        )[0]
        for k in range(2)
    ]
    assert moments[0] + zero_share(ratio) == pytest.approx(1, abs=1e-6)
    # the mean eigenvalue is the variance of an entry
    assert moments[1] == pytest.approx(variance, rel=1e-6)


@pytest.mark.parametrize("ratio", [0.3, 2.0])
def test_it_is_the_spectrum_of_a_sampled_matrix(ratio: float, rng: np.random.Generator) -> None:
    samples = 500
    size = int(ratio * samples)
    z = rng.standard_normal((size, samples))
    x = np.linalg.eigvalsh(z @ z.T / samples)
    low, high = marchenko_pastur_edges(ratio)
    assert np.mean(x < 1e-9) == pytest.approx(zero_share(ratio), abs=1e-12)
    cuts = np.linspace(low, high, 6)[1:-1]
    for cut in cuts:
        share, _ = quad(lambda t: marchenko_pastur(t, ratio), low, cut)
        assert np.mean((x > 1e-9) & (x < cut)) == pytest.approx(share, abs=8 / size)


@pytest.mark.parametrize("ratio", [0.0, -1.0, np.nan])
def test_a_ratio_that_is_none_is_refused(ratio: float) -> None:
    with pytest.raises(ValueError, match="`ratio` should be positive"):
        marchenko_pastur(1.0, ratio)
