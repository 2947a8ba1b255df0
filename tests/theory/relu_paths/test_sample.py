from typing import Any

import numpy as np
import pytest
from scipy.stats import chisquare

from lossatlas.theory import relu_paths

WIDTHS = (3, 2, 3, 2)


def _frequencies(paths: relu_paths.Paths) -> Any:
    flat = np.ravel_multi_index(tuple(paths.units.T), WIDTHS)
    return np.bincount(flat, minlength=int(np.prod(WIDTHS)))


def test_uniform_paths_come_alike(random_network: Any) -> None:
    weights, _ = random_network(0, WIDTHS, 1)
    paths = relu_paths.sample(weights, 20_000, np.random.default_rng(0))
    assert chisquare(_frequencies(paths)).pvalue > 1e-3


@pytest.mark.parametrize("seed", range(4))
def test_paths_come_by_the_size_of_their_weights(random_network: Any, seed: int) -> None:
    weights, X = random_network(seed, WIDTHS, 1)
    size = np.abs(relu_paths.listed(weights, X).paths.products)
    paths = relu_paths.sample(weights, 20_000, np.random.default_rng(seed), law="weight")
    assert chisquare(_frequencies(paths), 20_000 * size / size.sum()).pvalue > 1e-3


def test_a_path_of_weight_zero_is_never_drawn(random_network: Any) -> None:
    weights, X = random_network(1, WIDTHS, 1)
    weights = [W * (np.abs(W) > 0.4) for W in weights]
    paths = relu_paths.sample(weights, 5_000, np.random.default_rng(1), law="weight")
    size = np.abs(relu_paths.listed(weights, X).paths.products)
    assert 0 < np.sum(size > 0) < len(size)
    assert np.all(paths.products != 0)
    assert set(np.flatnonzero(_frequencies(paths))) <= set(np.flatnonzero(size))


def test_the_product_of_a_path_is_that_of_its_weights(random_network: Any) -> None:
    weights, _ = random_network(2, WIDTHS, 1)
    paths = relu_paths.sample(weights, 10, np.random.default_rng(2))
    for t, product in zip(paths.units, paths.products, strict=True):
        expected = weights[0][t[1], t[0]] * weights[1][t[2], t[1]] * weights[2][t[3], t[2]]
        assert product == pytest.approx(expected)


def test_paths_of_a_large_network_have_the_mean_rate_of_all(random_network: Any) -> None:
    weights, X = random_network(3, (50, 200, 200, 10), 64)
    found, masks = relu_paths.statistics(weights, X), relu_paths.gates(weights, X)
    uniform = relu_paths.sample(weights, 20_000, np.random.default_rng(3)).rates(masks)
    error = np.sqrt(found.variance / 20_000)
    assert abs(uniform.mean() - found.rho) < 4 * error
    assert uniform.var() == pytest.approx(found.variance, rel=0.1)
    heavy = relu_paths.sample(weights, 20_000, np.random.default_rng(4), law="weight").rates(masks)
    # E of pi under the law of weights is E pi|w| / E|w|, which the correlation gives too
    shift = found.correlation * np.sqrt(found.variance * found.variance_weight) / found.mean_weight
    assert abs(heavy.mean() - found.rho - shift) < 4 * error


def test_products_too_small_for_floats_are_still_compared(random_network: Any) -> None:
    weights, X = random_network(4, WIDTHS, 1)
    size = np.abs(relu_paths.listed(weights, X).paths.products)
    tiny = [1e-150 * W for W in weights]
    paths = relu_paths.sample(tiny, 20_000, np.random.default_rng(5), law="weight")
    assert chisquare(_frequencies(paths), 20_000 * size / size.sum()).pvalue > 1e-3


@pytest.mark.unhooked
def test_an_unknown_law_is_refused(random_network: Any) -> None:
    weights, _ = random_network(5, WIDTHS, 1)
    law: Any = "heavy"
    with pytest.raises(ValueError, match="`law` should be"):
        relu_paths.sample(weights, 1, np.random.default_rng(0), law=law)


def test_what_cannot_be_drawn_is_refused(random_network: Any) -> None:
    weights, _ = random_network(5, WIDTHS, 1)
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="`number` should be positive"):
        relu_paths.sample(weights, 0, rng)
    with pytest.raises(ValueError, match="some path a weight other than 0"):
        relu_paths.sample([*weights[:-1], 0 * weights[-1]], 1, rng, law="weight")
