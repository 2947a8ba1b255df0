"""How far a perceptron's pre-activations and its Hessian can change on a ball of weights.

With e_k >= |change of x_k| on one sample, W_k changed by at most r in all and |phi'| <= c_1,

    |change of z_k| <= ||W_k|| e_{k-1} + r (|x_{k-1}| + e_{k-1}),   e_k = c_1 |change of z_k|,

unit by unit with a row of W_k. Along a unit direction V the derivatives of order 1, 2, 3 obey

    z' = V x + W x',  z'' = 2 V x' + W x'',  z''' = 3 V x'' + W x''',
    x' = phi' z',  x'' = phi'' z'^2 + phi' z'',  x''' = phi''' z'^3 + 3 phi'' z' z'' + phi' z''',

so their norms on the ball are bounded layer by layer, and the loss has the third derivative
sum over samples of 3 f'.f'' + (f - y).f'''. A symmetric trilinear form is largest on its diagonal
(Banach 1938): its bound is the Hessian's Lipschitz constant. With pre-activations held on kinks the function
is that of w and the multipliers, L - sum c_i z_i: in a unit direction (V, t) its third derivative has

    - sum c_i z_i''' - 3 sum t_i z_i''  more,  at most  |c| (sum |z_i'''|^2)^{1/2} + 2/3^{1/2} (sum |z_i''|^2)^{1/2}

with |V| = 1, as |t| |V|^2 <= 2/27^{1/2}. Every term is a sum of products of
positive numbers, of which float64 arithmetic loses far less than the factor that is added.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from ._pattern import Array

# A few thousand roundings of 1e-16 each.
_OUTWARDS = 1 + 1e-9
_BISECTIONS = 40


@final
@dataclass(frozen=True)
class Slopes:
    """Bounds on the absolute derivatives of an activation, of order 1, 2 and 3."""

    first: float
    second: float = 0.0
    third: float = 0.0


@final
@dataclass(frozen=True, eq=False)
class Held:
    """Pre-activations that are held on kinks.

    Attributes:
        samples: Those on which any of a hidden layer is, (n,) each.
        multipliers: The norm of c at the centre, at most.
    """

    samples: Sequence[Array]
    multipliers: float


@final
@dataclass(frozen=True, eq=False)
class Sizes:
    """Sizes at the centre of a ball, each at least the true one.

    Attributes:
        norms: ||W_k||, without the biases.
        rows: The norms of the rows of W_k, (d_k,) each.
        read: |x_{k-1}| with the constant unit, (n,) each.
        residual: |f - y|, (n,).
    """

    norms: Sequence[float]
    rows: Sequence[Array]
    read: Sequence[Array]
    residual: Array


def lipschitz(
    sizes: Sizes, slopes: Slopes, radius: float, weight: float, held: Held | None = None
) -> float:
    """A Lipschitz constant of the Hessian on a ball about the centre.

    Args:
        sizes: At the centre.
        slopes: Of the activation, everywhere.
        radius: Of the ball.
        weight: Of each sample in the loss.
        held: What is held on kinks; the Hessian is then that by weights and multipliers.
    """
    change, x1, x2, x3 = (np.zeros_like(sizes.residual) for _ in range(4))
    bent = twisted = 0.0
    for k, (norm, read) in enumerate(zip(sizes.norms, sizes.read, strict=True)):
        if k:
            s = slopes
            change = s.first * change
            x1, x2, x3 = (
                s.first * x1,
                s.second * x1**2 + s.first * x2,
                s.third * x1**3 + 3 * s.second * x1 * x2 + s.first * x3,
            )
        om, x = norm + radius, read + change
        change = norm * change + radius * x
        x1, x2, x3 = x + om * x1, 2 * x1 + om * x2, 3 * x2 + om * x3
        if held is not None and k < len(held.samples):
            bent += float((x2[held.samples[k]] ** 2).sum())
            twisted += float((x3[held.samples[k]] ** 2).sum())
    total = float(weight * (3 * x1 * x2 + (sizes.residual + change) * x3).sum())
    if held is not None:
        total += (held.multipliers + radius) * twisted**0.5 + 2 / 3**0.5 * bent**0.5
    return total * _OUTWARDS


def margin(distances: Sequence[Array], sizes: Sizes, slopes: Slopes, radius: float) -> float:
    """The least distance of a pre-activation from zero on a ball; negative if it may vanish.

    Args:
        distances: |z_k| at the centre, at most, (n, d_k) of each hidden layer; infinite where it
            does not matter.
        sizes: At the centre.
        slopes: Of the activation.
        radius: Of the ball.
    """
    least = np.inf
    e = np.zeros_like(sizes.residual)
    layers = zip(distances, sizes.norms, sizes.rows, sizes.read, strict=False)
    for near, norm, rows, read in layers:
        x = radius * (read + e)
        left = near - (e[:, None] * rows + x[:, None]) * _OUTWARDS
        least = min(least, float(left.min(initial=np.inf)))
        e = slopes.first * (norm * e + x)
    # A difference of numbers that nearly cancel is rounded outwards by its larger one.
    biggest = max((float(near[np.isfinite(near)].max(initial=0)) for near in distances), default=0)
    return least - 1e-15 * biggest


def largest_radius(distances: Sequence[Array], sizes: Sizes, slopes: Slopes) -> float:
    """About the largest ball on which no pre-activation vanishes; infinite without kinks."""
    near, read = distances[0], sizes.read[0]
    high = float((near / read[:, None].clip(min=1e-300)).min(initial=np.inf))
    if not np.isfinite(high):
        high = 1e6
        if margin(distances, sizes, slopes, high) > 0:
            return float("inf")
    low = 0.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if margin(distances, sizes, slopes, middle) > 0:
            low = middle
        else:
            high = middle
    return low
