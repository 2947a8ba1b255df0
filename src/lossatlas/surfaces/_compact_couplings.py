"""The couplings of a large 3-spin in tiles of indices I <= J <= K: little more than N^3 / 6 numbers.

For tiles I <= J the slab T[I, J, K >= J] stands for itself and for its transposes, so that each is
contracted along more than one of its axes. It takes two fifths of the memory of the pairs and about
their time for gradients; the tiles that meet themselves are kept in full.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from ._couplings import AbstractCouplings, by_blocks
from ._pairs import unpack

_TILE = 64


@final
@dataclass(frozen=True, eq=False)
class CompactCouplings(AbstractCouplings):
    """T for p = 3 and large N.

    Attributes:
        slabs: For tiles number i <= j, A and B, the tensor T[A, B, k >= first of B].
        size: N.
    """

    slabs: dict[tuple[int, int], Float[Tensor, "i j k"]]
    size: int

    @staticmethod
    def of(entries: Float[Tensor, " K"], size: int) -> "CompactCouplings":
        """From the independent entries, those with i_1 = i at a time."""
        num_tiles = len(_tiles(size))
        slabs = {
            (i, j): entries.new_empty(len(A), len(B), size - B.start)
            for (i, A), (j, B) in combinations_with_replacement(enumerate(_tiles(size)), 2)
        }
        start = 0
        for first in range(size):
            num = (size - first) * (size - first + 1) // 2
            T_i = unpack(entries[None, start : start + num], size - first)[0]
            start += num
            i, place = divmod(first, _TILE)
            _write_own(slabs[i, i], T_i, place)
            for j in range(i + 1, num_tiles):
                B = _slice(j, size)
                slabs[i, j][place] = T_i[B.start - first : B.stop - first, B.start - first :]
        return CompactCouplings(slabs, size)

    @property
    def device(self) -> torch.device:
        return self.slabs[0, 0].device

    @property
    def num_terms(self) -> int:
        return self.size + 2 * len(_tiles(self.size))

    def entries(self) -> Float[Tensor, " K"]:
        parts = []
        tiles = _tiles(self.size)
        for i, tile in enumerate(tiles):
            for own in range(len(tile)):
                parts.append(_upper(self.slabs[i, i][own, own:, own:]))
                parts += [_upper(self.slabs[i, j][own]) for j in range(i + 1, len(tiles))]
        return torch.cat(parts)

    def vectors(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N"]:
        return by_blocks(lambda w: 2 * self._ordered(w, w), 4 * _TILE**2, w)

    def products(self, w: Float[Tensor, "b N"], v: Float[Tensor, "b N"]) -> Float[Tensor, "b N"]:
        return by_blocks(lambda w, v: self._ordered(w, v) + self._ordered(v, w), 4 * _TILE**2, w, v)

    def matrices(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N N"]:
        return self._matrices(w, lambda slab: slab)

    def majorants(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N N"]:
        return self._matrices(w.abs(), torch.abs)

    def rows(self, w: Float[Tensor, "b N"], rows: Tensor) -> Float[Tensor, "m N b"]:
        wt = w.T.contiguous()
        return torch.stack([self._matrix_of(int(i)) @ wt for i in rows])

    def _ordered(self, w: Float[Tensor, "b N"], v: Float[Tensor, "b N"]) -> Float[Tensor, "b N"]:
        """T w v where of two indices the later one goes with w; half of it where they tie."""
        total, wt, vt = torch.zeros_like(w.T), w.T.contiguous(), v.T.contiguous()
        for (i, j), slab in self.slabs.items():
            A, B = _slice(i, self.size), _slice(j, self.size)
            tie, beyond = slab.flatten(0, 1).split([slab.shape[1], self.size - B.stop], dim=1)
            shape = (*slab.shape[:2], -1)
            later, both = (beyond @ wt[B.stop :]).view(shape), (tie @ wt[B]).view(shape)
            total[A] += ((later + both / 2) * vt[B]).sum(1)
            pairs = (wt[A, None] * vt[None, B]).flatten(0, 1)
            if i == j:
                pairs = pairs / 2
            else:
                total[B] += ((later + both) * vt[A, None]).sum(0)
            total[B.stop :] += beyond.T @ pairs
        return total.T

    def _matrices(
        self, w: Float[Tensor, "b N"], part: Callable[[Tensor], Tensor]
    ) -> Float[Tensor, "b N N"]:
        """The sum over k of T_ijk w_k for tiles A <= B, with k after, between and before them."""
        wt = w.T.contiguous()
        M = wt.new_zeros(self.size, self.size, len(w))
        for (i, j), slab in self.slabs.items():
            A, B, T = _slice(i, self.size), _slice(j, self.size), part(slab)
            M[A, B] += T @ wt[B.start :]
            M[A, B.stop :] += T[:, :, T.shape[1] :].mT @ wt[B]
            if i < j:
                M[B, B.start :] += (T.flatten(1).T @ wt[A]).view(*T.shape[1:], -1)
        upper = M.movedim(-1, 0).triu()
        return upper + upper.triu(1).mT

    def _matrix_of(self, i: int) -> Float[Tensor, "N N"]:
        """T_i, row tile by row tile from its diagonal on."""
        own, place = divmod(i, _TILE)
        T_i = self.slabs[0, 0].new_zeros(self.size, self.size)
        for j in range(len(_tiles(self.size))):
            B = _slice(j, self.size)
            if own <= j:
                T_i[B, B.start :] = self.slabs[own, j][place]
                continue
            T_i[B, own * _TILE :] = self.slabs[j, own][:, place]
            for k in range(j, own):
                K = _slice(k, self.size)
                T_i[B, K] = self.slabs[j, k][:, :, i - K.start]
        upper = T_i.triu()
        return upper + upper.triu(1).mT


def compact_numbers(size: int) -> int:
    """How many numbers the tiles hold."""
    tiles = combinations_with_replacement(_tiles(size), 2)
    return sum(len(A) * len(B) * (size - B.start) for A, B in tiles)


def _tiles(size: int) -> list[range]:
    return [range(start, min(start + _TILE, size)) for start in range(0, size, _TILE)]


def _slice(tile: int, size: int) -> slice:
    return slice(tile * _TILE, min((tile + 1) * _TILE, size))


def _write_own(slab: Float[Tensor, "j j k"], half: Float[Tensor, "n n"], place: int) -> None:
    """The entries with one index at a place in a tile and the others not before it."""
    width = len(slab) - place
    slab[place, place:, place:] = half[:width]
    slab[place:, place, place:] = half[:width]
    slab[place:, place:, place] = half[:width, :width]


def _upper(T: Float[Tensor, "j k"]) -> Float[Tensor, " n"]:
    """The entries on and above the diagonal, row by row."""
    rows, columns = torch.triu_indices(*T.shape, device=T.device)
    return T[rows, columns]
