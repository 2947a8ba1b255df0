"""The order in which each network meets its samples: a function of (seed, epoch, n) alone.

Fisher and Yates' shuffle on words of a counter-based generator whose key is the network's seed.
Every engine takes its orders from here, so a network's way depends neither on the engine, nor on
its neighbours, nor on how an ensemble is cut into parts.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int32, UInt64
from numpy import ndarray

from ._validate import check_count, check_seeds


def orders(
    seeds: Sequence[int] | UInt64[ndarray, " M"], epoch: int, n: int
) -> Int32[ndarray, "M n"]:
    """One permutation of the samples a network.

    Args:
        seeds: A whole number a network, from 0 to below 2^64.
        epoch: The number of the epoch, from 0 to below 2^32.
        n: The number of samples, below 2^31.

    Returns:
        Permutations of 0, ..., n - 1, as rows.

    Raises:
        ValueError: If a number is out of range.

    Example:
        >>> from lossatlas.ensembles import orders
        >>> bool((orders([7, 8], 3, 5)[1] == orders([8], 3, 5)[0]).all())
        True
    """
    from ._shuffle import shuffle  # numba comes with it

    keys = check_seeds(seeds)
    check_count("epoch", epoch)
    check_count("n", n, least=1)
    rows = np.empty((len(keys), n), dtype=np.int32)
    shuffle(keys, epoch, rows)
    return rows
