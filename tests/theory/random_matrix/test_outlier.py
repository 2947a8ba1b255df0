import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.theory.random_matrix import outlier


@given(strength=st.floats(0.01, 10), noise=st.floats(0.01, 10))
def test_it_stands_outside_the_bulk_exactly_above_the_noise(strength: float, noise: float) -> None:
    found = outlier(strength, noise)
    if strength <= noise:
        assert found is None
    else:
        assert found is not None
        assert found.location >= 2 * noise * (1 - 1e-12)
        assert 0 <= found.overlap < 1


def test_a_negative_signal_mirrors() -> None:
    left, right = outlier(-3.0, 1.0), outlier(3.0, 1.0)
    assert left is not None
    assert right is not None
    assert (left.location, left.overlap) == (-right.location, right.overlap)


def test_it_is_that_of_sampled_matrices(rng: np.random.Generator) -> None:
    size, strength, noise = 600, 1.8, 1.0
    locations, overlaps = [], []
    for _ in range(12):
        g = rng.standard_normal((size, size))
        v = rng.standard_normal(size)
        v /= np.linalg.norm(v)
        matrix = noise * (g + g.T) / np.sqrt(2 * size) + strength * np.outer(v, v)
        x, vectors = np.linalg.eigh(matrix)
        locations.append(x[-1])
        overlaps.append((vectors[:, -1] @ v) ** 2)
    expected = outlier(strength, noise)
    assert expected is not None
    for found, value in ((locations, expected.location), (overlaps, expected.overlap)):
        error = np.std(found) / np.sqrt(len(found))
        assert np.mean(found) == pytest.approx(value, abs=4 * error + 2 / size)


def test_noise_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="`noise` should be positive"):
        outlier(1.0, 0.0)
