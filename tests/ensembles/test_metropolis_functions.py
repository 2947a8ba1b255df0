"""The kernel's own exp, tanh, softplus and sums of logarithms are right to a few roundings."""

import numpy as np
import pytest
import torch

from lossatlas.ensembles import _metropolis_functions as functions
from lossatlas.surfaces import Softplus, Tanh

Z = np.concatenate(
    [
        np.linspace(-40, 40, 4001),
        np.geomspace(1e-300, 700, 2000),
        -np.geomspace(1e-300, 700, 2000),
        [0.0, -0.0, 1e300, -1e300, np.inf, -np.inf],
    ]
)


def _values(kind: int) -> np.ndarray:
    x = np.empty_like(Z)
    functions.activate(kind, 0.0, Z, x)
    return x


def test_tanh_is_right_to_a_few_roundings_near_zero_too() -> None:
    exact = Tanh().value(torch.from_numpy(Z)).numpy()
    assert np.allclose(_values(functions.TANH), exact, rtol=6e-16, atol=0)


def test_softplus_is_right_to_a_few_roundings() -> None:
    exact = Softplus().value(torch.from_numpy(Z)).numpy()
    assert np.allclose(_values(functions.SOFTPLUS), exact, rtol=6e-16, atol=1e-300)


def test_exponentials_and_the_logarithm_of_their_sum_are_right() -> None:
    rng = np.random.default_rng(0)
    f = 30 * rng.standard_normal((7, 200))
    largest, sums = f.max(0), np.zeros(200)
    y = np.zeros(200)
    for row in f:
        functions.add_exponentials(row, y, largest, sums)
    assert np.allclose(sums, np.exp(f - largest).sum(0), rtol=1e-15)
    total = functions.sum_of_logs(sums, 7.0)
    assert total == pytest.approx(np.log(sums).sum(), rel=1e-14)


@pytest.mark.parametrize("classes", [2, 10, 100000])
def test_the_product_whose_logarithm_is_taken_never_overflows(classes: int) -> None:
    sums = np.full(256, float(classes))
    total = functions.sum_of_logs(sums, float(classes))
    assert total == pytest.approx(256 * np.log(classes), rel=1e-13)


@pytest.mark.parametrize("kind", range(5))
def test_what_is_not_a_number_stays_so(kind: int) -> None:
    z, x = np.array([1.0, np.nan, -1.0]), np.zeros(3)
    functions.activate(kind, 0.1, z, x)
    assert np.isnan(x).tolist() == [False, True, False]
