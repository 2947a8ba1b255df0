from math import inf

import numpy as np
import pytest

from lossatlas.theory.kac_rice import _monte_carlo, mean_count, mean_count_estimate


@pytest.mark.parametrize(
    ("size", "order", "index", "between"),
    [
        (10, 3, 0, (-inf, inf)),
        (10, 3, 4, (-inf, inf)),
        (20, 4, 7, (-0.6, -0.2)),
        (30, 3, 1, (-1.5, -1.3)),
        (8, 2, 3, (-inf, inf)),
    ],
)
def test_it_agrees_with_the_exact_count(
    size: int, order: int, index: int, between: tuple[float, float], rng: np.random.Generator
) -> None:
    count = mean_count_estimate(size, order, index=index, between=between, samples=3000, rng=rng)
    exact = mean_count(size, order, index=index, between=between)
    assert abs(count.value - exact) <= 4 * count.standard_error + 1e-9
    assert count.samples == 3000


def test_plain_draws_have_the_effective_share_of_the_formula_sheet(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_monte_carlo, "_STRENGTH", 0.0)
    for size, share in ((10, 0.67), (30, 0.38)):
        count = mean_count_estimate(size, 3, index=0, samples=4000, rng=rng)
        assert count.effective_samples / 4000 == pytest.approx(share, abs=0.06)


@pytest.mark.parametrize(("size", "index", "share"), [(30, 0, 0.6), (100, 0, 0.35), (100, 3, 0.4)])
def test_tilted_draws_have_a_larger_one(
    size: int, index: int, share: float, rng: np.random.Generator
) -> None:
    count = mean_count_estimate(size, 3, index=index, samples=3000, rng=rng)
    assert count.effective_samples / 3000 > share
    assert abs(count.value - mean_count(size, 3, index=index)) < 4 * count.standard_error


def test_the_error_is_that_of_repeated_estimates(rng: np.random.Generator) -> None:
    counts = [mean_count_estimate(12, 3, index=2, samples=200, rng=rng) for _ in range(60)]
    spread = np.std([count.value for count in counts], ddof=1)
    typical = np.mean([count.standard_error for count in counts])
    assert typical == pytest.approx(spread, rel=0.4)


def test_it_works_beyond_the_exact_sizes(rng: np.random.Generator) -> None:
    count = mean_count_estimate(600, 3, index=300, samples=40, rng=rng)
    assert np.isfinite(count.log_value)
    assert count.standard_error < count.value


def test_an_empty_window_is_zero_with_no_effective_sample(rng: np.random.Generator) -> None:
    count = mean_count_estimate(10, 3, index=0, between=(3.0, 4.0), samples=10, rng=rng)
    assert (count.value, count.standard_error, count.effective_samples) == (0, 0, 0)


def test_the_same_generator_gives_the_same_bits() -> None:
    first, second = (
        mean_count_estimate(9, 3, index=0, samples=20, rng=np.random.default_rng(5))
        for _ in range(2)
    )
    assert first.log_value == second.log_value


def test_misuse_is_refused(rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="`samples` should be at least 2"):
        mean_count_estimate(9, 3, index=0, samples=1, rng=rng)
    with pytest.raises(ValueError, match=r"`index` should be 0 to 8"):
        mean_count_estimate(9, 3, index=9, rng=rng)
