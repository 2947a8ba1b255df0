"""Integrals over an energy window of a density known by its logarithm.

A coarse scan finds where the integrand lives, then Gauss-Legendre panels short enough for its
oscillations (wave number at most 2 sqrt(2N)) and its slope. The logarithm is what is summed, so no
size overflows.
"""

from collections.abc import Callable
from math import ceil, sqrt

import numpy as np
from numpy import ndarray
from scipy.special import logsumexp

from ._gauss_legendre import gauss_legendre

_NODES = 16
_SCAN = 257
_DEPTH = 46.0  # exp(-46) is 1e-20: what is left out is below rounding
# half a panel's phase: at 6 the error of 16 nodes is about 6^32 / 2^31 / 32! < 1e-19
_HALF_PHASE = 6.0
_TAIL = 9.0


def reach(a: float, b: float, size: int) -> tuple[float, float]:
    """The window (a, b) of eigenvalues, cut where no density of GOE(size) is left."""
    bulk = sqrt(2 * size)
    left = max(a, -max(bulk, -b) - _TAIL)
    right = min(b, max(bulk, a) + _TAIL)
    return left, right


def support(
    log_density: Callable[[ndarray], ndarray],
    a: float,
    b: float,
    *,
    num_nodes: int = _SCAN,
    depth: float = _DEPTH,
) -> tuple[float, float, float]:
    """Where in (a, b) the density is above exp(-depth) of its largest, and its steepest slope there."""
    x = np.linspace(a, b, num_nodes)
    logs = log_density(x)
    kept = np.flatnonzero(logs >= np.nanmax(logs) - depth)
    first, last = max(kept[0] - 1, 0), min(kept[-1] + 1, num_nodes - 1)
    steps = np.abs(np.diff(logs[first : last + 1])) / (x[1] - x[0])
    # the outermost cells may fall off a cliff that no node will see
    return float(x[first]), float(x[last]), float(np.quantile(steps[np.isfinite(steps)], 0.98))


def panels(a: float, b: float, wave: float, *, refine: float = 1.0) -> tuple[ndarray, ndarray]:
    """Nodes and log weights of Gauss-Legendre panels on (a, b) for wave numbers up to `wave`."""
    count = ceil(refine * (b - a) * wave / (2 * _HALF_PHASE)) + 1
    rule = gauss_legendre(_NODES)
    edges = np.linspace(a, b, count + 1)
    half = 0.5 * np.diff(edges)[:, None]
    x = edges[:-1, None] + half * rule.from_left
    return x.ravel(), np.log(half * rule.weights).ravel()


def log_integral(
    log_density: Callable[[ndarray], ndarray],
    a: float,
    b: float,
    size: int,
    *,
    refine: float = 1.0,
) -> float:
    """Log of the integral of the density over (a, b)."""
    left, right = reach(a, b, size)
    low, high, slope = support(log_density, left, right)
    x, log_weights = panels(low, high, 2 * sqrt(2 * size) + slope, refine=refine)
    return float(logsumexp(log_density(x) + log_weights))
