"""Signs and size of a pivoted factorisation P A P^T = L D L^T.

D has blocks of one and two rows (Bunch & Kaufman 1977); by Sylvester's law its signs are the signs
of A + dA, where |dA| <= c(n) u (|A| + P^T |L||D||L^T| P) entry by entry (Higham 2002, Theorem
11.3). The 2-norm of |L||D||L^T| is at most the sum of d_j ||l_j||^2 over the columns of L, with d_j
the row sums of |D|: the columns can be read where LAPACK left them, whatever the interchanges.
"""

from collections.abc import Sequence
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
    """What a factorisation says.

    Attributes:
        negative: Negative eigenvalues of D.
        positive: Positive eigenvalues of D.
        size: A bound on the 2-norm of |L||D||L^T|.
        terms: The roundings that the sum behind an entry went through, pivots of two rows apart.
    """

    negative: Int[Tensor, " b"]
    positive: Int[Tensor, " b"]
    size: Float[Tensor, " b"]
    terms: Float[Tensor, " b"]


def concatenate(parts: Sequence[Factored]) -> Factored:
    """The parts as one batch, in their order."""
    columns = zip(*((p.negative, p.positive, p.size, p.terms) for p in parts), strict=True)
    return Factored(*map(torch.cat, columns))


def factor(A: Float[Tensor, "b n n"]) -> Factored:
    """Factor symmetric matrices and keep the signs of D and the size of the factors.

    Args:
        A: Finite float64 matrices, symmetric; the storage is overwritten.

    Returns:
        Counts of negative and positive eigenvalues of D; exact zeros are in neither.
    """
    if A.device.type == "cpu" and A.shape[-1] >= _LARGE:
        negative, positive, size = zip(*map(_factor_large, A.numpy()), strict=True)
        sizes = torch.tensor(size, dtype=A.dtype)
        return Factored(torch.tensor(negative), torch.tensor(positive), sizes, _terms(A))
    return _factor_batch(A)


def _factor_batch(A: Float[Tensor, "b n n"]) -> Factored:
    """The batched kernel."""
    LD, pivots, _ = torch.linalg.ldl_factor_ex(A)
    opens = opens_pair(pivots)
    diagonal = LD.diagonal(dim1=-2, dim2=-1)
    coupling = torch.zeros_like(diagonal)
    coupling[:, :-1] = torch.where(opens[:, :-1], LD.diagonal(-1, -2, -1), 0.0)
    negative, positive = signs(diagonal, coupling, opens)
    L = LD.tril(-1)
    L.diagonal(-1, -2, -1).masked_fill_(opens[:, :-1], 0.0)
    size = (weights(diagonal, coupling) * (1 + L.square().sum(-2))).sum(-1)
    return Factored(negative, positive, size, _terms(A))


def _terms(A: Float[Tensor, "b n n"]) -> Float[Tensor, " b"]:
    """A sum over columns in any order meets as many roundings as there are columns."""
    return A.new_full((len(A),), float(A.shape[-1]))


def weights(
    diagonal: Float[Tensor, "*b n"], coupling: Float[Tensor, "*b n"]
) -> Float[Tensor, "*b n"]:
    """The row sums of |D|; the last coupling is zero, so rolling is safe."""
    return diagonal.abs() + coupling.abs() + coupling.abs().roll(1, -1)


def opens_pair(pivots: Int[Tensor, "b n"]) -> Bool[Tensor, "b n"]:
    """Where a block of two rows begins: every second place in a run of negative pivots."""
    places = torch.arange(pivots.shape[-1], device=pivots.device).expand(pivots.shape)
    before = torch.where(pivots > 0, places, -1).cummax(-1).values
    return (pivots < 0) & ((places - before) % 2 == 1)


def _closes(opens: Bool[Tensor, "b n"]) -> Bool[Tensor, "b n"]:
    """Where a block of two rows ends; the last place never opens one, so rolling is safe."""
    return opens.roll(1, -1)


def signs(
    diagonal: Float[Tensor, "b n"], coupling: Float[Tensor, "b n"], opens: Bool[Tensor, "b n"]
) -> tuple[Int[Tensor, " b"], Int[Tensor, " b"]]:
    """The numbers of negative and positive eigenvalues of D.

    The pivoting rule takes two rows only when |a c| < 0.42 b^2, so such a block has one of each.
    """
    single = ~(opens | _closes(opens))
    pairs = (opens & (coupling != 0)).sum(-1)
    return ((diagonal < 0) & single).sum(-1) + pairs, ((diagonal > 0) & single).sum(-1) + pairs


def _factor_large(A: Any) -> tuple[int, int, float]:
    """One LAPACK factorisation in place."""
    n = len(A)
    lwork, _ = dsytrf_lwork(n, lower=1)
    # The transpose of a symmetric row-major matrix is itself in LAPACK's order: no copy.
    LD, pivots, _ = dsytrf(A.T, lower=1, lwork=int(lwork), overwrite_a=1)
    opens = opens_pair(torch.from_numpy(pivots)[None])
    diagonal, coupling = LD.diagonal().copy(), np.zeros(n)
    coupling[:-1] = np.where(opens[0, :-1], LD.diagonal(-1), 0.0)
    negative, positive = signs(
        torch.from_numpy(diagonal)[None], torch.from_numpy(coupling)[None], opens
    )
    below = np.arange(1, n + 1) + (coupling != 0)
    columns = (LD[start:, k] for k, start in enumerate(below))
    squares = np.fromiter((column @ column for column in columns), dtype=float, count=n)
    d = weights(torch.from_numpy(diagonal), torch.from_numpy(coupling)).numpy()
    return int(negative), int(positive), float(d @ (1 + squares))
