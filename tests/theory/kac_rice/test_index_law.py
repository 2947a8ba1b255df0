import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from lossatlas.theory.kac_rice import index_law, mean_count


@settings(deadline=None)
@given(size=st.integers(2, 40), order=st.integers(2, 20), energy=st.floats(-4, 4))
def test_it_is_a_law_and_mirrors_with_the_energy(size: int, order: int, energy: float) -> None:
    law = index_law(size, order, energy)
    assert law.shape == (size,)
    assert law.sum() == pytest.approx(1, abs=1e-12)
    assert law == pytest.approx(index_law(size, order, -energy)[::-1], abs=1e-12)


@pytest.mark.parametrize("size", [5, 12])
def test_it_is_the_ratio_of_counts_in_a_thin_window(size: int) -> None:
    u, width = -0.8, 1e-4
    window = (u - width, u + width)
    counts = [mean_count(size, 3, index=k, between=window) for k in range(size)]
    law = np.array(counts) / mean_count(size, 3, between=window)
    assert index_law(size, 3, u) == pytest.approx(law, abs=1e-6)


def test_it_is_the_law_of_the_determinant_weighted_matrix(rng: np.random.Generator) -> None:
    # given an eigenvalue at x, the others are those of GOE(N-1) weighted by |det(x - M)|
    size, order, u, draws = 5, 3, -0.7, 40_000
    g = rng.standard_normal((draws, size - 1, size - 1))
    eigenvalues = np.linalg.eigvalsh((g + g.transpose(0, 2, 1)) / 2)
    x = u * np.sqrt(size * order / (2 * (order - 1)))
    weights = np.abs(np.prod(x - eigenvalues, axis=1))
    index = (eigenvalues < x).sum(axis=1)
    law = index_law(size, order, u)
    for k in range(size):
        hits = (index == k) - law[k]
        error = np.sqrt(np.mean((weights * hits) ** 2) / draws) / weights.mean()
        # where no draw hits, the spread is that of a rare event
        error = max(error, np.sqrt(law[k] / draws))
        assert abs(np.mean(weights * hits) / weights.mean()) < 4 * error


def test_the_bottom_has_minima_and_the_top_maxima() -> None:
    assert index_law(30, 3, -2.2)[0] == pytest.approx(1, abs=1e-6)
    assert index_law(30, 3, 2.2)[29] == pytest.approx(1, abs=1e-6)


def test_the_spread_stays_below_a_level_at_large_size() -> None:
    law, k = index_law(200, 3, -0.9), np.arange(200)
    mean = law @ k
    assert 0.5 < np.sqrt(law @ (k - mean) ** 2) < 1


@pytest.mark.parametrize(
    ("size", "order", "energy", "named"),
    [(1, 3, 0.0, "size"), (501, 3, 0.0, "size"), (9, 1, 0.0, "order"), (9, 3, np.nan, "energy")],
)
def test_misuse_is_refused(size: int, order: int, energy: float, named: str) -> None:
    with pytest.raises(ValueError, match=f"`{named}` should"):
        index_law(size, order, energy)
