"""The couplings of order p >= 4 by monomials: (i_1 <= ... <= i_{p-2}) by pairs (j <= k).

T w^{p-2} of all replicas is one product of their monomials of degree p - 2, each with its
multiplicity, with S; it gives the halves of the matrices, which take the last one or two factors.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from ._couplings import AbstractCouplings, absolute_product, by_blocks
from ._multi_indices import multi_indices, multiplicities, place
from ._pairs import unpack

# Multi-indices whose places are looked for at once.
_PLACES = 2**20


@final
@dataclass(frozen=True, eq=False)
class MonomialCouplings(AbstractCouplings):
    """T for p >= 4.

    Attributes:
        stored: S of shape (C(N + p - 3, p - 2), N (N + 1) / 2).
        order: p.
        size: N.
    """

    stored: Float[Tensor, "K n"]
    order: int
    size: int

    @staticmethod
    def of(entries: Float[Tensor, " K"], order: int, size: int) -> "MonomialCouplings":
        """From the independent entries: each is wherever its index can be cut in two."""
        monomials = _monomials(size, order - 2)[0]
        num_pairs = size * (size + 1) // 2
        step = max(1, _PLACES // num_pairs)
        S = entries.new_empty(len(monomials), num_pairs)
        for start in range(0, len(monomials), step):
            part = slice(start, start + step)
            S[part] = entries[_places(order, size, start, step).to(entries.device)]
        return MonomialCouplings(S, order, size)

    @property
    def device(self) -> torch.device:
        return self.stored.device

    @property
    def num_terms(self) -> int:
        return len(self.stored)

    def entries(self) -> Float[Tensor, " K"]:
        indices = multi_indices(self.size, self.order)
        row = place(list(indices[:, :-2].T), self.size)
        column = place(list(indices[:, -2:].T), self.size)
        return self.stored[row.to(self.stored.device), column.to(self.stored.device)]

    def vectors(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N"]:
        return self.products(w, w)

    def products(self, w: Float[Tensor, "b N"], v: Float[Tensor, "b N"]) -> Float[Tensor, "b N"]:
        width = sum(self.stored.shape) + self.size**2
        return by_blocks(lambda w, v: (self.matrices(w) @ v[..., None])[..., 0], width, w, v)

    def matrices(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N N"]:
        return unpack(self._powers(w) @ self.stored, self.size)

    def majorants(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N N"]:
        return unpack(absolute_product(self._powers(w), self.stored), self.size)

    def rows(self, w: Float[Tensor, "b N"], rows: Tensor) -> Float[Tensor, "m N b"]:
        k = torch.arange(self.size, device=w.device)
        low, high = torch.minimum(rows[:, None], k), torch.maximum(rows[:, None], k)
        columns = place([low, high], self.size).flatten()
        part = self.stored.index_select(1, columns)
        return (part.T @ self._powers(w).T).reshape(len(rows), self.size, len(w))

    def _powers(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b K"]:
        """The monomials of degree p - 2, each times the number of ways to order its factors."""
        indices, shared = _monomials(self.size, self.order - 2)
        powers = shared.to(w)
        for column in indices.T.to(w.device):
            powers = powers * w[:, column]
        return powers


@lru_cache(maxsize=8)
def _monomials(size: int, degree: int) -> tuple[Tensor, Tensor]:
    return multi_indices(size, degree), multiplicities(size, degree)


@lru_cache(maxsize=8)
def _places(order: int, size: int, start: int, step: int) -> Tensor:
    """Where the entries of some rows of S are among the independent ones."""
    monomials = _monomials(size, order - 2)[0][start : start + step]
    pairs = multi_indices(size, 2)
    joined = torch.cat(
        [
            monomials[:, None].expand(-1, len(pairs), -1),
            pairs[None].expand(len(monomials), -1, -1),
        ],
        dim=-1,
    )
    return place(list(joined.sort(dim=-1).values.movedim(-1, 0)), size)
