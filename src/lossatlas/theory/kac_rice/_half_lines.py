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
    """The products for GOE(size) given an eigenvalue at x, with rho <= 1 or 1/rho on one side."""
    end = np.maximum(np.sqrt(2 * size), np.abs(x)) + _TAIL
    starts, halves = (-end, x), (0.5 * (x + end), 0.5 * (end - x))
    rule = _rule(_num_nodes(float(max(h.max() for h in halves)), size))
    y = np.stack(
        [a[:, None] + h[:, None] * (rule.nodes + 1) for a, h in zip(starts, halves, strict=True)],
        axis=1,
    )  # (m, 2, q)
    weights = np.stack(halves, axis=1)[:, :, None] * rule.weights
    # each side's factor is at most 1: above rho = 1 it is 1/rho on the right
    factors = np.stack([np.minimum(log_rho, 0.0), np.minimum(-log_rho, 0.0)], axis=1)
    psi, log_norms = _orthonormal(x, y, weights, factors, size - 1)
    return _products(psi, np.stack(halves, axis=1), rule, log_norms)


@final
@dataclass(frozen=True, eq=False)
class _Rule:
    nodes: Float[ndarray, " q"]
    weights: Float[ndarray, " q"]
    sign: Float[ndarray, "q q"]


def _num_nodes(half: float, size: int) -> int:
    # half the phase of the fastest oscillation, sqrt(2N), and what takes the error to rounding
    return 16 * ceil((half * sqrt(2 * size) + _SPARE_NODES) / 16)


@cache
def _rule(count: int) -> _Rule:
    """A Gauss-Legendre rule with the matrix of f, g -> iint sgn(y' - y) f(y) g(y')."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    values = np.polynomial.legendre.legvander(nodes, count)
    degrees = np.arange(count)
    to_coefficients = (2 * degrees[:, None] + 1) / 2 * (values[:, :count] * weights[:, None]).T
    integrals = np.empty((count, count))
    integrals[:, 0] = nodes + 1
    integrals[:, 1:] = (values[:, 2:] - values[:, : count - 1]) / (2 * degrees[1:] + 1)
    lower = (integrals @ to_coefficients).T * weights
    return _Rule(nodes, weights, lower - lower.T)


def _orthonormal(
    x: ndarray, y: ndarray, weights: ndarray, factors: ndarray, count: int
) -> tuple[ndarray, ndarray]:
    """The functions at the nodes, (m, n, 2, q), and the sum of the log norms, (m,)."""
    logs = factors[:, :, None] + np.log(np.abs(x[:, None, None] - y)) - 0.5 * y * y
    largest = np.max(logs, axis=(1, 2))
    now, before = np.exp(logs - largest[:, None, None]), np.zeros_like(y)
    psi = np.empty((len(x), count, *y.shape[1:]))
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


def _products(psi: ndarray, halves: ndarray, rule: _Rule, log_norms: ndarray) -> HalfLines:
    sides = [
        (halves[:, s, None, None] ** 2 * ((psi[:, :, s] @ rule.sign) @ psi[:, :, s].mT))
        for s in (0, 1)
    ]
    sums = [halves[:, s, None] * (psi[:, :, s] @ rule.weights) for s in (0, 1)]
    return HalfLines(sides[0], sides[1], sums[0], sums[1], log_norms)
