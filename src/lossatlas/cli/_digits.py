"""How many digits of a computed number are good, and how that is known."""

import sys
from fractions import Fraction
from math import floor, inf, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lossatlas.theory.deep_linear import DataSpectrum

MOST = 16
EPSILON = sys.float_info.epsilon


def good_digits(number: float, error: float) -> int:
    """The significant decimal digits of a number that an error of this size leaves untouched.

    Example:
        >>> from lossatlas.cli._digits import good_digits
        >>> good_digits(123.456, 0.01), good_digits(1.0, 0.0), good_digits(1e-9, 1.0)
        (4, 16, 0)
    """
    if error == 0:
        return MOST
    if number == 0 or not error < inf:
        return 0
    return max(0, min(MOST, floor(-log10(error / abs(number)))))


def exact_error(number: float, exact: Fraction) -> float:
    """The distance of a float from the rational number that it stands for."""
    return float(abs(Fraction(number) - exact))


def first_order_error(data: "DataSpectrum", squared_norm: float) -> float:
    """How far rounding may move a critical value, to first order in the unit of rounding.

    Orthogonal factorisations are backward stable (Higham 2002, chapter 19), so the space of the
    inputs turns by at most n eps cond(X), and a critical value moves by that share of |Y|^2.
    """
    size = max(data.num_samples, data.num_inputs, data.num_outputs)
    condition = float(data.scales[0] / data.scales[-1]) if data.input_rank else 1.0
    return size * EPSILON * condition * squared_norm
