"""How many eigenvalues are negative, how many positive, and how many nobody can tell.

A - tau and A + tau are factored. If the backward errors of both factorisations, the rounding of the
shifts and the caller's own error of A are together at most tau, then by Weyl's inequality an
eigenvalue counted negative at A + tau is negative, one counted positive at A - tau is positive, and
the rest are undecided. tau is not guessed but taken from the bound on the factors (Higham 2002,
Theorem 11.3) and enlarged until it covers that bound at both shifts.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from lossatlas._types import Values
from lossatlas.errors import misuse

from ._ldl import factor
from ._memory import forecast

# Rounding: n terms an entry in any order, plus 53 units for each side of a pivot of two rows solved
# through its scaled inverse; the argument stands in docs/linalg/index.md.
_EXTRA_ROUNDINGS = 128
_UNIT = 2.0**-53
# The probe tells the growth of the factors from a leading block of this size or a quarter of A.
_PROBE = 512


@final
@dataclass(frozen=True, eq=False)
class Inertia:
    """Three-valued counts of eigenvalues; they sum to n.

    Attributes:
        negative: Eigenvalues that are certainly negative.
        undecided: Eigenvalues within the bound, of either sign or zero.
        positive: Eigenvalues that are certainly positive.
        shift: The shift tau; an eigenvalue further than 2 tau from zero is never undecided.
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
    A = matrix.reshape(matrix.shape[:-2].numel(), n, n).double()
    if torch.equal(A, A.mT):
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
    item = A.element_size() * A[0].numel()
    forecast(
        (3 if len(A) == 1 else 3 * len(A)) * item,
        purpose=f"The inertia of {len(A)} matrices of size {A.shape[-1]}",
        remedy="Take fewer matrices at once, or `count_negative` on an operator.",
    )
    negative = torch.zeros(len(A), dtype=torch.long, device=A.device)
    positive = negative.clone()
    shift = torch.full_like(error, torch.nan)
    finite = A.isfinite().all(-1).all(-1) & error.isfinite()
    live = finite.nonzero()[:, 0]
    tau = _first_shift(A[live], error[live])
    above, tau_above = _count(A[live], error[live], tau, sign=1)
    # The other shift starts from what the first one needed.
    below, tau_below = _count(A[live], error[live], tau_above, sign=-1)
    negative[live], positive[live] = above, below
    shift[live] = torch.maximum(tau_above, tau_below)
    return negative, positive, shift


def _first_shift(A: Float[Tensor, "m n n"], error: Float[Tensor, " m"]) -> Float[Tensor, " m"]:
    """A shift that will probably do, from the growth of the factors of a leading block."""
    n = A.shape[-1]
    size = n if n <= _PROBE else max(_PROBE, n // 4)
    rows = A.abs().sum(-1).amax(-1)
    block = A[:, :size, :size].clone()
    part = block.abs().sum(-1).amax(-1)
    growth = (factor(block).row_sum / part).nan_to_num(1.0, posinf=1.0)
    # On random matrices the growth rises like n^1.35; half as much again is room to spare.
    scaled = growth * (n / size) ** 1.35 * rows
    return error + 1.5 * _units(n) * (scaled + rows)


def _units(n: int) -> float:
    """gamma_{n + c} of rounding analysis, a little enlarged for the bound's own rounding."""
    k = (n + _EXTRA_ROUNDINGS) * _UNIT
    return 1.001 * k / (1 - k)


def _count(
    A: Float[Tensor, "m n n"], error: Float[Tensor, " m"], tau: Float[Tensor, " m"], *, sign: int
) -> tuple[Int[Tensor, " m"], Float[Tensor, " m"]]:
    """Eigenvalues surely beyond zero: negative at A + tau (sign 1), positive at A - tau (-1).

    The shift grows where the bound at the shifted matrix exceeds it, until none does.
    """
    count = torch.zeros(len(A), dtype=torch.long, device=A.device)
    tau = tau.clone()
    open_ = torch.arange(len(A), device=A.device)
    while len(open_):
        shifted = A[open_]
        shifted.diagonal(dim1=-2, dim2=-1).add_(sign * tau[open_, None])
        factored = factor(shifted)
        # One unit more covers the rounding of the shift itself, |a_ii + tau| u.
        bound = error[open_] + (_units(A.shape[-1]) + 2 * _UNIT) * factored.row_sum
        count[open_] = factored.negative if sign == 1 else factored.positive
        lost = ~bound.isfinite()
        count[open_[lost]], tau[open_[lost]] = 0, torch.inf
        open_, grown = _still_open(open_, bound, tau)
        tau[open_] = grown
    return count, tau


def _still_open(
    open_: Int[Tensor, " k"], bound: Float[Tensor, " k"], tau: Float[Tensor, " m"]
) -> tuple[Int[Tensor, " j"], Float[Tensor, " j"]]:
    """The matrices whose shift does not cover its bound, and their next shift."""
    short = (bound > tau[open_]) & bound.isfinite()
    return open_[short], 1.5 * bound[short]
