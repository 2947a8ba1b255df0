"""A minimum on kinks of the first and only hidden layer: the loss rises off each, in balls.

Let z_i = W_1[j, :] x_s be the pre-activations that vanish, L_ the loss with their gates as below zero,
b the slope there and delta_i the derivative of L_ by the unit's output on that sample. The loss is a
convex function of the outputs, so that near the point

    L >= L_ + (1 - b) sum_i delta_i max(0, z_i).

If grad L_ = sum_i c_i grad z_i there, L_ - sum_i c_i z_i is stationary, and each of the terms
c_i z_i + (1 - b) delta_i max(0, z_i) rises off z_i = 0 on both sides where c_i < 0 < c_i + (1 - b)
delta_i. With a Hessian positive definite where all z_i stay zero, across the symmetry, the point is a
strict minimum but for that. As z_i is linear in the weights, that is the Hessian of L_.
"""

from collections.abc import Sequence

import numpy as np
from flint import arb, arb_mat

from ._pattern import Array
from ._perceptron_in_balls import PerceptronInBalls


def kink_rows(features: Array, held: Array, kept: Sequence[int]) -> list[list[float]]:
    """The gradients of z_i in the kept entries, one row for each pre-activation that is held."""
    width = features.shape[1]
    rows = []
    for unit, s in np.argwhere(held.T).tolist():
        row = features[s].tolist()
        rows.append([row[p - unit * width] if p // width == unit else 0.0 for p in kept])
    return rows


def rises(
    network: PerceptronInBalls, multipliers: Sequence[arb], held: Array, below: float
) -> bool:
    """Whether the loss certainly rises off every kink.

    Args:
        network: At balls that hold the point.
        multipliers: c_i, likewise, in the order of `kink_rows`.
        held: Where pre-activations are held at zero, (n, d_1).
        below: The activation's slope below zero.
    """
    W_2 = network.matrices[-1].tolist()
    places = np.argwhere(held.T).tolist()
    for (unit, s), c in zip(places, multipliers, strict=True):
        pairs = zip(network.residual[s], W_2, strict=True)
        delta = network.weight * sum((r * row[unit] for r, row in pairs), arb(0))
        if not (c < 0 and c + (1 - arb(below)) * delta > 0):
            return False
    return True


def inflated(entries: Sequence[arb], radius: arb) -> list[arb]:
    """Each entry with everything within the radius."""
    ball = arb(0, radius.upper())
    return [x + ball for x in entries]


def columns(T: Array, rows: Sequence[Sequence[float]]) -> arb_mat | None:
    """The columns of T, then the rows as columns; None for none at all."""
    D = np.concatenate([T, np.array(rows).reshape(-1, len(T)).T], axis=1)
    return arb_mat(D.tolist()) if D.shape[1] else None
