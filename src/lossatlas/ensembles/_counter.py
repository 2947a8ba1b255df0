"""Random words from a counter and a key: Philox4x32-10 (Salmon et al., SC 2011).

Ten rounds of multiplications turn (counter, key) into four words of 32 bits. There is no state to
carry: the same counter and key give the same words wherever and in whatever order they are asked.

This module needs numba; it is imported only where a kernel is really wanted.
"""

from typing import no_type_check

import numpy as np
from numba import njit, uint32, uint64

_LOW = 0xFFFFFFFF


# The decorator below keeps the shape checks out: numba compiles the bare function.
@njit(cache=True)
@no_type_check
def _round(
    c0: np.uint32, c1: np.uint32, c2: np.uint32, c3: np.uint32, k0: np.uint32, k1: np.uint32
) -> tuple[np.uint32, np.uint32, np.uint32, np.uint32]:
    left = uint64(0xD2511F53) * uint64(c0)
    right = uint64(0xCD9E8D57) * uint64(c2)
    return (
        uint32(right >> uint64(32)) ^ c1 ^ k0,
        uint32(right & uint64(_LOW)),
        uint32(left >> uint64(32)) ^ c3 ^ k1,
        uint32(left & uint64(_LOW)),
    )


@njit(cache=True)
@no_type_check
def philox(
    c0: np.uint32, c1: np.uint32, c2: np.uint32, c3: np.uint32, key: np.uint64
) -> tuple[np.uint32, np.uint32, np.uint32, np.uint32]:
    """Four uint32 words from four uint32 counters and a uint64 key."""
    k0 = uint32(key & uint64(_LOW))
    k1 = uint32(key >> uint64(32))
    for _ in range(10):
        c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
        k0 = uint32(uint64(k0) + uint64(0x9E3779B9))
        k1 = uint32(uint64(k1) + uint64(0xBB67AE85))
    return c0, c1, c2, c3
