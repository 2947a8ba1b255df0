"""A minimum on kinks: the loss rises off each, in balls.

Let z_i be the pre-activations that vanish, gates as below zero there, and u_i = max(0, z_i) variables of their own: with
b the slope below zero a unit gives b z_i + (1 - b) u_i, the loss is a smooth function f(w, u) and so is each
z_i = Z_i(w, u), by the u of earlier layers. If grad f = sum_i c_i grad Z_i at w and u = 0, let

    delta_j = d f / d u_j - sum_i c_i d Z_i / d u_j,   the i in later layers than j.

Then L = f* + sum_j (c_j z_j + delta_j max(0, z_j)) + 1/2 dw^T H dw and terms of higher order, H the Hessian of
f - sum c_i Z_i at u = 0. Where c_j < 0 < c_j + delta_j for every kink, the loss rises off each on both sides to first
order; where H is positive definite along all of them, across the symmetry, the point is a strict minimum but
for that: a step off the kinks costs its length times a constant, and all other terms are of second order.

Along an orbit of units that are mixed, held on the same samples, the c change smoothly and keep their signs.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from flint import arb

from ._pattern import Array
from ._perceptron_in_balls import PerceptronInBalls, Place


def places_of(held: Sequence[Array]) -> list[Place]:
    """Layer, unit and sample of all that is held, (n, d_k) of each hidden layer."""
    return [
        (layer, unit, s)
        for layer, part in enumerate(held)
        for unit, s in np.argwhere(part.T).tolist()
    ]


def rises(network: PerceptronInBalls, below: float) -> bool:
    """Whether the loss certainly rises off every kink.

    Args:
        network: At balls that hold the point, its multipliers c likewise.
        below: The activation's slope below zero.
    """
    jump = 1 - arb(below)
    return all(
        c < 0 and c + jump * network.slope_by_output(place) > 0
        for place, c in network.multipliers.items()
    )


def inflated(entries: Sequence[arb], radius: arb) -> list[arb]:
    """Each entry with everything within the radius."""
    ball = arb(0, radius.upper())
    return [x + ball for x in entries]


def named(places: Sequence[Place], multipliers: Sequence[arb]) -> Mapping[Place, arb]:
    """The multipliers by place."""
    return dict(zip(places, multipliers, strict=True))
