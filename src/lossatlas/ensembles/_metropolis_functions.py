"""Activations and criteria on a run of samples, in float64, written so that the loops are SIMD.

A call of the C library's exp for each sample would be nine tenths of the work. Here exp of a number
x <= 0 is 2^k (1 + p): k is x / ln 2 rounded, p the Taylor polynomial of exp(r) - 1 at what is left,
|r| <= ln(2) / 2, right to a rounding. tanh and softplus follow from it, and logarithms of sums from
one logarithm of a product. NaN goes through. Compiled by numba: import this only where a kernel runs.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
# ruff: noqa: ANN001, ANN202, FURB136

from typing import no_type_check

import numpy as np
from numba import njit

IDENTITY, RELU, LEAKY_RELU, TANH, SOFTPLUS = range(5)
SQUARED_ERROR, CROSS_ENTROPY, HINGE, ABSOLUTE_ERROR = range(4)

# Sums may be regrouped and fused; nothing that assumes NaN or infinity away.
SAFE = {"contract", "reassoc", "nsz"}

_LOG2_E = 1.4426950408889634
_LN2_HIGH = 0.6931471803691238  # k times this is exact for |k| < 2^20
_LN2_LOW = 1.9082149292705877e-10


@njit(cache=True, fastmath={"contract"})  # regrouping would undo the two-part logarithm
@no_type_check
def _exponential(x):
    """(2^k, p) with exp(x) = 2^k (1 + p), for x <= 0; below -708 as at -708."""
    x = -708.0 if x < -708.0 else x
    t = x * _LOG2_E
    k = np.int32((t if t == t else 0.0) + 1100.5) - np.int32(1100)  # NaN has no integer
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    p = 1 / 479001600 + r / 6227020800
    p = 1 / 3628800 + r * (1 / 39916800 + r * p)
    p = 1 / 40320 + r * (1 / 362880 + r * p)
    p = 1 / 720 + r * (1 / 5040 + r * p)
    p = 1 / 24 + r * (1 / 120 + r * p)
    p = r * (1.0 + r * (1 / 2 + r * (1 / 6 + r * p)))
    return np.int64((np.int64(k) + 1023) << 52).view(np.float64), p


@njit(cache=True, fastmath={"contract"})
@no_type_check
def _tanh(z):
    power, p = _exponential(-2.0 * abs(z))
    less = power * p + (power - 1.0)  # exp(-2 |z|) - 1, to a rounding of itself near 0 too
    t = -less / (2.0 + less)
    return t if z >= 0.0 else -t


@njit(cache=True, fastmath={"contract"})
@no_type_check
def _softplus(z):
    """max(z, 0) + log(1 + e), e = exp(-|z|), by log(1 + e) = 2 artanh(e / (2 + e))."""
    power, p = _exponential(-abs(z))
    e = power + power * p
    u = e / (2.0 + e)
    v = u * u
    s = 1 / 31 + v * (1 / 33 + v / 35)
    s = 1 / 25 + v * (1 / 27 + v * (1 / 29 + v * s))
    s = 1 / 19 + v * (1 / 21 + v * (1 / 23 + v * s))
    s = 1 / 13 + v * (1 / 15 + v * (1 / 17 + v * s))
    s = 1 / 7 + v * (1 / 9 + v * (1 / 11 + v * s))
    s = 1.0 + v * (1 / 3 + v * (1 / 5 + v * s))
    return (z if z > 0.0 else 0.0) + 2.0 * u * s


@njit(cache=True, fastmath=SAFE)
@no_type_check
def activate(kind, slope, z, x):
    """Fill x with phi(z)."""
    if kind == IDENTITY:
        for s in range(len(x)):
            x[s] = z[s]
    elif kind == RELU:
        for s in range(len(x)):
            x[s] = 0.0 if z[s] < 0.0 else z[s]  # this way round NaN stays
    elif kind == LEAKY_RELU:
        for s in range(len(x)):
            x[s] = z[s] if z[s] > 0.0 else slope * z[s]
    elif kind == TANH:
        for s in range(len(x)):
            x[s] = _tanh(z[s])
    else:
        for s in range(len(x)):
            x[s] = _softplus(z[s])


@njit(cache=True, fastmath=SAFE)
@no_type_check
def output_loss(kind, f, y):
    """The loss of one output, summed over samples; not for the cross-entropy."""
    total = 0.0
    if kind == SQUARED_ERROR:
        for s in range(len(f)):
            total += (f[s] - y[s]) * (f[s] - y[s])
        total *= 0.5
    elif kind == HINGE:
        for s in range(len(f)):
            slack = 1.0 - y[s] * f[s]
            total += 0.0 if slack < 0.0 else slack
    else:
        for s in range(len(f)):
            total += abs(f[s] - y[s])
    return total


@njit(cache=True, fastmath=SAFE)
@no_type_check
def raise_largest(f, largest):
    """Make `largest` the larger of itself and an output."""
    for s in range(len(f)):
        largest[s] = f[s] if f[s] > largest[s] else largest[s]


@njit(cache=True, fastmath=SAFE)
@no_type_check
def add_exponentials(f, y, largest, sums):
    """Add exp(f - largest) to the sums; return the sum of y (largest - f)."""
    total = 0.0
    for s in range(len(f)):
        below = f[s] - largest[s]
        power, p = _exponential(below)
        sums[s] += power + power * p
        total -= y[s] * below
    return total


@njit(cache=True, fastmath=SAFE)
@no_type_check
def sum_of_logs(sums, largest_sum):
    """The sum of the logarithms of numbers from 1 to largest_sum: one logarithm for many."""
    at_once = max(1, int(600.0 / np.log(max(largest_sum, 2.0))))  # their product is below e^600
    total = 0.0
    for lo in range(0, len(sums), at_once):
        product = 1.0
        for each in sums[lo : lo + at_once]:
            product *= each
        total += np.log(product)
    return total
