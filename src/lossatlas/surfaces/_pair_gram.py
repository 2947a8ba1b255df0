"""The full Hessian of a perceptron, from pairs of units and pairs of inputs.

With K_i,n = d delta_i / d z_j and F_i,n = d x_i / d z_j of `_unit_pairs.py`, x_i what layer i reads,

    H[W_i[a,b], W_j[c,d]] = sum_n K_i,n[a,c] x_i,n[b] x_j,n[d]
                          + sum_n delta_i,n[a] F_i,n[b,c] x_j,n[d]               (i > j)

The first sum is one matrix product of (pairs of units, n) by (n, pairs of inputs); for i = j both
pairs are unordered, which quarters the work. In the first layer the pairs of inputs are those of
the data, shared by every point of a batch. A bias is a matrix that reads the number 1.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import prod
from typing import TypeAlias, final

import torch
from torch import Tensor

from ._layout import Layout
from ._network import Network
from ._unit_pairs import unit_pairs

_CHUNK_BYTES = 96 * 2**20
_PAIR_BYTES = 16 * 2**20

_Write: TypeAlias = Callable[[Tensor, Tensor], object]


@final
@dataclass(frozen=True, eq=False)
class _Part:
    """A matrix or a bias: its layer, its place in a point, and what it reads (*b, width, n)."""

    layer: int
    place: slice
    reads: Tensor
    is_bias: bool


def full_hessian(network: Network, layout: Layout, batch: tuple[int, ...]) -> Tensor:
    """The Hessian at a batch of points, samples summed chunk by chunk.

    Args:
        network: The network at the points.
        layout: Where its parts lie in a point.
        batch: The points' batch axes.
    """
    H = network.weights[0].new_empty(*batch, layout.dimension, layout.dimension)
    if 0 in batch:
        return H
    write: _Write = Tensor.copy_
    for chunk in _chunks(network, prod(batch)):
        _write_chunk(H, chunk, _parts(chunk, layout), write)
        write = Tensor.add_
    for early, late in combinations(layout.spans, 2):
        H[..., early, late] = H[..., late, early].mT
    return H


def _chunks(network: Network, num_points: int) -> Iterator[Network]:
    """The network on parts of the samples, such that the pairs of units fit the working space."""
    n = network.samples.inputs.shape[-1]
    widths = [W.shape[-2] for W in network.weights]
    per_sample = num_points * sum(widths) ** 2 * network.weights[0].element_size()
    size = max(1, min(n, _CHUNK_BYTES // per_sample))
    for start in range(0, n, size):
        yield network.part(slice(start, start + size))


def _parts(network: Network, layout: Layout) -> list[_Part]:
    ones = torch.ones_like(network.samples.inputs[:1])
    places = iter(layout.spans)
    parts: list[_Part] = []
    for k, x in enumerate(network.inputs):
        parts.append(_Part(k, next(places), x, is_bias=False))
        if network.biases is not None:
            parts.append(_Part(k, next(places), ones, is_bias=True))
    return parts


def _write_chunk(H: Tensor, network: Network, parts: list[_Part], write: _Write) -> None:
    """The blocks on and below the diagonal, from one chunk of samples."""
    for j in range(len(network.weights)):
        K, F = unit_pairs(network.passes, j)
        for q in (part for part in parts if part.layer == j):
            for p in (part for part in parts if part.place.start >= q.place.start):
                pairs = K[p.layer - j]
                block = _view(H, p, q, pairs)
                if p is q:
                    _write_symmetric(block, pairs, p.reads, write)
                    continue
                _write_product(block, pairs, p.reads, q.reads, write)
                if p.layer > j and not p.is_bias:
                    delta = network.deltas[p.layer]
                    _add_chain(block, delta, F[p.layer - j - 1], q.reads)


def _view(H: Tensor, p: _Part, q: _Part, pairs: Tensor) -> Tensor:
    """The block with axes (*b, a, b, c, d)."""
    block = H[..., p.place, q.place]
    columns = block.unflatten(-1, (pairs.shape[-2], q.reads.shape[-2]))
    whole: Tensor = columns.unflatten(-3, (pairs.shape[-3], p.reads.shape[-2]))
    return whole


def _write_symmetric(block: Tensor, K: Tensor, x: Tensor, write: _Write) -> None:
    """sum_n K[a,c] x[b] x[d], from unordered pairs (a, c) and (b, d)."""
    d, width = K.shape[-2], x.shape[-2]
    rows, columns = torch.triu_indices(d, d, device=K.device)
    place = torch.empty(d, d, dtype=torch.long, device=K.device)
    place[rows, columns] = place[columns, rows] = torch.arange(len(rows), device=K.device)
    unordered = K.flatten(-3, -2)[..., rows * d + columns, :]
    for start, stop in _row_chunks(x, x):
        G = _against_pairs(unordered, x[..., start:stop, :], x[..., start:, :])
        corner = G[..., : stop - start]
        corner.copy_((corner + corner.mT) / 2)  # equal sums, whatever the product's kernel
        pairs = G[..., place, :, :]  # (*b, a, c, b, d)
        write(block[..., start:stop, :, start:], pairs.transpose(-3, -2))
        if stop < width:
            beyond = pairs[..., stop - start :]
            write(block[..., stop:, :, start:stop], beyond.movedim(-1, -3))


def _write_product(block: Tensor, K: Tensor, x: Tensor, y: Tensor, write: _Write) -> None:
    """sum_n K[a,c] x[b] y[d]."""
    for start, stop in _row_chunks(x, y):
        G = _against_pairs(K.flatten(-3, -2), x[..., start:stop, :], y)
        pairs = G.unflatten(-3, K.shape[-3:-1])
        write(block[..., start:stop, :, :], pairs.transpose(-3, -2))


def _add_chain(block: Tensor, delta: Tensor, F: Tensor, y: Tensor) -> None:
    """Add sum_n delta[a] F[b,c] y[d]."""
    if F.ndim - block.ndim < -1 or F.shape[-3:-1] != block.shape[-3:-1]:
        diagonal = _against_pairs(y, delta, F)  # (*b, d, a, b)
        block.diagonal(dim1=-3, dim2=-2).add_(diagonal.movedim(-3, -2))
        return
    for start, stop in _row_chunks(delta, y):
        G = _against_pairs(F.flatten(-3, -2), delta[..., start:stop, :], y)
        block[..., start:stop, :, :, :] += G.unflatten(-3, F.shape[-3:-1]).movedim(-2, -4)


def _against_pairs(left: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """sum_n left[m] x[b] y[d]: (*b, m, b, d)."""
    pairs = (x[..., :, None, :] * y[..., None, :, :]).flatten(-3, -2)
    whole: Tensor = (left @ pairs.mT).unflatten(-1, (x.shape[-2], y.shape[-2]))
    return whole


def _row_chunks(x: Tensor, y: Tensor) -> Iterator[tuple[int, int]]:
    """Ranges of x's rows such that their pairs with y's stay in cache."""
    size = max(1, _PAIR_BYTES // (y.numel() * y.element_size()))
    for start in range(0, x.shape[-2], size):
        yield start, min(start + size, x.shape[-2])
