"""exp, tanh, softplus and their kin on lanes, to within a few roundings.

The exponential is cut as e^z = 2^k e^r with |r| <= log(2) / 2 and a Taylor sum for e^r - 1, which
gives the hyperbolic tangent without cancellation too; the logarithm in softplus is the series of the
inverse hyperbolic tangent. What is not a number stays so, and infinities get their limits.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
# ruff: noqa: ANN001, ANN202

from math import factorial
from typing import no_type_check

from numba import njit

from ._kernel_lanes import fma, number, polynomial, spread, two_to, where_less

# Terms enough for half a unit in the last place at the ends of the intervals.
_EXPONENTIAL = tuple(1 / factorial(k) for k in range(2, 15))
_LOGARITHM = tuple(2 / (2 * k + 1) for k in range(18))

_taylor = polynomial(_EXPONENTIAL[:7], _EXPONENTIAL)
_series = polynomial(_LOGARITHM[:8], _LOGARITHM)
_per_octave = number(1.4426950408889634, 1.4426950408889634)
# log 2 in two parts: the first is rounded to the precision, the second is the rest.
_octave = number(0.693147182464599609375, 0.6931471805599453)
_octave_rest = number(-1.904654299957768e-09, 2.3190468138462996e-17)
_rounding = number(1.5 * 2**23, 1.5 * 2**52)  # added and taken off, it rounds to whole numbers
_largest = number(90.0, 711.0)  # e to this is infinite
_smallest = number(-110.0, -750.0)  # e to this is zero
_saturated = number(40.0, 40.0)  # 1 - tanh is below every rounding from half of this on


@njit
@no_type_check
def _reduced(z):
    """The float k and e^r - 1, with z = k log 2 + r."""
    k = fma(z, _per_octave(z), _rounding(z)) - _rounding(z)
    zero = spread(0, z)
    r = fma(zero - k, _octave_rest(z), fma(zero - k, _octave(z), z))
    return k, fma(r * r, _taylor(r), r)


@njit
@no_type_check
def exponential(z):
    """e^z; the power of two comes in two factors, since one alone may be out of range."""
    z = where_less(z, _smallest(z), _smallest(z), where_less(_largest(z), z, _largest(z), z))
    k, p = _reduced(z)
    shifted = fma(k, spread(0.5, z), _rounding(z))
    half = shifted - _rounding(z)
    return (spread(1, z) + p) * two_to(shifted) * two_to(k - half + _rounding(z))


@njit
@no_type_check
def hyperbolic_tangent(z):
    """(e^(2|z|) - 1) / (e^(2|z|) + 1) with the sign of z."""
    zero = spread(0, z)
    doubled = fma(spread(2, z), where_less(z, zero, zero - z, z), zero)
    k, p = _reduced(where_less(_saturated(z), doubled, _saturated(z), doubled))
    power = two_to(k + _rounding(z))
    grown = fma(p, power, power - spread(1, z))  # e^(2|z|) - 1
    value = grown / (grown + spread(2, z))
    return where_less(z, zero, zero - value, value)


@njit
@no_type_check
def softplus_and_sigmoid(z):
    """log(1 + e^z) and its derivative, from u = e^(-|z|): 2 artanh(s) = log(1 + u), s = u/(2 + u)."""
    zero, one = spread(0, z), spread(1, z)
    u = exponential(where_less(z, zero, z, zero - z))
    s = u / (spread(2, z) + u)
    value = fma(s, _series(s * s), where_less(z, zero, zero, z))
    return value, where_less(z, zero, u, one) / (one + u)
