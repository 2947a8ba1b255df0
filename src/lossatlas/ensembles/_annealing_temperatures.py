"""The temperature of every step of an epoch, from a cooling schedule over the whole run."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.dynamics import AbstractCooling
from lossatlas.errors import misuse


def temperatures(
    cooling: AbstractCooling, *, first: int, num_steps: int, total: int
) -> Float[ndarray, " S"]:
    """The temperatures of the steps first, ..., first + num_steps - 1 of `total`."""
    shares = (first + np.arange(num_steps)) / max(total - 1, 1)
    return np.array([cooling.temperature(float(share)) for share in shares], dtype=np.float64)


def check_cooling(cooling: AbstractCooling) -> None:
    """A schedule, not a number."""
    if not isinstance(cooling, AbstractCooling):
        raise misuse(
            "cooling",
            should="be a temperature for every share of the steps",
            got=repr(cooling),
            remedy="A fixed temperature of 0.001 is `dynamics.Constant(0.001)`.",
        )
