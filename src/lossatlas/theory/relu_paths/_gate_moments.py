"""Moments of the activation probability pi over all paths, from counts of open units.

With c_k(x) the open units of layer k and P = d_1 ... d_{H-1} hidden paths, s(x) = prod_k c_k(x) paths
are open at x and J(x, x') = P K(x, x') at both. Then, over paths, mean pi = sum s / (n P) and mean
pi^2 = sum J / (n^2 P). All of these are integers, so a variance that is zero comes out as zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias, final

import numpy as np
from numpy import ndarray

from ._gates import Gates
from ._kernel import joint_gates, single, tiles

# a tile of J takes 8 MB; the sum of one, as of any of its parts, must fit 63 bits to be exact
TILE = 1024
Count: TypeAlias = int | float  # spelt out, the checks of the tests would refuse integers
_NOISE = 1e-13  # of the terms of a difference: what rounding may leave of a zero


@final
@dataclass(frozen=True, eq=False)
class GateMoments:
    """Sums over samples and pairs of samples, and the moments that they give.

    `paths` is P, `opened` sum s(x), `opened_squared` sum s(x)^2, `joint` sum J(x, x'): integers when
    `exact`, otherwise floats in units in which P is 1.
    """

    num_samples: int
    paths: Count
    opened: Count
    opened_squared: Count
    joint: Count
    exact: bool

    @property
    def rho(self) -> float:
        """Mean pi."""
        return self.opened / (self.num_samples * self.paths)

    @property
    def second(self) -> float:
        """Mean pi^2."""
        return self.joint / (self.num_samples**2 * self.paths)

    @property
    def second_unbiased(self) -> float | None:
        """Mean over pairs of distinct samples; the diagonal of J is s."""
        n = self.num_samples
        return None if n < 2 else (self.joint - self.opened) / (n * (n - 1) * self.paths)

    @property
    def variance(self) -> float:
        """Variance of pi over paths."""
        return self._difference(self.paths * self.joint, self.opened**2) / self._all_open**2

    @property
    def variance_unbiased(self) -> float | None:
        """Mean over pairs of distinct samples of K(x, x') - rho_x rho_x'."""
        n, P = self.num_samples, self.paths
        if n < 2:
            return None
        pairs = P * (self.joint - self.opened) - (self.opened**2 - self.opened_squared)
        return pairs / (n * (n - 1) * P**2)

    @property
    def between_samples(self) -> float:
        """Variance of rho_x over samples."""
        squares = self.num_samples * self.opened_squared
        return self._difference(squares, self.opened**2) / self._all_open**2

    @property
    def within_paths(self) -> float:
        """Mean over paths of pi (1 - pi): the mean variance of a gate over samples."""
        left = self._difference(self.num_samples * self.opened, self.joint)
        return left / (self.num_samples**2 * self.paths)

    @property
    def coin(self) -> float:
        """Rho (1 - rho), the variance of one gate under A1p-m."""
        return self.opened * (self._all_open - self.opened) / self._all_open**2

    @property
    def _all_open(self) -> Count:
        return self.num_samples * self.paths

    def _difference(self, larger: Count, smaller: Count) -> Count:
        gap = larger - smaller
        return gap if self.exact or gap > _NOISE * larger else 0.0


def open_paths(masks: Gates) -> ndarray:
    """rho_x: the share of paths open at each sample."""
    shares: ndarray = np.prod([a.mean(axis=1) for a in masks], axis=0)
    return shares


def gate_moments(masks: Gates, X: ndarray) -> tuple[GateMoments, ndarray]:
    """The moments, and for each column of X (centred by the caller) sum X_i(x) K(x, x') X_i(x').

    One pass over the tiles of J: no more than one of them is held at a time.
    """
    n, paths = len(X), prod(a.shape[1] for a in masks)
    exact = paths * TILE**2 < 2**63
    floats = single(masks)
    joint: Count = 0
    forms = np.zeros(X.shape[1])
    for rows, columns, times in tiles(n, TILE):
        J = joint_gates([a[rows] for a in floats], [a[columns] for a in floats], counted=exact)
        joint += times * (int(J.astype(np.int64).sum()) if exact else float(J.sum()))
        forms += times * np.einsum("xi,xi->i", X[rows], J @ X[columns])
    opened = _integers(masks) if exact else open_paths(masks).tolist()
    sums = sum(opened), sum(s * s for s in opened)
    units = paths if exact else 1.0
    return GateMoments(n, units, *sums, joint, exact), forms / units


def _integers(masks: Sequence[ndarray]) -> list[int]:
    counts = [a.sum(axis=1, dtype=np.int64) for a in masks]
    open_: list[int] = np.prod(counts, axis=0).tolist()
    return open_
