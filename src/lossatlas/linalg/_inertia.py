"""How many eigenvalues are negative, how many positive, and how many nobody can tell.

A - tau and A + tau are factored. If the backward errors of both factorisations, the rounding of the
shifts and the caller's own error of A are together at most tau, then by Weyl's inequality an
eigenvalue counted negative at A + tau is negative, one counted positive at A - tau is positive, and
the rest are undecided. tau starts as a guess; what counts is that the bound on the factors (Higham
2002, Theorem 11.3) at each shifted matrix is at most its shift, and tau grows until it is. Large
matrices pivot inside blocks of rows, at the speed of products, as long as tau covers their growth.
"""

import math
from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from lossatlas._types import Values
from lossatlas.errors import misuse

from ._ldl import Factored, concatenate, factor
from ._ldl_blocks import BLOCKED_FROM, factor_blocks, terms_of_blocks
from ._memory import forecast

# Rounding: the terms of an entry, plus 58 units for each side of a pivot of two rows solved
# through its scaled inverse; the argument stands in docs/linalg/index.md.
_EXTRA_ROUNDINGS = 128
_UNIT = 2.0**-53
# A larger matrix shows the growth of its factors on a leading block of this size.
_PROBE = 512
# Rows and columns of a tile that fits the cache, transposed or not.
_TILE = 512


@final
@dataclass(frozen=True, eq=False)
class Inertia:
    """Three-valued counts of eigenvalues; they sum to n.

    Attributes:
        negative: Eigenvalues that are certainly negative.
        undecided: Eigenvalues within the bound, of either sign or zero.
        positive: Eigenvalues that are certainly positive.
        shift: The larger shift tau; an eigenvalue further than 2 tau from zero is never undecided.
    """

    negative: Int[Tensor, "*b"]
    undecided: Int[Tensor, "*b"]
    positive: Int[Tensor, "*b"]
    shift: Float[Tensor, "*b"]

    @property
    def decided(self) -> Bool[Tensor, "*b"]:
        """Whether every eigenvalue has a certain sign."""
        return self.undecided == 0


def inertia(matrix: Float[Tensor, "*b rows columns"], *, error: float | Values = 0.0) -> Inertia:
    """Count the eigenvalues of symmetric matrices by sign, with a bound on every rounding error.

    Args:
        matrix: Symmetric matrices, (*b, n, n). Float32 is lifted to float64, which loses nothing.
            Asymmetry at rounding level is averaged away and added to the error.
        error: A bound on the 2-norm of the difference between `matrix` and the matrix that is
            meant: the error of forming it. One number, or one a matrix (*b,).

    Returns:
        The counts. A matrix that is not finite, or whose bound overflows, is wholly undecided and
        its shift is NaN or infinite.

    Raises:
        ValueError: If the matrix is not square, is far from symmetric, or `error` is negative.
        MemoryForecastError: If the factors do not fit into memory.

    Example:
        >>> import torch
        >>> from lossatlas.linalg import inertia
        >>> counts = inertia(torch.diag(torch.tensor([-1.0, 0.0, 2.0, 3.0])))
        >>> int(counts.negative), int(counts.undecided), int(counts.positive)
        (1, 1, 2)
    """
    batch = matrix.shape[:-2]
    A, spread = _symmetric(matrix)
    bound = _errors(error, matrix) + spread
    if A.numel() == 0:
        zero = torch.zeros(batch, dtype=torch.long, device=A.device)
        return Inertia(zero, zero.clone(), zero.clone(), bound.reshape(batch))
    negative, positive, shift = _three_valued(A, bound)
    undecided = A.shape[-1] - negative - positive
    return Inertia(*(x.reshape(batch) for x in (negative, undecided, positive, shift)))


def _symmetric(matrix: Float[Tensor, "..."]) -> tuple[Float[Tensor, "m n n"], Float[Tensor, " m"]]:
    """The matrices as one float64 batch, and what taking their symmetric part changed."""
    if matrix.ndim < 2 or matrix.shape[-1] != matrix.shape[-2]:
        raise misuse(
            "matrix",
            should="be square in its last two axes",
            got=f"shape {tuple(matrix.shape)}",
            remedy="Pass symmetric matrices (*b, n, n).",
        )
    n = matrix.shape[-1]
    A = matrix.reshape(math.prod(matrix.shape[:-2]), n, n).double()
    if _is_symmetric(A):
        return A, A.new_zeros(len(A))
    half = (A - A.mT) / 2
    defect = half.abs().amax((-2, -1)) / A.abs().amax((-2, -1))
    if (defect > 1e-4).any():
        raise misuse(
            "matrix",
            should="be symmetric",
            got=f"max|A - A^T| = {2 * defect.max().item():.3g} max|A|",
            remedy="The eigenvalues of an asymmetric matrix have no inertia.",
        )
    return (A + A.mT) / 2, half.abs().sum(-1).amax(-1)


def _errors(error: float | Values, matrix: Float[Tensor, "..."]) -> Float[Tensor, " m"]:
    """The caller's error, one number a matrix."""
    given = torch.as_tensor(error, dtype=torch.float64, device=matrix.device)
    if (given < 0).any():
        raise misuse(
            "error",
            should="be at least 0",
            got=given.min().item(),
            remedy="Pass a bound on the 2-norm of the error of `matrix`.",
        )
    return given.expand(matrix.shape[:-2]).reshape(-1)


def _three_valued(
    A: Float[Tensor, "m n n"], error: Float[Tensor, " m"]
) -> tuple[Int[Tensor, " m"], Int[Tensor, " m"], Float[Tensor, " m"]]:
    """Certain negatives, certain positives and the shift, for each matrix."""
    forecast(
        (2 if len(A) == 1 else 4) * A.numel() * A.element_size(),
        purpose=f"The inertia of {len(A)} matrices of size {A.shape[-1]}",
        remedy="Take fewer matrices at once, or `count_negative` on an operator.",
    )
    rows = torch.linalg.vector_norm(A, ord=1, dim=-1).amax(-1)
    negative = torch.zeros(len(A), dtype=torch.long, device=A.device)
    positive, shift = negative.clone(), torch.full_like(error, torch.nan)
    live = (rows.isfinite() & error.isfinite()).nonzero()[:, 0]
    if len(live) < len(A):
        A, error, rows = A[live], error[live], rows[live]
    # One allocation for every shifted copy: fresh memory costs as much as copying into it.
    workspace = torch.empty_like(A, memory_format=torch.contiguous_format)
    problem = _Problem(A, rows, error, _by_blocks(A), workspace)
    terms = torch.full_like(rows, A.shape[-1])
    guess = error + 2 * _units(terms) * rows * (1 + _growth(A))
    below, tau_below, bound = problem.count(guess, sign=1)
    # What the first shift needed tells the second; where the first was too wide, and something is
    # undecided, it is taken again; for a large matrix only where that gains a digit and more.
    sharp = error + 1.25 * (bound - error)
    above, tau_above, _ = problem.count(sharp, sign=-1)
    worth = 2 if A.shape[-1] <= _PROBE else 16
    wide = (below + above < A.shape[-1]) & (tau_below > worth * sharp)
    if wide.any():
        again = _Problem(A[wide], rows[wide], error[wide], problem.blocks[wide], workspace)
        below[wide], tau_below[wide], _ = again.count(sharp[wide], sign=1)
    negative[live], positive[live] = below, above
    shift[live] = torch.maximum(tau_below, tau_above)
    return negative, positive, shift


def _growth(A: Float[Tensor, "m n n"]) -> Float[Tensor, " m"]:
    """A guess at |L||D||L^T| over |A|, as it is for random matrices or for a leading block."""
    n = A.shape[-1]
    if n <= 2 * _PROBE:
        return A.new_full((len(A),), float(n) ** 1.2)
    block = A[:, :_PROBE, :_PROBE].clone()
    rows = block.abs().sum(-1).amax(-1)
    growth = (factor(block).size / rows).nan_to_num(1.0, posinf=1.0)
    return torch.mul(growth, (n / _PROBE) ** 1.2)


def _by_blocks(A: Float[Tensor, "m n n"]) -> Bool[Tensor, " m"]:
    """Which matrices are factored by blocks at first: large ones, on the CPU."""
    large = A.device.type == "cpu" and A.shape[-1] >= BLOCKED_FROM
    return torch.full((len(A),), large, device=A.device)


def _units(terms: Float[Tensor, " m"]) -> Float[Tensor, " m"]:
    """gamma_{terms + c} of rounding analysis, a little enlarged for the bound's own rounding."""
    k = (terms + _EXTRA_ROUNDINGS) * _UNIT
    return 1.001 * k / (1 - k)


@final
@dataclass(frozen=True, eq=False)
class _Problem:
    """Matrices with their largest row sums of |A|, the errors they came with, and room.

    `blocks` says where pivoting inside blocks is worth a trial; it is cleared where that failed.
    """

    A: Float[Tensor, "m n n"]
    rows: Float[Tensor, " m"]
    error: Float[Tensor, " m"]
    blocks: Bool[Tensor, " m"]
    workspace: Float[Tensor, "room n n"]

    def count(
        self, tau: Float[Tensor, " m"], *, sign: int
    ) -> tuple[Int[Tensor, " m"], Float[Tensor, " m"], Float[Tensor, " m"]]:
        """Eigenvalues surely beyond zero: negative at A + tau (sign 1), positive at A - tau (-1).

        The shift grows where the bound at the shifted matrix exceeds it, until none does.

        Returns:
            The counts, the shifts taken, and the bounds that they cover.
        """
        count = torch.zeros(len(self.A), dtype=torch.long, device=self.A.device)
        tau, bound = tau.clone(), torch.zeros_like(tau)
        todo = torch.arange(len(self.A), device=self.A.device)
        while len(todo):
            factored = self._factor(todo, tau[todo], sign)
            # Two units more cover the rounding of the shift itself, |a_ii + tau| u.
            size = factored.size + self.rows[todo] + tau[todo]
            bound[todo] = self.error[todo] + (_units(factored.terms) + 2 * _UNIT) * size
            count[todo] = factored.negative if sign == 1 else factored.positive
            lost = todo[~bound[todo].isfinite()]
            count[lost], tau[lost], bound[lost] = 0, torch.inf, torch.inf
            todo = todo[bound[todo] > tau[todo]]
            tau[todo] = 1.5 * bound[todo]
        return count, tau, bound

    def _factor(self, todo: Int[Tensor, " k"], tau: Float[Tensor, " k"], sign: int) -> Factored:
        """Factor A + sign tau: by blocks where that is still worth it, else all at once."""
        if not self.blocks[todo].any():
            return self._factor_whole(todo, sign * tau)
        pairs = zip(todo.split(1), tau.split(1), strict=True)
        return concatenate([self._factor_one(i, t, sign) for i, t in pairs])

    def _factor_one(
        self, i: Int[Tensor, " one"], tau: Float[Tensor, " one"], sign: int
    ) -> Factored:
        """Blocks at first, and LAPACK's pivoting where their growth passes what tau covers."""
        if self.blocks[i]:
            units = _units(torch.full_like(tau, terms_of_blocks(self.A.shape[-1])))
            most = ((tau - self.error[i]) / units - self.rows[i] - tau).item()
            shift = sign * tau.item()
            found = factor_blocks(self.A[int(i)], shift, self.workspace[0], most=most)
            if found is not None:
                return found
            self.blocks[i] = False
        return self._factor_whole(i, sign * tau)

    def _factor_whole(self, todo: Int[Tensor, " k"], shift: Float[Tensor, " k"]) -> Factored:
        """Factor A + shift with pivoting among all rows."""
        shifted = self.workspace[: len(todo)]
        shifted.copy_(self.A if len(todo) == len(self.A) else self.A[todo])
        shifted.diagonal(dim1=-2, dim2=-1).add_(shift[:, None])
        return factor(shifted)


def _is_symmetric(A: Float[Tensor, "m n n"]) -> bool:
    """Whether the matrices are symmetric to the last bit, tile by tile to stay in the cache."""
    n = A.shape[-1]
    tiles = [slice(i, i + _TILE) for i in range(0, n, _TILE)]
    return all(
        torch.equal(A[:, rows, columns], A[:, columns, rows].mT)
        for i, rows in enumerate(tiles)
        for columns in tiles[i:]
    )
