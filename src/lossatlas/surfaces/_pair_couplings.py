"""The couplings of the 3-spin by pairs: for each i the half j <= k of the matrix T_i, N^3 / 2 numbers.

With P the products of pairs of a point's components, T w w = S P is one matrix product for all
replicas, half the work of the full tensor's; so is T w = w S, all Hessians at once, whose halves it
gives, symmetric by construction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas.linalg import available_memory

from ._couplings import AbstractCouplings, absolute_product, by_blocks
from ._pairs import pair_indices, pair_offsets, pair_products, pair_squares, unpack

# half a GiB in float32, N = 512
_LARGEST_WHOLE = 2**27


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

    def rows(self, w: Float[Tensor, "b N"], rows: Tensor) -> Float[Tensor, "m N b"]:
        wt = w.T.contiguous()
        # One T_i at a time is read where it lies, and no copy of many is made.
        return torch.stack([T_i @ wt for T_i in self._each(rows)])

    def _each(self, rows: Tensor) -> Iterator[Float[Tensor, "N N"]]:
        if (whole := self._whole) is not None:
            return (whole[i] for i in rows.tolist())
        size = len(self.stored)
        return (unpack(self.stored[i, None], size)[0] for i in rows.tolist())

    @cached_property
    def _whole(self) -> Float[Tensor, "N N N"] | None:
        """All of T, made when rows are first asked for: whoever asks once asks a thousand times.

        None where it is large, or where memory, with as much again, is not free.
        """
        size = len(self.stored)
        if size**3 > _LARGEST_WHOLE or 2 * size**3 * self.stored.element_size() > available_memory(
            self.device
        ):
            return None
        return unpack(self.stored, size)
