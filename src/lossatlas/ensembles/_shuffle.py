"""Fisher and Yates' shuffle on counted random words, compiled.

Bounded numbers come from a word by Lemire's multiplication with rejection (2019), so every
permutation is as likely as any other up to the generator.
"""

from typing import no_type_check

import numpy as np
from jaxtyping import Int32, UInt64
from numba import njit, uint32, uint64
from numpy import ndarray

from ._counter import philox

# What is called from here, for numba's cache, which looks at this file alone: 2152d50526c1

# Which use of a seed the words are for: the third word of the counter.
_ORDERS = 0x6F726472


@njit(cache=True)
@no_type_check
def shuffle(keys: UInt64[ndarray, " M"], epoch: int, rows: Int32[ndarray, "M n"]) -> None:
    """Fill each row of `rows` (int32) with a permutation, from its key and the epoch."""
    n = rows.shape[1]
    words = np.empty(4, dtype=np.uint32)
    for m in range(rows.shape[0]):
        row = rows[m]
        for i in range(n):
            row[i] = i
        block = 0
        left = 0
        for i in range(n - 1, 0, -1):
            size = uint64(i + 1)
            while True:
                if left == 0:
                    words[0], words[1], words[2], words[3] = philox(
                        uint32(block), uint32(epoch), uint32(_ORDERS), uint32(0), keys[m]
                    )
                    block += 1
                    left = 4
                left -= 1
                product = uint64(words[left]) * size
                low = product & uint64(0xFFFFFFFF)
                # The modulo is dear and seldom needed: only below `size` can a word be one too many.
                if low >= size or low >= (uint64(1) << uint64(32)) % size:
                    break
            j = product >> uint64(32)
            row[i], row[j] = row[j], row[i]
