"""The exact density of eigenvalues of a GOE matrix of finite size.

Standard scaling: diagonal entries of variance 1, the others of variance 1/2, joint density
proportional to |Delta(x)| exp(-sum x^2 / 2). With Hermite functions phi_j (Mehta, Random Matrices)

    R_1 = sum_{j<N} phi_j^2 + sqrt(N/2) phi_{N-1} eps_N + [N odd] phi_{N-1} / int phi_{N-1},

eps_N(x) = 1/2 int sgn(x - t) phi_N(t) dt. Functions and integrals come from recurrences in j alone,
with the exponential scale of each node kept apart: nothing overflows at any size, and relative
digits survive where R_1 itself is below the smallest float.
"""

from math import lgamma, log, pi
from typing import overload

import numpy as np
from numpy import ndarray
from scipy.special import erf

from lossatlas.errors import misuse
from lossatlas.theory._plain import plainly

_RESCALE_EVERY = 8


@overload
def one_point_density(x: float, size: int, *, log: bool = False) -> float: ...
@overload
def one_point_density(x: ndarray, size: int, *, log: bool = False) -> ndarray: ...
def one_point_density(x: float | ndarray, size: int, *, log: bool = False) -> float | ndarray:
    """The mean density of eigenvalues of GOE(size) at x; its integral is the size.

    Args:
        x: Where, in the standard scaling (bulk about [-sqrt(2 size), sqrt(2 size)]).
        size: The size of the matrix, at least 1.
        log: The natural logarithm of the density instead.

    Returns:
        The density, a number or an array as x is.

    Raises:
        ValueError: If the size is below 1.

    Example:
        >>> import math
        >>> round(one_point_density(0.0, 1) * math.sqrt(2 * math.pi), 12)
        1.0
    """
    if size < 1:
        raise misuse("size", should="be at least 1", got=size, remedy="Give a matrix's size.")

    def density(v: ndarray) -> ndarray:
        logs = _log_density(v.ravel(), size).reshape(v.shape)
        return logs if log else np.exp(logs)

    return plainly(density, x)


def _log_density(x: ndarray, size: int) -> ndarray:
    # the density is even, and on the left no term cancels the leading one
    top, scale, squares, eps = _hermite(-np.abs(x), size)
    factor = np.sqrt(size / 2) * eps
    if size % 2:
        factor = factor + np.exp(-_log_integral(size - 1))
    logs: ndarray = scale + np.log(np.exp(scale) * squares + top * factor)
    return logs


def _hermite(x: ndarray, size: int) -> tuple[ndarray, ndarray, ndarray, ndarray]:
    """phi_{N-1} exp(-scale), scale, sum of phi_j^2 exp(-2 scale), and eps_N unscaled."""
    scale = -0.5 * x * x - 0.25 * np.log(np.pi)
    before, now, squares = np.zeros_like(x), np.ones_like(x), np.zeros_like(x)
    # for odd N the integral of phi_N over the line is zero and eps_N runs from the far left
    eps = np.zeros_like(x) if size % 2 else np.sqrt(0.5) * np.pi**0.25 * erf(x / np.sqrt(2))
    unit = np.exp(scale)
    for j in range(size):
        squares += now * now
        if (j + size) % 2:
            eps = np.sqrt(j / (j + 1)) * eps - np.sqrt(2 / (j + 1)) * now * unit
        if j == size - 1:
            break
        before, now = now, np.sqrt(2 / (j + 1)) * x * now - np.sqrt(j / (j + 1)) * before
        if j % _RESCALE_EVERY == _RESCALE_EVERY - 1:
            size_now = np.maximum(np.abs(now), np.abs(before))
            now, before, squares = now / size_now, before / size_now, squares / size_now**2
            scale = scale + np.log(size_now)
            unit = np.exp(scale)
    return now, scale, squares, eps


def _log_integral(j: int) -> float:
    """Log of the integral of phi_j over the line, j even."""
    m = j // 2
    ratio = lgamma(m + 0.5) - 0.5 * log(pi) - lgamma(m + 1)
    return 0.5 * ratio + 0.25 * log(pi) + 0.5 * log(2)
