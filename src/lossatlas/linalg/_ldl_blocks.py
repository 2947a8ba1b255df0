"""One large factorisation that pivots inside blocks of rows only, at the speed of products.

A diagonal block is factored by LAPACK with its pivoting; the rows beyond it are solved against its
L and D, and no row leaves its block. Nothing but the growth of the factors suffers, and growth is
measured, not assumed: where the size passes what the caller can use, the factorisation is given up.
Products of blocks are rounded before they are subtracted, so an entry meets one block's roundings
and one for each block, in place of one for each row (Higham 2002, section 3.1, for sums in blocks).
"""

from dataclasses import dataclass
from typing import Any, final

import numpy as np
import torch
from jaxtyping import Float, Int
from scipy.linalg.lapack import dsyconv, dsytrf
from torch import Tensor

from ._ldl import Factored, opens_pair, signs, weights

# Rows of a block, and columns that are reduced and solved together so as to stay in the cache.
_BLOCK = 256
_TILE = 2048
# Rows of a diagonal block that are reduced together, from their diagonal on.
_STRIP = 64
# From this size on blocks beat one LAPACK call.
BLOCKED_FROM = 1024


@final
@dataclass(frozen=True, eq=False)
class _Pivot:
    """A factored diagonal block: L (rows in pivoting order `order`), and D as two diagonals."""

    L: Float[Tensor, "b b"]
    order: Int[Tensor, " b"]
    diagonal: Float[Tensor, " b"]
    coupling: Float[Tensor, " b"]


@final
@dataclass(frozen=True, eq=False)
class _System:
    """The matrix, its factors so far, and tiles that stay in the cache."""

    A: Float[Tensor, "n n"]
    factors: Float[Tensor, "n n"]
    rooms: Float[Tensor, "three size"]

    def tile(self, k: int, shape: tuple[int, int]) -> Float[Tensor, "rows columns"]:
        """The k-th room in a shape."""
        return self.rooms[k, : shape[0] * shape[1]].view(shape)

    def diagonal(self, block: slice, shift: float) -> Float[Tensor, "b b"]:
        """The upper triangle of a diagonal block of A + shift, reduced; below it stands anything."""
        b = block.stop - block.start
        whole = self.tile(2, (b, b))
        for i in range(0, b, _STRIP):
            strip = slice(block.start + i, min(block.stop, block.start + i + _STRIP))
            right = slice(strip.start, block.stop)
            whole[i : i + _STRIP, i:] = self.reduced(strip, right, done=block.start)
        whole.diagonal().add_(shift)
        return whole

    def reduced(self, rows: slice, columns: slice, *, done: int) -> Float[Tensor, "rows columns"]:
        """A tile of A less what the first `done` rows explain, in room 0."""
        left = self.A[rows, columns]
        out, product = (self.tile(k, (left.shape[0], left.shape[1])) for k in (0, 1))
        for k in range(0, done, _BLOCK):
            before = slice(k, k + _BLOCK)
            torch.mm(self.factors[rows, before], self.factors[before, columns], out=product)
            left = torch.sub(left, product, out=out)
        return out.copy_(left) if done == 0 else out

    def eliminate(self, pivot: _Pivot, rows: slice, columns: slice) -> Float[Tensor, " b"]:
        """Write a tile of L^T and its mirror of L D; returns the squared norms of its rows."""
        tile = self.reduced(rows, columns, done=rows.start)
        X, room = (self.tile(k, (tile.shape[0], tile.shape[1])) for k in (1, 2))
        torch.index_select(tile, 0, pivot.order, out=X)
        # In the order of the BLAS by transposing both sides: no copy.
        torch.linalg.solve_triangular(
            pivot.L.T, X.T, upper=True, left=False, unitriangular=True, out=tile.T
        )
        self.factors[columns, rows] = tile.T
        out = self.factors[rows, columns]
        _divide(pivot, tile, room, out=out)
        norms: Tensor = torch.linalg.vector_norm(out, dim=1)
        return norms.square()


def factor_blocks(
    A: Float[Tensor, "n n"], shift: float, workspace: Float[Tensor, "n n"], *, most: float
) -> Factored | None:
    """Factor A + shift, row block by row block.

    Args:
        A: A finite symmetric float64 matrix; it is only read.
        shift: What is added to its diagonal.
        workspace: Room for the factors: L^T above the diagonal blocks, L D below them.
        most: The largest size that is of use.

    Returns:
        The signs, the size and the roundings an entry met; None where the size exceeds `most`.
    """
    n, system = len(A), _System(A, workspace, A.new_empty(3, _BLOCK * max(_BLOCK, _TILE)))
    negative = positive = torch.zeros(1, dtype=torch.long)
    size = 0.0
    for start in range(0, n, _BLOCK):
        block = slice(start, min(n, start + _BLOCK))
        pivot = _pivot(system.diagonal(block, shift))
        squares = pivot.L.square().sum(0)
        for column in range(block.stop, n, _TILE):
            squares += system.eliminate(pivot, block, slice(column, min(n, column + _TILE)))
        size += float(weights(pivot.diagonal, pivot.coupling) @ squares)
        if not size <= most:
            return None
        below, above = signs(
            pivot.diagonal[None], pivot.coupling[None], (pivot.coupling != 0)[None]
        )
        negative, positive = negative + below, positive + above
    terms = A.new_tensor([terms_of_blocks(n)])
    return Factored(negative, positive, A.new_tensor([size]), terms)


def terms_of_blocks(n: int) -> float:
    """The roundings behind an entry: those of one block, and one for each block."""
    return float(_BLOCK + -(-n // _BLOCK))


def _pivot(block: Float[Tensor, "b b"]) -> _Pivot:
    """LAPACK's factorisation of a diagonal block, with its interchanges carried through L."""
    b = len(block)
    LD, pivots, _ = dsytrf(block.numpy().T, lower=1, lwork=64 * b)
    opens = opens_pair(torch.from_numpy(pivots)[None])[0]
    L, coupling, _ = dsyconv(LD, pivots, lower=1, overwrite_a=1)
    diagonal = L.diagonal().copy()
    np.fill_diagonal(L, 1.0)
    return _Pivot(
        torch.from_numpy(L).tril_(),
        _order(pivots, opens.tolist()),
        torch.from_numpy(diagonal),
        torch.where(opens, torch.from_numpy(coupling), 0.0),
    )


def _order(pivots: Any, opens: list[bool]) -> Int[Tensor, " b"]:
    """The row that each place of L holds: the interchanges, one after the other."""
    order = list(range(len(opens)))
    for k, pivot in enumerate(pivots.tolist()):
        if not opens[k]:
            other = abs(pivot) - 1
            order[k], order[other] = order[other], order[k]
    return torch.tensor(order)


def _divide(
    pivot: _Pivot,
    X: Float[Tensor, "b columns"],
    room: Float[Tensor, "b columns"],
    *,
    out: Float[Tensor, "b columns"],
) -> None:
    """D^-1 X; a pivot of two rows is inverted after scaling by its coupling."""
    own, other = pivot.diagonal.reciprocal(), torch.zeros_like(pivot.diagonal)
    partner = torch.arange(len(own))
    i = pivot.coupling.nonzero()[:, 0]
    b = pivot.coupling[i]
    a, c = pivot.diagonal[i] / b, pivot.diagonal[i + 1] / b
    determinant = b * (a * c - 1)
    own[i], own[i + 1] = c / determinant, a / determinant
    other[i] = other[i + 1] = -1 / determinant
    partner[i], partner[i + 1] = i + 1, i
    torch.mul(X, own[:, None], out=out)
    if len(i):
        torch.index_select(X, 0, partner, out=room)
        out.addcmul_(room, other[:, None])
