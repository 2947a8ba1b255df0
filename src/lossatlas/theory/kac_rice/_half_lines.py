"""Orthonormal functions on the two half-lines left and right of x, and their skew products.

Given an eigenvalue of GOE(N) at x the other n = N - 1 have joint density proportional to
|Delta(y)| prod |x - y_i| exp(-y_i^2 / 2). With a factor rho for each of them below x, the integral
of this is a Pfaffian of skew products (de Bruijn 1955), in any basis of polynomials. The basis that
is orthonormal for the very weight, rho included, keeps that Pfaffian well conditioned however rare
the event: Stieltjes's recurrence on Gauss-Legendre nodes, one rule for each side of x.
"""

from dataclasses import dataclass
from functools import cache
from math import ceil, sqrt
from typing import final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from ._gauss_legendre import gauss_legendre

_TAIL = 8.0
_SPARE_NODES = 64


@final
@dataclass(frozen=True, eq=False)
class HalfLines:
    """Skew products of n orthonormal functions psi_i, for each of m values of x.

    `left` is the double integral of sgn(y' - y) psi_i(y) psi_j(y') over y, y' < x, `right` the same
    above x, `below` and `above` the integrals of psi_i; `log_norms` is the sum of the logarithms of
    the norms of the monic polynomials.
    """

    left: Float[ndarray, "m n n"]
    right: Float[ndarray, "m n n"]
    below: Float[ndarray, "m n"]
    above: Float[ndarray, "m n"]
    log_norms: Float[ndarray, " m"]


def half_lines(x: Float[ndarray, " m"], log_rho: Float[ndarray, " m"], size: int) -> HalfLines:
    """The products for GOE(size) given an eigenvalue at x, with a factor rho for those below it."""
    # each side's factor is at most 1: above rho = 1 it is 1/rho on the right
    factors = np.stack([np.minimum(log_rho, 0.0), np.minimum(-log_rho, 0.0)], axis=1)
    (left, right), (below, above), norms = _products(x, (-1, 1), factors, size)
    return HalfLines(left, right, below, above, norms)


def line_above(
    x: Float[ndarray, " m"], size: int
) -> tuple[Float[ndarray, "m n n"], Float[ndarray, "m n"], Float[ndarray, " m"]]:
    """The limit rho -> 0: products and integrals above x, and the sum of the log norms."""
    (right,), (above,), norms = _products(x, (1,), np.zeros((len(x), 1)), size)
    return right, above, norms


def _intervals(x: ndarray, end: float) -> tuple[ndarray, ndarray]:
    """Where above x there is any weight: its distance from x, and half its length.

    Outside the bulk the others keep to the bulk, or, drawn by the tilt, close to x.
    """
    near, far = np.maximum(x, -end), np.maximum(x + _TAIL, end)
    return near - x, 0.5 * (far - near)


def _num_nodes(half: float, size: int) -> int:
    # half the phase of the fastest oscillation, sqrt(2N), and what takes the error to rounding
    return 16 * ceil((half * sqrt(2 * size) + _SPARE_NODES) / 16)


@cache
def _sign_matrix(count: int) -> ndarray:
    """The matrix of f, g -> iint sgn(y' - y) f(y) g(y') for values at Gauss-Legendre nodes."""
    rule = gauss_legendre(count)
    values = np.polynomial.legendre.legvander(rule.nodes, count)
    degrees = np.arange(count)
    to_coefficients = (2 * degrees[:, None] + 1) / 2 * (values[:, :count] * rule.weights[:, None]).T
    integrals = np.empty((count, count))
    integrals[:, 0] = rule.from_left
    integrals[:, 1:] = (values[:, 2:] - values[:, : count - 1]) / (2 * degrees[1:] + 1)
    lower = (integrals @ to_coefficients).T * rule.weights
    sign: ndarray = lower - lower.T
    return sign


def _orthonormal(
    gaps: ndarray, y: ndarray, weights: ndarray, factors: ndarray, count: int
) -> tuple[ndarray, ndarray]:
    """The functions at the nodes y, (m, n, sides, q), and the sum of the log norms, (m,)."""
    logs = factors[:, :, None] + np.log(gaps) - 0.5 * y * y
    largest = np.max(logs, axis=(1, 2))
    now, before = np.exp(logs - largest[:, None, None]), np.zeros_like(y)
    psi = np.empty((len(y), count, *y.shape[1:]))
    log_norm, log_norms = largest, np.zeros_like(largest)
    for j in range(count):
        norm = np.sqrt(np.einsum("msq,msq,msq->m", weights, now, now))
        log_norm = log_norm + np.log(norm)
        log_norms = log_norms + log_norm
        now = now / norm[:, None, None]
        psi[:, j] = now
        beta = norm if j else np.zeros_like(norm)
        alpha = np.einsum("msq,msq,msq,msq->m", weights, now, now, y)
        now, before = (y - alpha[:, None, None]) * now - beta[:, None, None] * before, now
    return psi, log_norms


def _products(
    x: ndarray, directions: tuple[int, ...], factors: ndarray, size: int
) -> tuple[list[ndarray], list[ndarray], ndarray]:
    """Skew products and integrals on the sides of x in these directions, and the log norms."""
    signs = np.array(directions, dtype=np.float64)
    offsets, halves = _intervals(x[:, None] * signs, sqrt(2 * size) + _TAIL)
    count = _num_nodes(float(halves.max()), size)
    rule, sign = gauss_legendre(count), _sign_matrix(count)
    # the gap |y - x| is what the rule knows best: never formed as a difference
    away = np.stack([rule.from_left if s > 0 else rule.from_right for s in directions])
    gaps = offsets[:, :, None] + halves[:, :, None] * away  # (m, sides, q)
    y, weights = x[:, None, None] + signs[:, None] * gaps, halves[:, :, None] * rule.weights
    psi, log_norms = _orthonormal(gaps, y, weights, factors, size - 1)
    sides = range(len(directions))
    products = [
        halves[:, s, None, None] ** 2 * ((psi[:, :, s] @ sign) @ psi[:, :, s].mT) for s in sides
    ]
    sums = [halves[:, s, None] * (psi[:, :, s] @ rule.weights) for s in sides]
    return products, sums, log_norms
