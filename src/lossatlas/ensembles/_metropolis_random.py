"""Random numbers of a network, an epoch and a counter, on the words of `_counter.py`.

There is no state: a number is a function of the network's seed (the key), the epoch, what it is for
(the use) and its place, so a network draws the same ones in every ensemble. Compiled by numba:
import this only where a kernel runs.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
# ruff: noqa: ANN001, ANN202

from typing import no_type_check

import numpy as np
from numba import njit, uint32, uint64

from ._counter import philox

# What is called from here, for numba's cache, which looks at this file alone: 2152d50526c1

_TWO_PI = 2 * np.pi


@njit(cache=True)
@no_type_check
def uniforms(key, epoch, use, place, part=0):
    """Two numbers in (0, 1], multiples of 2^-53; never 0, so their logarithms are finite."""
    a, b, c, d = philox(uint32(place), uint32(epoch), uint32(use), uint32(part), key)
    first = (uint64(a) << uint64(32) | uint64(b)) >> uint64(11)
    second = (uint64(c) << uint64(32) | uint64(d)) >> uint64(11)
    return (np.float64(first) + 1.0) * 2.0**-53, (np.float64(second) + 1.0) * 2.0**-53


@njit(cache=True)
@no_type_check
def below(uniform, count):
    """One of 0, ..., count - 1 from a number in (0, 1]."""
    return min(int((1.0 - uniform) * count), count - 1)


@njit(cache=True)
@no_type_check
def normals(key, epoch, use, place, part=0):
    """Two independent standard normal numbers (Box and Muller 1958)."""
    u, v = uniforms(key, epoch, use, place, part)
    radius = np.sqrt(-2.0 * np.log(u))
    return radius * np.cos(_TWO_PI * v), radius * np.sin(_TWO_PI * v)


@njit(cache=True)
@no_type_check
def permute(key, epoch, use, order):
    """Fill `order` with 0, 1, ... in random order (Fisher and Yates)."""
    for i in range(len(order)):
        order[i] = i
    for i in range(len(order) - 1, 0, -1):
        u, _ = uniforms(key, epoch, use, i)
        j = below(u, i + 1)
        order[i], order[j] = order[j], order[i]
