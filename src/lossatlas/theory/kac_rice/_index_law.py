"""The law of the index of a critical point, given its energy.

Given u there is an eigenvalue of GOE(N) at x = u sqrt(N p / (2(p-1))) and the index is the number
of the others below it: P(index = k | u) = p_k(x) / R_1(x). Derived in docs/theory/kac_rice.md.
"""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.errors import misuse

from ._checks import checked_energy, checked_order, checked_size
from ._order_law import tilted_law
from ._scale import energy_scale

LARGEST_SIZE = 500


def index_law(size: int, order: int, energy: float) -> Float[ndarray, " N"]:
    """The probabilities of index 0, ..., N - 1 at a critical point of this energy.

    Args:
        size: The size N, 2 to 500.
        order: The order p, at least 2.
        energy: u = H/N.

    Returns:
        P(index = k | critical at u), summing to 1; absolute errors are of order 1e-15 N.

    Raises:
        ValueError: If order or size is out of range or the energy not finite.

    Example:
        >>> index_law(4, 3, 0.0).round(6).tolist()
        [0.014298, 0.485702, 0.485702, 0.014298]
    """
    size, order, energy = checked_size(size), checked_order(order), checked_energy(energy)
    if size > LARGEST_SIZE:
        raise misuse(
            "size",
            should=f"be at most {LARGEST_SIZE} for an exact law",
            got=size,
            remedy="Beyond it `index_fraction` times the size is the mean up to one half.",
        )
    x = np.array([energy * energy_scale(size, order)])
    law = tilted_law(x, np.zeros(1), size)
    found = np.array([law.mass(k)[0] for k in range(size)])
    # rounding may leave some -1e-16 where nothing is
    masses: ndarray = np.clip(found, 0.0, 1.0)
    return masses
