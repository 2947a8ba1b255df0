import numpy as np
import pytest
from scipy.integrate import quad

from lossatlas.theory.random_matrix import (
    GOE_MEAN_RATIO,
    GOE_SURMISE_MEAN_RATIO,
    POISSON_MEAN_RATIO,
    ratio_surmise,
    spacing_ratios,
    wigner_surmise,
)


def test_the_surmise_has_unit_mass_and_mean() -> None:
    moments = [quad(lambda s, k=k: s**k * wigner_surmise(s), 0, 12)[0] for k in range(3)]
    assert moments == pytest.approx([1, 1, 4 / np.pi], rel=1e-8)
    assert wigner_surmise(np.array([-1.0, 0.0])).tolist() == [0, 0]


def test_the_ratio_surmise_has_unit_mass_and_its_mean() -> None:
    moments = [quad(lambda r, k=k: r**k * ratio_surmise(r), 0, 1)[0] for k in range(2)]
    assert moments == pytest.approx([1, GOE_SURMISE_MEAN_RATIO], rel=1e-9)
    assert ratio_surmise(np.array([-0.1, 1.1])).tolist() == [0, 0]


def test_the_surmise_is_exact_for_two_rows(rng: np.random.Generator) -> None:
    g = rng.standard_normal((40_000, 2, 2))
    x = np.linalg.eigvalsh((g + g.transpose(0, 2, 1)) / 2)
    s = (x[:, 1] - x[:, 0]) / np.mean(x[:, 1] - x[:, 0])
    for a in (0.5, 1.0, 1.8):
        share = 1 - np.exp(-np.pi * a * a / 4)
        assert np.mean(s < a) == pytest.approx(share, abs=4 * np.sqrt(0.25 / len(s)))


def test_the_ratio_surmise_is_exact_for_three_rows(rng: np.random.Generator) -> None:
    g = rng.standard_normal((40_000, 3, 3))
    x = np.linalg.eigvalsh((g + g.transpose(0, 2, 1)) / 2)
    ratios = np.array([spacing_ratios(row)[0] for row in x[:20_000]])
    error = ratios.std() / np.sqrt(len(ratios))
    assert ratios.mean() == pytest.approx(GOE_SURMISE_MEAN_RATIO, abs=4 * error)


def test_the_mean_ratios_of_large_matrices_and_of_independent_levels(
    rng: np.random.Generator,
) -> None:
    means = []
    for _ in range(40):
        g = rng.standard_normal((200, 200))
        means.append(spacing_ratios(np.linalg.eigvalsh(g + g.T)).mean())
    error = np.std(means) / np.sqrt(len(means))
    assert np.mean(means) == pytest.approx(GOE_MEAN_RATIO, abs=4 * error)
    free = spacing_ratios(rng.random(40_000))
    error = free.std() * np.sqrt(2 / len(free))
    assert free.mean() == pytest.approx(POISSON_MEAN_RATIO, abs=4 * error)


def test_degenerate_spectra_give_no_ratio() -> None:
    ratios = spacing_ratios(np.array([1.0, 1.0, 1.0, 2.0]))
    assert np.isnan(ratios[0])
    assert ratios[1] == 0


@pytest.mark.parametrize("values", [[1.0, 2.0], [1.0, 2.0, np.nan]])
def test_too_few_eigenvalues_are_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="`eigenvalues` should be"):
        spacing_ratios(np.array(values))
