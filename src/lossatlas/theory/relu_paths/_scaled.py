"""Weights in units of powers of two, so that products over many layers stay within the floats.

Dividing a layer by a power of two rounds nothing, opens and closes no gate, and cancels from every
ratio; a product of twenty small layers, or its fourth power, would be 0 otherwise.
"""

from collections.abc import Sequence

import numpy as np
from numpy import ndarray


def unit_matrices(matrices: Sequence[ndarray]) -> tuple[list[ndarray], int]:
    """The matrices with their largest entry brought to between 1/2 and 1, and the sum of exponents."""
    exponents = [int(np.frexp(np.abs(W).max())[1]) for W in matrices]
    scaled = [np.ldexp(W, -e) for W, e in zip(matrices, exponents, strict=True)]
    return scaled, sum(exponents)
