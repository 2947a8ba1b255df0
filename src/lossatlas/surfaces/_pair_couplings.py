"""The couplings of the 3-spin by pairs: for each i the half j <= k of the matrix T_i, N^3 / 2 numbers.

With P the products of pairs of a point's components, T w w = S P is one matrix product for all
replicas, half the work of the full tensor's; so is T w = w S, all Hessians at once, whose halves it
gives, symmetric by construction.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from ._couplings import AbstractCouplings, absolute_product, by_blocks
from ._pairs import pair_indices, pair_offsets, pair_products, pair_squares, unpack

_CACHED = 2**20


@final
@dataclass(frozen=True, eq=False)
class PairCouplings(AbstractCouplings):
    """T for p = 3.

    Attributes:
        stored: S of shape (N, N (N + 1) / 2).
    """

    stored: Float[Tensor, "N n"]

    @staticmethod
    def of(entries: Float[Tensor, " K"], size: int) -> "PairCouplings":
        """From the independent entries, those with i_1 = j at a time.

        They are the half of T_j on the indices from j on: the end of row j, and, since T_ijk is
        T_jik, a block of the rows below it.
        """
        offsets = pair_offsets(size)
        S, start = entries.new_empty(size, offsets[-1]), 0
        for j in range(size):
            half = entries[start : start + offsets[-1] - offsets[j]]
            start += len(half)
            S[j, offsets[j] :] = half
            rows, columns = pair_indices(size - j, entries.device)
            block = S[j:, offsets[j] : offsets[j + 1]]
            block[rows, columns] = half
            block[columns, rows] = half
        return PairCouplings(S)

    @property
    def device(self) -> torch.device:
        return self.stored.device

    @property
    def num_terms(self) -> int:
        return len(self.stored)

    def entries(self) -> Float[Tensor, " K"]:
        offsets = pair_offsets(len(self.stored))
        ends = [row[start:] for row, start in zip(self.stored, offsets[:-1], strict=True)]
        return torch.cat(ends)

    def vectors(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N"]:
        return by_blocks(lambda w: (self.stored @ pair_squares(w)).T, self.stored.shape[1], w)

    def products(self, w: Float[Tensor, "b N"], v: Float[Tensor, "b N"]) -> Float[Tensor, "b N"]:
        return by_blocks(
            lambda w, v: (self.stored @ pair_products(w, v)).T, 2 * self.stored.shape[1], w, v
        )

    def matrices(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N N"]:
        return unpack(w @ self.stored, len(self.stored))

    def majorants(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N N"]:
        return unpack(absolute_product(w, self.stored), len(self.stored))

    def rows(self, w: Float[Tensor, "b N"], rows: Tensor) -> Float[Tensor, "b m N"]:
        size, wt = len(self.stored), w.T.contiguous()
        # A few T_i at a time stay in the cache between being unpacked and being multiplied.
        parts = self.stored[rows].split(max(1, _CACHED // size**2))
        products = [unpack(part, size).flatten(0, 1) @ wt for part in parts]  # each (m' N, b)
        return torch.cat(products).T.reshape(len(w), len(rows), size)
