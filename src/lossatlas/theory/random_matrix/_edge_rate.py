"""What it costs to pull an eigenvalue out of the bulk.

For a GOE scaled to the semicircle on [-sqrt(2), sqrt(2)] the probability that the (k + 1)-th smallest
eigenvalue lies below -y is about exp(-N (k + 1) I_1(y)), I_1(y) = int_{sqrt 2}^y sqrt(z^2 - 2) dz
(Ben Arous, Dembo, Guionnet 2001; Auffinger, Ben Arous, Cerny 2013, Theorem A.1).
"""

from math import factorial
from typing import overload

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.theory._plain import plainly


@overload
def edge_rate(y: float) -> float: ...
@overload
def edge_rate(y: ndarray) -> ndarray: ...
def edge_rate(y: float | ndarray) -> float | ndarray:
    """I_1(y), the rate at which an eigenvalue beyond the edge sqrt(2) is rare.

    Args:
        y: Distance of the eigenvalue from the centre, a number or an array.

    Returns:
        The rate per row of the matrix, zero up to sqrt(2); as y is.

    Example:
        >>> round(edge_rate(2.0), 6)
        0.53284
    """
    return plainly(lambda v: edge_rate_at(np.arccosh(np.maximum(v / np.sqrt(2), 1.0))), y)


def edge_rate_at(angle: Float[ndarray, "*b"]) -> Float[ndarray, "*b"]:
    """The rate at y = sqrt(2) cosh(angle), sinh(2 angle)/2 - angle, with all digits near the edge."""
    # the series where the difference would cancel
    series = sum(4**n * angle ** (2 * n + 1) / factorial(2 * n + 1) for n in range(1, 9))
    with np.errstate(over="ignore", invalid="ignore"):
        direct = np.where(np.isinf(angle), angle, 0.5 * np.sinh(2 * angle) - angle)
    return np.where(angle < 0.5, series, direct)
