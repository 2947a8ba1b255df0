"""Formulas of one variable: a number in gives a number out, an array gives an array."""

from collections.abc import Callable

import numpy as np
from numpy import ndarray


def plainly(formula: Callable[[ndarray], ndarray], x: float | ndarray) -> float | ndarray:
    """The formula at x: a float for a number, an array of the same shape for an array."""
    values = formula(np.atleast_1d(np.asarray(x, dtype=np.float64)))
    return float(values[0]) if np.ndim(x) == 0 else values
