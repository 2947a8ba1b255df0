"""Ranks of all paths around the network, from weights, at one common absolute cut.

A path runs over consecutive layers of the cycle 0..L, through the residual T^T from L back to 0.
The rank of its product, less r, counts the strings that contain it; differences of ranks give the
arcs. All products are taken in one frame (inputs whitened, T and the product of norm one), so
that a single cut is meaningful.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
from jaxtyping import Int
from numpy import ndarray

from ._arcs import Arc
from ._spectrum import DataSpectrum


@final
@dataclass(frozen=True, eq=False)
class PathSpectra:
    """Singular values of the products along all paths of 2 to L + 1 layers.

    `around[v][m]` belongs to the path of m + 2 layers from layer v. `within[j][m]` is the same from
    layer j inside the network, with the first matrix as it is, unreduced.
    """

    num_inputs: int
    sizes: tuple[int, ...]
    around: tuple[tuple[ndarray, ...], ...]
    within: tuple[tuple[ndarray, ...], ...]

    @classmethod
    def of(cls, weights: Sequence[ndarray], data: DataSpectrum) -> "PathSpectra":
        """All paths of a point."""
        arrows = cycle_of(weights, data)
        sizes = tuple(A.shape[1] for A in arrows)
        around = tuple(path_spectra(arrows, v, len(arrows) - 1) for v in range(len(arrows)))
        raw = [weights[0] * _first_scale(data), *arrows[1:-1]]
        within = tuple(path_spectra(raw, v, len(raw) - v) for v in range(len(raw)))
        return cls(data.num_inputs, sizes, around, within)

    @cached_property
    def pooled(self) -> ndarray:
        """All singular values of all paths, descending."""
        parts = [s for per_start in self.around for s in per_start]
        return np.sort(np.concatenate(parts))[::-1]

    def ranks(self, cut: float) -> Int[ndarray, "v m"]:
        """ranks[v, m]: rank of the path of m + 1 layers from layer v."""
        table = [
            [d, *(int(np.sum(s > cut)) for s in row)]
            for d, row in zip(self.sizes, self.around, strict=True)
        ]
        return np.array(table, dtype=np.int64)

    def open_intervals(self, cut: float) -> Mapping[tuple[int, int], int]:
        """The strings [a, b] of the open network 0..L with the unreduced first matrix."""
        widths = [self.num_inputs, *self.sizes[1:]]
        return open_strings(widths, [[int(np.sum(s > cut)) for s in row] for row in self.within])


def cycle_of(weights: Sequence[ndarray], data: DataSpectrum) -> list[ndarray]:
    """The arrows of the cycle: whitened W_1, W_2, ..., W_L, T^T, scaled to a target of norm one."""
    scale = target_norm(data)
    return [data.whiten(weights[0]) / scale, *weights[1:], data.target.T / scale]


def target_norm(data: DataSpectrum) -> float:
    """The largest singular value of T, the unit of length; 1 where T is zero up to rounding."""
    return float(data.sigma[0]) if data.target_rank else 1.0


def arcs_from_ranks(ranks: Int[ndarray, "v m"], rank: int) -> tuple[Arc, ...] | None:
    """The arcs whose paths have these ranks; None when no arcs do."""
    num_layers = len(ranks)
    strings = np.zeros((num_layers, num_layers + 2), dtype=np.int64)
    strings[:, :num_layers] = ranks - rank
    if (strings < 0).any() or strings[:, num_layers - 1].any():
        return None
    arcs: list[Arc] = []
    for v in range(num_layers):
        for m in range(1, num_layers):
            count = strings[v, m - 1] - strings[v, m] - strings[v - 1, m] + strings[v - 1, m + 1]
            if count < 0:
                return None
            arcs += [Arc(v, m)] * int(count)
    return tuple(sorted(arcs))


def pairs_from_ranks(ranks: Int[ndarray, "v m"]) -> int:
    """The covering pairs as a sum of products of rank differences.

    sum_{1 <= j < i <= L} [c(i-1, j) - c(i, j)] [o(i, j-1) - o(i, j)], with c(i, j) the rank of the
    path j -> i and o(i, j) that of i -> L -> 0 -> j. Strings that end at layer L (there are none
    when T^T is injective) add sum_j [c(L, j) - o(j, 0)] [o(L, j-1) - o(L, j)], `o(j, 0)` being the
    path j -> L -> 0.
    """
    L = len(ranks) - 1
    total = sum(
        (_c(ranks, i - 1, j) - _c(ranks, i, j)) * (_o(ranks, i, j - 1) - _o(ranks, i, j))
        for i in range(2, L + 1)
        for j in range(1, i)
    )
    return total + sum(
        _ending_at_outputs(ranks, j) * (_o(ranks, L, j - 1) - _o(ranks, L, j)) for j in range(1, L)
    )


def residual_pairs_from_ranks(ranks: Int[ndarray, "v m"]) -> int:
    """The covering pairs whose one arc begins at layer 0 and whose other ends at layer L."""
    L = len(ranks) - 1
    total = 0
    for j in range(1, L + 1):
        ending = _c(ranks, j - 1, 0) - _c(ranks, j, 0)  # all strings 0 -> j-1 that end there
        returned = _o(ranks, L, j - 1) - _o(ranks, L, j)  # those that came through L -> 0
        total += _ending_at_outputs(ranks, j) * (ending - returned)
    return total


def _c(ranks: Int[ndarray, "v m"], i: int, j: int) -> int:
    return int(ranks[j, i - j])


def _o(ranks: Int[ndarray, "v m"], i: int, j: int) -> int:
    return int(ranks[i, len(ranks) - i + j]) if j < i else _full_turn(ranks)


def _full_turn(ranks: Int[ndarray, "v m"]) -> int:
    """The rank of a path that visits all layers: r, by criticality."""
    return int(ranks[0, -1])


def _ending_at_outputs(ranks: Int[ndarray, "v m"], j: int) -> int:
    """Strings that contain the path j -> L and end there."""
    return _c(ranks, len(ranks) - 1, j) - _o(ranks, j, 0)


def open_strings(
    widths: Sequence[int], ranks: Sequence[Sequence[int]]
) -> Mapping[tuple[int, int], int]:
    """The intervals of a chain of maps, `ranks[j][m]` being the rank of the path j -> j + m + 1."""
    depth = len(widths) - 1

    def c(b: int, a: int) -> int:
        if a < 0 or b > depth:
            return 0
        return widths[a] if a == b else ranks[a][b - a - 1]

    found: Counter[tuple[int, int]] = Counter()
    for a in range(depth + 1):
        for b in range(a, depth + 1):
            found[a, b] = c(b, a) - c(b + 1, a) - c(b, a - 1) + c(b + 1, a - 1)
    return found


def _first_scale(data: DataSpectrum) -> float:
    return float(data.scales[0]) / target_norm(data) if data.input_rank else 1.0


def path_spectra(arrows: Sequence[ndarray], start: int, count: int) -> tuple[ndarray, ...]:
    """Singular values of the products of 1, 2, ..., `count` arrows from one layer on."""
    product = arrows[start % len(arrows)]
    spectra = [_singular_values(product)]
    for k in range(start + 1, start + count):
        product = arrows[k % len(arrows)] @ product
        spectra.append(_singular_values(product))
    return tuple(spectra)


def _singular_values(A: ndarray) -> ndarray:
    return np.linalg.svd(A, compute_uv=False) if min(A.shape) else np.zeros(0)
