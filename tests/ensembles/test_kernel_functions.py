"""Functions of lanes against mpmath and numpy, to a few units in the last place."""

# ruff: noqa: ANN001, ANN202

import mpmath
import numpy as np
import pytest
from numba import njit

from lossatlas.ensembles._kernel_functions import (
    exponential,
    hyperbolic_tangent,
    softplus_and_sigmoid,
)
from lossatlas.ensembles._kernel_lanes import greatest, load, store, total
from lossatlas.ensembles._kernel_plan import NARROW
from lossatlas.ensembles._kernel_tiles import shape, width, zeros

NAMES = ("exp", "tanh", "softplus", "sigmoid")
DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])


@njit
def _evaluate(x, exp, tanh, softplus, sigmoid):
    like = zeros(x, shape(NARROW, 1))[0]
    for i in range(0, len(x), width(x, shape(NARROW, 1))):
        z = load(x, i, like)
        store(exp, i, exponential(z))
        store(tanh, i, hyperbolic_tangent(z))
        value, first = softplus_and_sigmoid(z)
        store(softplus, i, value)
        store(sigmoid, i, first)


@njit
def _reduce(x):
    lanes = load(x, 0, zeros(x, shape(NARROW, 1))[0])
    return total(lanes), greatest(lanes)


def evaluate(x: np.ndarray) -> dict[str, np.ndarray]:
    filled = np.zeros(-(-len(x) // 16) * 16, x.dtype)
    filled[: len(x)] = x
    results = [np.empty_like(filled) for _ in NAMES]
    _evaluate(filled, *results)
    return dict(zip(NAMES, (r[: len(x)] for r in results), strict=True))


def exact(name: str, x: float) -> mpmath.mpf:
    with mpmath.workdps(40):
        z = mpmath.mpf(x)
        functions = {
            "exp": mpmath.exp,
            "tanh": mpmath.tanh,
            "softplus": lambda z: mpmath.log1p(mpmath.exp(z)),
            "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
        }
        return functions[name](z)


@DTYPES
@pytest.mark.parametrize("name", NAMES)
def test_values_are_within_four_units_in_the_last_place(name: str, dtype: type) -> None:
    rng = np.random.default_rng(0)
    x = np.concatenate(
        [rng.standard_normal(200), 20 * rng.standard_normal(200), 1e-6 * rng.standard_normal(50)]
    ).astype(dtype)
    got = evaluate(x)[name]
    for z, value in zip(x, got, strict=True):
        truth = exact(name, float(z))
        unit = float(np.spacing(dtype(abs(truth))))
        assert abs(mpmath.mpf(float(value)) - truth) <= 4 * unit, (z, value)


@DTYPES
def test_infinities_get_their_limits_and_nan_stays(dtype: type) -> None:
    got = evaluate(np.array([-np.inf, np.inf, np.nan, 0.0], dtype=dtype))
    for name, limits in {
        "exp": (0, np.inf, np.nan, 1),
        "tanh": (-1, 1, np.nan, 0),
        "softplus": (0, np.inf, np.nan, np.log(2)),
        "sigmoid": (0, 1, np.nan, 0.5),
    }.items():
        np.testing.assert_allclose(got[name], np.array(limits, dtype=dtype), rtol=1e-6)


@DTYPES
def test_the_exponential_reaches_both_ends_of_the_range(dtype: type) -> None:
    info = np.finfo(dtype)
    ends = np.log(np.array([info.max, info.tiny, info.smallest_subnormal], dtype=np.float64))
    x = np.concatenate([ends * (1 - 1e-6), ends[:1] * 1.01, ends[2:] * 1.01]).astype(dtype)
    got = evaluate(x)["exp"].astype(np.float64)
    want = np.exp(x.astype(np.longdouble))
    np.testing.assert_allclose(got[:2], want[:2].astype(np.float64), rtol=4 * info.eps)
    assert abs(got[2] - float(want[2])) <= info.smallest_subnormal
    assert got[3] == np.inf
    assert got[4] == 0


@DTYPES
def test_sums_and_maxima_take_every_lane(dtype: type) -> None:
    x = np.arange(NARROW // np.dtype(dtype).itemsize).astype(dtype)
    for shift in range(len(x)):
        assert _reduce(np.roll(x, shift)) == (x.sum(), x.max())
