"""Means over pairs of different samples, and their intervals.

A mean over pairs estimates without bias what a mean over all entries of an n x n matrix, with the
samples' agreement with themselves on its diagonal, does not. Leaving a group out means leaving out its
rows and columns, so the sums of the blocks between groups are enough for the jackknife.
"""

from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray


@final
@dataclass(frozen=True, eq=False)
class PairMeans:
    """The mean over pairs of different samples: of all, then without each group.

    Where leaving a group out leaves no pair the mean is NaN, and there is no interval.
    """

    groups: Int[ndarray, " n"]

    @property
    def num_groups(self) -> int:
        return int(self.groups.max()) + 1

    def __call__(self, matrix: Float[ndarray, "n n"]) -> Float[ndarray, " r"]:
        """The means of a symmetric matrix's entries off the diagonal."""
        blocks = self._blocks(matrix)
        own = np.bincount(self.groups, np.diagonal(matrix), self.num_groups)
        total, trace = blocks.sum(), own.sum()
        left = total - 2 * blocks.sum(1) + np.diagonal(blocks) - (trace - own)
        sums: ndarray = np.concatenate([[total - trace], left])
        return np.asarray(sums / self._pairs)

    def of_product(
        self, left: Float[ndarray, " n"], right: Float[ndarray, " n"]
    ) -> Float[ndarray, " r"]:
        """The same for the matrix with entries left_i right_j, without forming it."""
        a, b, own = (
            np.bincount(self.groups, weights, self.num_groups)
            for weights in (left, right, left * right)
        )
        sums = np.concatenate([[a.sum() * b.sum()], (a.sum() - a) * (b.sum() - b)])
        traces = np.concatenate([[own.sum()], own.sum() - own])
        return np.asarray((sums - traces) / self._pairs)

    def _blocks(self, matrix: ndarray) -> ndarray:
        rows = np.zeros((self.num_groups, len(matrix)))
        for group in range(self.num_groups):
            rows[group] = matrix[self.groups == group].sum(0)
        return np.stack([np.bincount(self.groups, row, self.num_groups) for row in rows])

    @property
    def _pairs(self) -> ndarray:
        sizes = np.bincount(self.groups, minlength=self.num_groups)
        kept = np.concatenate([[sizes.sum()], sizes.sum() - sizes]).astype(np.float64)
        pairs = kept * (kept - 1)
        return np.where(pairs > 0, pairs, np.nan)


def centred(matrix: Float[ndarray, "n n"]) -> Float[ndarray, "n n"]:
    """The matrix centred so that its off-diagonal rows sum to zero, with a diagonal of zeros.

    With this centring the mean over pairs of the product of two such matrices is the unbiased
    estimate of HSIC (Szekely and Rizzo 2014; Song et al. 2012). Needs four samples. A matrix that is
    constant off its diagonal becomes exactly zero.
    """
    n = len(matrix)
    out = matrix.copy()
    np.fill_diagonal(out, 0.0)
    if _constant(out):
        return np.zeros_like(out)
    rows = out.sum(1)
    out -= rows[:, None] / (n - 2) + rows[None, :] / (n - 2)
    out += rows.sum() / ((n - 1) * (n - 2))
    np.fill_diagonal(out, 0.0)
    return out


def _constant(hollow: ndarray) -> bool:
    """Whether all entries off a zero diagonal are the same."""
    first = hollow[0, 1]
    return bool(np.count_nonzero(hollow == first) >= hollow.size - len(hollow))
