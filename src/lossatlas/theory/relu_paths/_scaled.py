"""Arrays in units of powers of two, so that products over many layers stay within the floats.

Dividing a layer by a power of two rounds nothing, opens and closes no gate, and cancels from every
ratio; a product of many small layers, or its fourth power, would be 0 otherwise.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy import ndarray


class Scaled(NamedTuple):
    """The number mantissa times 2^exponent, which need not be a float."""

    mantissa: float
    exponent: int

    def plain(self) -> float:
        """As a float: 0 or infinite beyond their range."""
        with np.errstate(over="ignore", under="ignore"):
            return float(np.ldexp(self.mantissa, self.exponent))

    def times(self, factor: float) -> "Scaled":
        return Scaled(self.mantissa * factor, self.exponent)

    def squared(self) -> "Scaled":
        return Scaled(self.mantissa**2, 2 * self.exponent)

    def over(self, other: "Scaled") -> float:
        """The ratio, 0 where the other is 0."""
        if other.mantissa == 0:
            return 0.0
        return Scaled(self.mantissa / other.mantissa, self.exponent - other.exponent).plain()


def whole(number: int) -> Scaled:
    """An integer of any length, to the precision of a float."""
    shift = max(0, number.bit_length() - 64)
    return Scaled(float(number >> shift), shift)


def unit(A: ndarray) -> tuple[ndarray, int]:
    """The array with its largest entry brought to between 1/2 and 1, and the exponent taken out."""
    exponent = int(np.frexp(np.abs(A).max())[1])
    return np.ldexp(A, -exponent), exponent


def unit_matrices(matrices: Sequence[ndarray]) -> tuple[list[ndarray], int]:
    """Each matrix so scaled, and the sum of the exponents."""
    scaled, exponents = zip(*(unit(W) for W in matrices), strict=True)
    return list(scaled), sum(exponents)
