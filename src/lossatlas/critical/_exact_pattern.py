"""A one-hidden-layer network whose units all agree, proved a local minimum in exact rationals.

Floats are fractions, so nothing is rounded. Let every hidden unit be active on every sample, or every one
inactive, at w. A change of w by less than |z| / |x| cannot change the sign of a preactivation z at a
sample x (a 1 appended where there are biases), so on a ball of stated radius the network is affine in its
inputs, or constant, and its loss is at least that of the exact least squares. If a point of the ball has
that loss, it is a local minimum: the nearest one in W_1 (or b_2) is computed, and its distance.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import inf, nextafter
from typing import Any, ClassVar, TypeAlias, final

import numpy as np
from numpy import ndarray

from lossatlas.linalg import rational_matrix
from lossatlas.theory.bad_minima import Argument, Construction, PiecewiseLinear

# A python-flint rational matrix, which only linalg and surfaces may name.
Rational: TypeAlias = Any

# The radius in floats is a little less than the exact one, whose square is then checked exactly.
_INWARDS = 1 - 2.0**-40


@final
@dataclass(frozen=True, eq=False)
class ExactMinimum:
    """What is proved; true as a condition.

    Attributes:
        within: A local minimum lies within this distance of the point.
        radius: On the ball of this radius about the point no loss is smaller than the minimum's.
        loss: Bounds on the loss at the minimum.
        lower_loss: Bounds on the loss at the lower point.
    """

    proved: ClassVar[bool] = True
    within: float
    radius: float
    loss: tuple[float, float]
    lower_loss: tuple[float, float]


def exact_minimum(c: Construction, h: PiecewiseLinear) -> ExactMinimum | str:
    """Prove a construction whose argument is AFFINE or CONSTANT.

    Args:
        c: The construction.
        h: Its activation.

    Returns:
        What is proved, or the reason why nothing is.
    """
    W_1, W_2, b_2 = _parts(c, c.minimum)
    X, Y = _inputs(c), _matrix(c.targets)
    sign = 1 if c.argument is Argument.AFFINE else -1
    Z = X * W_1.transpose()
    radius = _radius(X, Z, sign)
    if radius is None:
        return "a hidden unit is not on the side that the argument needs"
    if sign < 0 and h.negative != 0:
        return "with a slope below zero no unit is dead"
    last = _last(X.ncols(), c.biases)
    slope = rational_matrix([[Fraction(h.positive)]])[0, 0]
    design, held = (X, W_2 * W_1 * slope + b_2 * last.transpose()) if sign > 0 else (X * last, b_2)
    # From what the point holds already, so that the best function is the nearest where there are many.
    missing = _least_squares(design, Y - design * held.transpose())
    loss = _half_square(design * (held.transpose() + missing) - Y)
    away = _change(W_2 * slope, missing) if sign > 0 else 2 * _half_square(missing)
    if away is None or not away < Fraction(radius) ** 2:
        return "no point of the ball has the loss of least squares"
    lower = exact_loss(c, h, c.lower)
    if not lower < loss:
        return "the lower point's loss is not below the minimum's"
    within = nextafter(_upper(away) ** 0.5, inf)
    return ExactMinimum(within, radius, _bounds(loss), _bounds(lower))


def exact_loss(c: Construction, h: PiecewiseLinear, parts: tuple[ndarray, ...]) -> Fraction:
    """The loss of a network with two slopes at a point, exactly."""
    W_1, W_2, b_2 = _parts(c, parts)
    slopes = (Fraction(h.negative), Fraction(h.positive))
    Z = _inputs(c) * W_1.transpose()
    hidden = [[z * slopes[z > 0] for z in map(_fraction, row)] for row in Z.tolist()]
    outputs = rational_matrix([[*row] for row in hidden]) * W_2.transpose()
    ones = rational_matrix([[1]] * outputs.nrows())
    return _half_square(outputs + ones * b_2.transpose() - _matrix(c.targets))


def _parts(c: Construction, parts: tuple[ndarray, ...]) -> tuple[Rational, Rational, Rational]:
    """[W_1 b_1], W_2 and b_2 as a column, which is zero without biases."""
    if c.biases:
        W_1, b_1, W_2, b_2 = parts
        return _matrix(np.column_stack([W_1, b_1])), _matrix(W_2), _matrix(b_2[:, None])
    W_1, W_2 = parts
    return _matrix(W_1), _matrix(W_2), rational_matrix([[0]] * len(W_2))


def _inputs(c: Construction) -> Rational:
    X = np.column_stack([c.inputs, np.ones(len(c.inputs))]) if c.biases else c.inputs
    return _matrix(X)


def _last(columns: int, biases: bool) -> Rational:
    """The matrix that picks the column of ones, or none."""
    return rational_matrix([[int(biases and j == columns - 1)] for j in range(columns)])


def _radius(X: Rational, Z: Rational, sign: int) -> float | None:
    """A float r with z^2 > r^2 |x|^2 for every preactivation, each of the sign; None if one is not."""
    squares = [sum((_fraction(x) ** 2 for x in row), Fraction(0)) for row in X.tolist()]
    least: float = inf
    for square, row in zip(squares, Z.tolist(), strict=True):
        for z in map(_fraction, row):
            if not sign * z > 0:
                return None
            least = min(least, float(z**2 / square) if square else inf)
    r: float = least**0.5 * _INWARDS
    bound = Fraction(r) ** 2 if r < inf else Fraction(0)
    for square, row in zip(squares, Z.tolist(), strict=True):
        if not all(_fraction(z) ** 2 > bound * square for z in row):
            return None
    return r


def _least_squares(D: Rational, Y: Rational) -> Rational:
    """Some B with D^T (D B - Y) = 0, exactly: columns that depend on others are not used."""
    G, C = D.transpose() * D, D.transpose() * Y
    p, d_y = G.nrows(), C.ncols()
    joined = rational_matrix(
        [
            [*map(_fraction, left), *map(_fraction, right)]
            for left, right in zip(G.tolist(), C.tolist(), strict=True)
        ]
    )
    reduced, rank = joined.rref()
    B = [[Fraction(0)] * d_y for _ in range(p)]
    for row in reduced.tolist()[:rank]:
        pivot = next(j for j, x in enumerate(row) if x != 0)
        B[pivot] = [_fraction(x) for x in row[p:]]
    return rational_matrix([[*row] for row in B])


def _change(W_2: Rational, missing: Rational) -> Fraction | None:
    """The square of the least change C of the hidden layer with W_2 C the missing function."""
    gram = W_2 * W_2.transpose()
    if gram.rank() < gram.nrows():
        return None
    return 2 * _half_square(W_2.transpose() * gram.solve(missing.transpose()))


def _half_square(R: Rational) -> Fraction:
    return sum((_fraction(x) ** 2 for x in R.entries()), Fraction(0)) / 2


def _matrix(A: ndarray) -> Rational:
    return rational_matrix([[Fraction(float(x)) for x in row] for row in A])


def _fraction(x: Any) -> Fraction:
    return Fraction(int(x.p), int(x.q))


def _upper(x: Fraction) -> float:
    return nextafter(float(x), inf)


def _bounds(x: Fraction) -> tuple[float, float]:
    return max(0.0, nextafter(float(x), -inf)), _upper(x)
