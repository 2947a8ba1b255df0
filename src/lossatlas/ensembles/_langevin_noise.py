"""Normal noise for networks, each from its own random words.

Compiled by numba: import this only where a kernel runs.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
# ruff: noqa: ANN001, ANN202

from typing import no_type_check

from numba import njit

from ._metropolis_random import normals

# What is called from here, for numba's cache, which looks at this file alone: e5dbf5650882

_NOISE = 0x6C616E67  # what the words are for: the third word of the counter


@njit(cache=True, nogil=True)
@no_type_check
def add_noise(points, keys, epoch, step, size):
    """Add `size` times standard normal numbers to points (M, P), keyed by network, epoch and step."""
    num_numbers = points.shape[1]
    for m in range(points.shape[0]):
        for p in range(0, num_numbers, 2):
            first, second = normals(keys[m], epoch, _NOISE, p // 2, step)
            points[m, p] += size * first
            if p + 1 < num_numbers:
                points[m, p + 1] += size * second
