"""Where plain gradient descent ended on the 3-spin, simulated once by code that shares none of ours.

Descents from uniform starts on spheres of radius sqrt(N), steps of 0.1 times the spherical gradient
until ||g|| / sqrt(N) < 3e-4; standard errors clustered by couplings (200, 100, 40 and 6 of them with
20 starts each).
"""

from typing import NamedTuple


class Reference(NamedTuple):
    """Mean energy per spin, its clustered standard error, and the spread over all runs."""

    mean: float
    standard_error: float
    spread: float


ORDER, STEP, TOLERANCE = 3, 0.1, 3e-4
REFERENCES = {
    25: Reference(-1.4537, 0.0034, 0.1021),
    50: Reference(-1.5174, 0.0024, 0.0609),
    100: Reference(-1.5561, 0.0019, 0.0382),
    200: Reference(-1.5834, 0.0018, 0.0223),
}
