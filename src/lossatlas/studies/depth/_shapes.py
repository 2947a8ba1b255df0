"""Shapes of a depth with about a given number of weights."""

from itertools import pairwise
from math import floor, sqrt


def hidden_width(inputs: int, outputs: int, layers: int, parameters: int) -> int:
    """The width of so many equal hidden layers whose number of weights is nearest.

    The weights are (d_x + d_y) w + (layers - 1) w^2; of two widths as near the smaller one.
    """
    a, b = layers - 1, inputs + outputs
    root = (sqrt(b**2 + 4 * a * parameters) - b) / (2 * a) if a else parameters / b
    near = (max(1, floor(root)), floor(root) + 1)
    return min(near, key=lambda w: abs(b * w + a * w**2 - parameters))


def number_of_weights(widths: tuple[int, ...]) -> int:
    """The entries of all matrices."""
    return sum(below * above for below, above in pairwise(widths))
