"""Signs and size of a pivoted factorisation P A P^T = L D L^T.

D has blocks of one and two rows (Bunch & Kaufman 1977); by Sylvester's law its signs are the signs
of A + dA, where |dA| <= c(n) u (|A| + P^T |L||D||L^T| P) entry by entry (Higham 2002, Theorem
11.3). The size of that bound is read off here by applying it to the vector of ones: for a
non-negative symmetric matrix the largest row sum is at least its 2-norm. LAPACK stores L as a
product of interchanges and elimination steps, so |L| is applied in that order, column by column.
"""

from dataclasses import dataclass
from typing import Any, final

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from scipy.linalg.lapack import dsytrf, dsytrf_lwork
from torch import Tensor

# From this size on one LAPACK call a matrix beats the batched kernel and its bookkeeping.
_LARGE = 192


@final
@dataclass(frozen=True, eq=False)
class Factored:
    """What a factorisation says: the signs of D, and the largest row sum of |A| + |L||D||L^T|."""

    negative: Int[Tensor, " b"]
    positive: Int[Tensor, " b"]
    row_sum: Float[Tensor, " b"]


def factor(A: Float[Tensor, "b n n"]) -> Factored:
    """Factor symmetric matrices and keep the signs of D and the size of the error bound.

    Args:
        A: Finite float64 matrices, symmetric; the storage is overwritten.

    Returns:
        Counts of negative and positive eigenvalues of D; exact zeros are in neither.
    """
    if A.device.type == "cpu" and A.shape[-1] >= _LARGE:
        results = [_factor_large(matrix.numpy()) for matrix in A]
        negative, positive, row_sum = zip(*results, strict=True)
        return Factored(
            torch.tensor(negative), torch.tensor(positive), torch.tensor(row_sum, dtype=A.dtype)
        )
    return _factor_batch(A)


def _factor_batch(A: Float[Tensor, "b n n"]) -> Factored:
    """The batched kernel, with one Python step a column for the whole batch."""
    LD, pivots, _ = torch.linalg.ldl_factor_ex(A)
    opens = _opens_pair(pivots)
    diagonal = LD.diagonal(dim1=-2, dim2=-1)
    coupling = torch.zeros_like(diagonal)
    coupling[:, :-1] = torch.where(opens[:, :-1], LD.diagonal(-1, -2, -1), 0.0)
    negative, positive = _signs(diagonal, coupling, opens)
    L = LD.tril(-1).abs_()
    L.diagonal(-1, -2, -1).masked_fill_(opens[:, :-1], 0.0)
    ones = 1 + L.sum(-2)  # |L^T| P 1: the interchanges move entries within a column only
    middle = diagonal.abs() * ones + coupling.abs() * ones.roll(-1, -1)
    middle += (coupling.abs() * ones).roll(1, -1)
    rows = A.abs().sum(-1) + _apply_batch(L, pivots, opens, middle)
    return Factored(negative, positive, rows.amax(-1))


def _opens_pair(pivots: Int[Tensor, "b n"]) -> Bool[Tensor, "b n"]:
    """Where a block of two rows begins: every second place in a run of negative pivots."""
    places = torch.arange(pivots.shape[-1], device=pivots.device).expand(pivots.shape)
    before = torch.where(pivots > 0, places, -1).cummax(-1).values
    return (pivots < 0) & ((places - before) % 2 == 1)


def _closes(opens: Bool[Tensor, "b n"]) -> Bool[Tensor, "b n"]:
    """Where a block of two rows ends; the last place never opens one, so rolling is safe."""
    return opens.roll(1, -1)


def _signs(
    diagonal: Float[Tensor, "b n"], coupling: Float[Tensor, "b n"], opens: Bool[Tensor, "b n"]
) -> tuple[Int[Tensor, " b"], Int[Tensor, " b"]]:
    """The numbers of negative and positive eigenvalues of D.

    The pivoting rule takes two rows only when |a c| < 0.42 b^2, so such a block has one of each.
    """
    single = ~(opens | _closes(opens))
    pairs = (opens & (coupling != 0)).sum(-1)
    return ((diagonal < 0) & single).sum(-1) + pairs, ((diagonal > 0) & single).sum(-1) + pairs


def _apply_batch(
    L: Float[Tensor, "b n n"],
    pivots: Int[Tensor, "b n"],
    opens: Bool[Tensor, "b n"],
    x: Float[Tensor, "b n"],
) -> Float[Tensor, "b n"]:
    """P^T |L| x, the elimination steps and interchanges from the last to the first."""
    x = x.clone()
    # A pair swaps its second row, once both its columns are applied: when its first is reached.
    places = torch.arange(x.shape[-1], device=x.device)
    first = places + opens
    second = torch.where(_closes(opens), places, pivots.abs().long() - 1)
    columns = L.mT.contiguous()
    for k in range(x.shape[-1] - 1, -1, -1):
        x[:, k + 1 :].addcmul_(columns[:, k, k + 1 :], x[:, k : k + 1])
        here, there = first[:, k : k + 1], second[:, k : k + 1]
        value = x.gather(1, here)
        x.scatter_(1, here, x.gather(1, there)).scatter_(1, there, value)
    return x


def _factor_large(A: Any) -> tuple[int, int, float]:
    """One LAPACK factorisation in place, then |L| column by column."""
    rows = np.abs(A).sum(axis=1)
    lwork, _ = dsytrf_lwork(len(A), lower=1)
    # The transpose of a symmetric row-major matrix is itself in LAPACK's order: no copy.
    LD, pivots, _ = dsytrf(A.T, lower=1, lwork=int(lwork), overwrite_a=1)
    opens = _opens_pair(torch.from_numpy(pivots)[None])
    diagonal, coupling = LD.diagonal().copy(), np.zeros(len(A))
    coupling[:-1] = np.where(opens[0, :-1], LD.diagonal(-1), 0.0)
    negative, positive = _signs(
        torch.from_numpy(diagonal)[None], torch.from_numpy(coupling)[None], opens
    )
    np.abs(LD, out=LD)
    rows += _row_sums_large(LD, pivots, np.abs(diagonal), np.abs(coupling))
    return int(negative), int(positive), float(rows.max())


def _row_sums_large(L: Any, pivots: Any, diagonal: Any, coupling: Any) -> Any:
    """P^T |L||D||L^T| P applied to ones, from |L| below the diagonal and |D|."""
    n = len(diagonal)
    below = [k + 1 + (coupling[k] != 0) for k in range(n)]
    ones = np.array([1 + L[below[k] :, k].sum() for k in range(n)])
    x = diagonal * ones
    x[:-1] += coupling[:-1] * ones[1:]
    x[1:] += coupling[:-1] * ones[:-1]
    for k in range(n - 1, -1, -1):
        x[below[k] :] += x[k] * L[below[k] :, k]
        if pivots[k] > 0 or coupling[k] != 0:
            here, there = k + (coupling[k] != 0), abs(pivots[k]) - 1
            x[here], x[there] = x[there], x[here]
    return x
