"""Lanczos tridiagonalisation with full reorthogonalisation, many starts at once.

V A V^T = T holds row block by row block; in floating point it stays true only while V stays
orthonormal. Without reorthogonalisation a converged eigenvalue comes back as a ghost (Paige 1976),
and a ghost counted is a wrong index. All basis vectors live in one allocation, made at the start.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas._types import Vector
from lossatlas.errors import misuse

from ._memory import forecast
from ._operator import AbstractOperator


@final
@dataclass(frozen=True, eq=False)
class Tridiagonal:
    """What m Lanczos steps leave: orthonormal rows V with V A V^T = T."""

    basis: Float[Tensor, "m n"]
    diagonal: Float[Tensor, " m"]
    off_diagonal: Float[Tensor, " m-1"]

    def dense(self) -> Float[Tensor, "m m"]:
        """T as a matrix."""
        return tridiagonal_matrix(self.diagonal, self.off_diagonal)


def tridiagonal_matrix(
    diagonal: Float[Tensor, "*r m"], off_diagonal: Float[Tensor, "*r m-1"]
) -> Float[Tensor, "*r m m"]:
    """Symmetric tridiagonal matrices from their two diagonals."""
    sides = off_diagonal.diag_embed(1) + off_diagonal.diag_embed(-1)
    return diagonal.diag_embed() + sides


def tridiagonalise(operator: AbstractOperator, start: Vector, num_steps: int) -> Tridiagonal:
    """Tridiagonalise an operator on the Krylov space of one vector.

    Args:
        operator: The operator A.
        start: Where the Krylov space begins; only its direction matters.
        num_steps: The number m of steps, one product each. Where the Krylov space is smaller, the
            result is as small.

    Returns:
        The basis and the two diagonals of T.

    Raises:
        ValueError: If `num_steps` is not between 1 and n, or the start is zero or not finite.
        MemoryForecastError: If the basis does not fit into memory.

    Example:
        >>> import torch
        >>> from lossatlas.linalg import DenseOperator, tridiagonalise
        >>> A = DenseOperator(torch.diag(torch.tensor([1.0, 1.0, 3.0])))
        >>> len(tridiagonalise(A, torch.ones(3), 3).diagonal)
        2
    """
    basis, diagonal, off_diagonal = tridiagonalise_many(operator, start[None], num_steps)
    closed = (off_diagonal[0] == 0).nonzero()
    m = int(closed[0, 0]) + 1 if len(closed) else num_steps
    return Tridiagonal(basis[0, :m], diagonal[0, :m], off_diagonal[0, : m - 1])


def tridiagonalise_many(
    operator: AbstractOperator, starts: Float[Tensor, "r n"], num_steps: int
) -> tuple[Float[Tensor, "r m n"], Float[Tensor, "r m"], Float[Tensor, "r m-1"]]:
    """Lanczos from several starts at once, one block product a step.

    A run whose Krylov space closes early goes on with zeros: they hang on T by a zero coupling.
    """
    _check(operator, starts, num_steps)
    r, n = starts.shape
    forecast(
        r * (num_steps + 3) * n * starts.element_size(),
        purpose=f"A Krylov basis of {num_steps} vectors for {r} runs on R^{n}",
        remedy="Ask for fewer steps or fewer runs.",
    )
    basis = starts.new_zeros(r, num_steps, n)
    diagonal, off_diagonal = starts.new_zeros(r, num_steps), starts.new_zeros(r, num_steps - 1)
    basis[:, 0] = starts / starts.norm(dim=-1, keepdim=True)
    for j in range(num_steps):
        w = operator.matmat(basis[:, j].T).T
        diagonal[:, j] = (basis[:, j] * w).sum(-1)
        if j == num_steps - 1:
            break
        w = _orthogonalised(w, basis[:, : j + 1])
        length = w.norm(dim=-1)
        scale = torch.maximum(diagonal.abs().amax(-1), off_diagonal.abs().amax(-1))
        open_ = length > 10 * n**0.5 * torch.finfo(w.dtype).eps * scale
        off_diagonal[:, j] = torch.where(open_, length, 0.0)
        basis[:, j + 1] = torch.where(open_[:, None], w / length[:, None], 0.0)
    return basis, diagonal, off_diagonal


def _check(operator: AbstractOperator, starts: Float[Tensor, "r n"], num_steps: int) -> None:
    if not 1 <= num_steps <= operator.size:
        raise misuse(
            "num_steps",
            should=f"be between 1 and {operator.size}",
            got=num_steps,
            remedy="A Krylov space is no larger than its space.",
        )
    norms = starts.norm(dim=-1)
    if not (norms.isfinite() & (norms > 0)).all():
        raise misuse(
            "start",
            should="be finite and not zero",
            got=f"norm {norms.min().item()}",
            remedy="Draw it from a generator.",
        )


def _orthogonalised(w: Float[Tensor, "r n"], V: Float[Tensor, "r j n"]) -> Float[Tensor, "r n"]:
    """The part of w outside the span of V; the second time takes out what rounding left (Giraud et al. 2005)."""
    for _ in range(2):
        w = w - ((V @ w[..., None]).mT @ V)[:, 0]
    return w
