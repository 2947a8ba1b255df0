"""Leaving a bad saddle: the theory names a path, the surface says whether the loss falls on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from lossatlas.theory.deep_linear import EscapePath, escape_direction

from ._exact_points import ExactData, exact_loss
from ._fractions import Rational, floats, rational
from ._network import Network

_HALVINGS = 60
_RESOLVED = 1e-11
_FIT_FROM, _FIT_TO = 2.0**-7, 2.0**-3
_EXACT_STEPS = 4


@final
@dataclass(frozen=True, eq=False)
class Descent:
    """The loss along an escape path, as the surface computes it.

    `drop` is the loss at the saddle minus the loss after step t; `fitted_order` the slope of the
    drop on logarithmic axes over steps up to `fit_limit`, NaN where too few drops are resolved.
    """

    path: EscapePath
    t: Float[ndarray, " k"]
    drop: Float[ndarray, " k"]
    fit_limit: float
    fitted_order: float

    @property
    def largest(self) -> float:
        """The largest drop on the path."""
        return float(self.drop.max())


def descend(network: Network, weights: Sequence[ndarray], *, cut: float = 1e-8) -> Descent | None:
    """Follow the escape path of a bad saddle.

    Args:
        network: The network.
        weights: W_1, ..., W_L of the saddle.
        cut: The size below which the theory takes singular values for zero.

    Returns:
        The losses along the path, or None where the theory knows of no path: the point is a global
        minimum or has negative curvature.
    """
    path = escape_direction(weights, *network.instance.compact, cut=cut)
    if not isinstance(path, EscapePath):
        return None
    end = path.lowest()[0]
    t = end * np.geomspace(2.0**-12, 1.0, _HALVINGS + 1)
    points = torch.stack([network.point(path.weights(float(step))) for step in t])
    start = network.surface.loss(network.point(weights)).item()
    drop = start - network.surface.loss(points).numpy()
    resolved = (drop > _RESOLVED * start) & (t >= _FIT_FROM * end) & (t <= _FIT_TO * end)
    return Descent(path, t, drop, _FIT_TO * end, _slope(t[resolved], drop[resolved]))


def descend_exactly(
    weights: Sequence[Rational], data: ExactData, loss: Fraction
) -> Fraction | None:
    """The change of the loss at the end of an escape path, exactly.

    The path is found in floating point and then taken at its exact dyadic values, where every loss
    is an exact fraction. The steps shrink by four, and the loss must fall at each.

    Args:
        weights: The saddle.
        data: The data.
        loss: The exact loss at the saddle.

    Returns:
        The change at the longest step, or None where the theory knows of no path or the loss did
        not fall at every step.
    """
    path = escape_direction([floats(W) for W in weights], floats(data.inputs), floats(data.targets))
    if not isinstance(path, EscapePath):
        return None
    steps = path.lowest()[0] * 4.0 ** -np.arange(_EXACT_STEPS)
    changes = [_exact_change(path, float(step), weights, data, loss) for step in steps]
    return changes[0] if all(change < 0 for change in changes) else None


def _exact_change(
    path: EscapePath, t: float, weights: Sequence[Rational], data: ExactData, loss: Fraction
) -> Fraction:
    """The loss at the exact saddle plus the rounded displacement, less that at the saddle."""
    moved = [
        W + rational(there - here)
        for W, there, here in zip(weights, path.weights(t), path.weights(0.0), strict=True)
    ]
    return exact_loss(moved, data) - loss


def _slope(t: Float[ndarray, " k"], drop: Float[ndarray, " k"]) -> float:
    """The slope of a line through the points on logarithmic axes, by least squares."""
    if len(t) < 3:
        return float("nan")
    slope: float = np.polynomial.Polynomial.fit(np.log(t), np.log(drop), 1).convert().coef[1]
    return float(slope)
