"""Index and nullity of a rational critical point from exact ranks of products.

    pairs   = sum over j < i of [c(i-1, j) - c(i, j)] [o(i, j-1) - o(i, j)]
    index   = inv(S) + pairs,     rank H = r (d_x + d_y - r) + 2 pairs

with c(i, j) the rank of W_i ... W_{j+1} and o(i, j) that of W_j ... W_1 S_xy W_L ... W_{i+1} (derived
in docs/theory/deep_linear.md). The class follows from the tightened pivots of Achour, Malgouyres
and Gerchinovitz 2021, on the same ranks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import final

from ._exact_points import ExactData
from ._fractions import Rational, identity, rank
from ._rows import BAD, GLOBAL, STRICT


@final
@dataclass(frozen=True, eq=False)
class ExactRanks:
    """The ranks of a critical point's products, and what follows from them."""

    weights: Sequence[Rational]
    data: ExactData
    subset: tuple[int, ...]

    @property
    def widths(self) -> tuple[int, ...]:
        """(d_x, d_1, ..., d_y)."""
        return (self.weights[0].shape[1], *(len(W) for W in self.weights))

    @property
    def inversions(self) -> int:
        """How often an eigenvalue outside the subset exceeds one inside (indices descend)."""
        outside = set(range(self.widths[-1])) - set(self.subset)
        return sum(q < s for s in self.subset for q in outside)

    @cached_property
    def pairs(self) -> int:
        """Pairs of strings that together cover the whole cycle."""
        layers = range(1, len(self.weights) + 1)
        return sum(
            (self._inside(i - 1, j) - self._inside(i, j))
            * (self._around(i, j - 1) - self._around(i, j))
            for i in layers
            for j in range(1, i)
        )

    @property
    def index(self) -> int:
        """The number of negative eigenvalues of the Hessian."""
        return self.inversions + self.pairs

    @property
    def nullity(self) -> int:
        """The number of its zero eigenvalues."""
        r, d = len(self.subset), self.widths
        parameters = sum(a * b for a, b in pairwise(d))
        return parameters - r * (d[0] + d[-1] - r) - 2 * self.pairs

    @property
    def inner_rank(self) -> int:
        """rank(W_H ... W_2)."""
        return self._inside(len(self.weights) - 1, 1)

    @property
    def kind(self) -> str:
        """The class, from the subset and the tightened pivots alone."""
        r, leading = len(self.subset), self.subset == tuple(range(len(self.subset)))
        if not leading:
            return STRICT
        if r == min(self.widths):
            return GLOBAL
        return BAD if self._tightened(r) else STRICT

    def _tightened(self, r: int) -> bool:
        layers = range(1, len(self.weights) + 1)
        return all(
            r in (self._inside(i - 1, j), self._around(i, j - 1))
            for i in layers
            for j in range(1, i)
        )

    def _inside(self, i: int, j: int) -> int:
        return rank(self._down(i, j))

    def _around(self, i: int, j: int) -> int:
        S_xy = self.data.inputs.T @ self.data.targets
        return rank(self._down(j, 0) @ S_xy @ self._down(len(self.weights), i))

    def _down(self, i: int, j: int) -> Rational:
        """W_i ... W_{j+1}, from layer j to layer i."""
        chain = identity(self.widths[j])
        for W in self.weights[j:i]:
            chain = W @ chain
        return chain
