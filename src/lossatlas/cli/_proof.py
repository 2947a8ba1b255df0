"""Good digits that are proved: the exact critical value enclosed in a ball.

Float64 data are exact numbers, so Sigma of these data is a definite matrix; its eigenvalues are
enclosed by ball arithmetic, and every critical value with them. The computed value owes nothing to
the enclosure: the distance between the two is what the digits are counted from.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

OUTWARD = 1 + 1e-12  # more than the rounding of a bound when it is turned into a float


def eigenvalue_balls(
    inputs: Float[ndarray, "n d_x"], targets: Float[ndarray, "n d_y"]
) -> list[Any] | None:
    """The eigenvalues of Sigma in balls, largest first; None where they cannot be enclosed."""
    import torch

    from lossatlas.linalg import eigenvalue_enclosures
    from lossatlas.surfaces import sigma_enclosure

    sigma = sigma_enclosure(torch.from_numpy(inputs.copy()), torch.from_numpy(targets.copy()))
    found = None if sigma is None else eigenvalue_enclosures(sigma)
    return None if found is None else found[::-1]


def proved_error(
    value: float, subset: Sequence[int], balls: Sequence[Any], targets: Float[ndarray, "n d_y"]
) -> float:
    """A bound on the distance of a computed critical value from the exact one."""
    squares, counts = np.unique(np.abs(targets), return_counts=True)
    norm = sum(
        (Fraction(y) ** 2 * int(n) for y, n in zip(squares.tolist(), counts, strict=True)),
        Fraction(0),
    )
    exact = (balls[0] * 0 + norm.numerator) / norm.denominator
    for i in subset:
        exact = exact - balls[i]
    return float((exact / 2 - value).abs_upper()) * OUTWARD
