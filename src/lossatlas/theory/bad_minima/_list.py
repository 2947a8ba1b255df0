"""One construction of each kind: the list that a study goes through."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from ._activation import SMOOTH, PiecewiseLinear
from ._construction import Construction
from ._dead_units import dead_units
from ._midpoint import midpoint
from ._two_samples import two_samples
from ._yun2019 import linear_fit

_LEAKY = PiecewiseLinear(1.0, 0.1)


def all_constructions(
    rng: np.random.Generator,
    *,
    X: Float[ndarray, "n d_x"] | None = None,
    Y: Float[ndarray, "n d_y"] | None = None,
) -> list[Construction]:
    """Every kind, on its own data where it has some, and on the given data where any will do.

    Args:
        rng: Draws the data where none are given, and directions.
        X: The inputs, one sample a row; twelve random points of the plane when not given.
        Y: The targets; random ones when not given.

    Returns:
        The constructions, in a fixed order.

    Raises:
        ValueError: If the data do not fit, or an affine function fits them.
    """
    X = rng.standard_normal((12, 2)) if X is None else X
    Y = rng.standard_normal((len(X), 1)) if Y is None else Y
    on_one_side = np.abs(X) + 1.0
    slopes = (PiecewiseLinear(), _LEAKY)
    return [
        *(two_samples(h) for h in slopes),
        dead_units(X, Y, width=3, rng=rng),
        dead_units(on_one_side, Y, width=3, biases=False, rng=rng),
        *(linear_fit(X, Y, activation=h, rng=rng) for h in slopes),
        *(midpoint(h, biases=b) for h in slopes for b in (True, False)),
        *(midpoint(h) for h in SMOOTH.values()),
    ]
