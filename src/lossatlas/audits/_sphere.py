"""A7p: the weights lie on a sphere, their mean square is a constant.

A single network lies on some sphere, and a homogeneous one can be moved to any other without changing
a decision. What can be wrong is that training stays on it: the number is the mean square of the weights
over that of the network where training began, 1 under the assumption. Without a beginning the literal
constant of the paper, (1/Lambda) sum w^2 = 1, is shown and nothing is ruled.
"""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.evidence import Ruling

from ._assumptions import ASSUMPTIONS
from ._audit import Audit, Part, ruled
from ._jackknife import grouped, interval, without_groups

TOLERANCE = 0.05
"""Of the mean square over its beginning."""


def audit_sphere(
    parameters: Float[ndarray, " N"],
    start: Float[ndarray, " N"] | None,
    rng: np.random.Generator,
) -> Audit:
    """Audit A7p.

    Args:
        parameters: All weights.
        start: The same weights where training began.
        rng: Draws the groups of weights for the interval.
    """
    about = ASSUMPTIONS["A7p"]
    size = _mean_square(parameters)
    details = {"mean square": size, "weights": len(parameters)}
    if start is None or not start.any():
        why = (
            "where training began is not known (pass `start`)"
            if start is None
            else "it began with all weights zero"
        )
        part = Part("mean square of the weights over its start", 1.0, TOLERANCE, None)
        sentence = (
            f"The weights' mean square is {_number(size)}. A network alone lies on some sphere; whether "
            f"training stayed on it cannot be said, for {why}."
        )
        return Audit(about, (part,), Ruling.UNDECIDED, sentence, details=details)
    both = np.stack([parameters, start], axis=1)
    squares = np.square(both / np.abs(both).max())
    now, before = without_groups(squares, grouped(len(parameters), rng)).T
    values = now / np.where(before > 0, before, np.nan)
    ends = interval(float(values[0]), values[1:])
    name = "mean square of the weights over its start"
    part = Part(name, 1.0, TOLERANCE, float(values[0]), *(ends or (None, None)))
    word = {
        Ruling.HOLDS: "training stayed on the sphere that it began on",
        Ruling.FAILS: "training left the sphere that it began on",
        Ruling.UNDECIDED: "whether training stayed on its sphere is open",
    }[part.verdict]
    sentence = (
        f"The weights' mean square went from {_number(_mean_square(start))} to {_number(size)}, "
        f"{values[0]:.3g} times as large: {word}."
    )
    return Audit(about, (part,), ruled([part]), sentence, details=details)


def _mean_square(values: Float[ndarray, " N"]) -> float:
    """Infinite where it is beyond the floats."""
    with np.errstate(over="ignore"):
        return float(np.square(values).mean())


def _number(size: float) -> str:
    return f"{size:.3g}" if np.isfinite(size) else "beyond the largest float"
