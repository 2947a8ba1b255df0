"""Gauss-Legendre rules whose weights are good to rounding at the ends too.

The usual routines form 1 - x^2 from a rounded x, and near the ends of a rule of 500 nodes have ten
digits in the weights. Here the unknown is the gap t = 1 - x: the differences d_k = P_k - P_{k-1} of
Legendre polynomials obey d_{k+1} = (k d_k - (2k+1) t P_k) / (k+1), in which nothing cancels as t goes
to zero, and the weight is 2 t (2 - t) / (n P_{n-1})^2.
"""

from dataclasses import dataclass
from functools import cache
from typing import final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

_NEWTON_STEPS = 5


@final
@dataclass(frozen=True, eq=False)
class Rule:
    """A rule on (-1, 1): nodes ascending, their gaps 1 + x and 1 - x from the ends, weights."""

    nodes: Float[ndarray, " q"]
    from_left: Float[ndarray, " q"]
    from_right: Float[ndarray, " q"]
    weights: Float[ndarray, " q"]


@cache
def gauss_legendre(count: int) -> Rule:
    """The rule of so many nodes."""
    half = (count + 1) // 2
    # Tricomi's first approximation of the roots; the gap of cos(a) is 2 sin^2(a/2)
    angles = np.pi * (4 * np.arange(1, half + 1) - 1) / (4 * count + 2)
    gaps = 2 * np.sin(angles / 2) ** 2 + np.cos(angles) * (count - 1) / (8 * count**3)
    for _ in range(_NEWTON_STEPS):
        value, difference = _legendre(count, gaps)
        slope = count * (value * gaps - difference) / (gaps * (2 - gaps))
        gaps = gaps + value / slope
    if count % 2:
        gaps[-1] = 1.0
    _, difference = _legendre(count, gaps)
    weights = 2 * gaps * (2 - gaps) / (count * difference) ** 2
    mirrored = slice(None, half - count % 2)
    near = np.concatenate([gaps, (2 - gaps[mirrored])[::-1]])
    weights = np.concatenate([weights, weights[mirrored][::-1]])
    rule = Rule(np.where(near <= 1, near - 1, 1 - near[::-1]), near, near[::-1].copy(), weights)
    for array in (rule.nodes, rule.from_left, rule.from_right, rule.weights):
        array.flags.writeable = False
    return rule


def _legendre(count: int, gaps: ndarray) -> tuple[ndarray, ndarray]:
    """P_n and P_n - P_{n-1} at 1 - gaps."""
    value, difference = 1 - gaps, -gaps
    for k in range(1, count):
        difference = (k * difference - (2 * k + 1) * gaps * value) / (k + 1)
        value = value + difference
    return value, difference
