"""One sweep of block Lanczos for the lowest eigenvalues, beside a space already known.

The basis is orthonormal against itself and against the locked vectors, twice a step; when it is
full it shrinks to its lowest Ritz vectors and goes on from there (thick restart, Wu & Simon 2000;
Krylov-Schur, Stewart 2001). A block of p finds up to p copies of an eigenvalue; what a sweep
misses, the next one finds beside the vectors locked so far.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float
from torch import Generator, Tensor

from ._memory import forecast
from ._operator import AbstractOperator


@final
@dataclass(frozen=True)
class Goal:
    """When a sweep may stop.

    Attributes:
        num_wanted: Converged lowest pairs, counted from the bottom without a gap.
        ceiling: Or the first converged value at or above this, whichever comes first.
        converged: From values, residuals and the norm seen so far: which pairs are good enough.
        max_products: Products that this sweep may still spend.
    """

    num_wanted: int
    ceiling: float
    converged: Callable[[Tensor, Tensor, float], Tensor]
    max_products: int


@final
@dataclass(frozen=True, eq=False)
class Sweep:
    """The lowest Ritz pairs of a sweep.

    Attributes:
        values: All Ritz values at the end, ascending.
        vectors: Rows, the Ritz vectors of the first values.
        num_converged: How many of the first pairs are converged, without a gap.
        norm: The largest |Ritz value| seen, a lower estimate of ||A||.
        num_products: Products spent.
    """

    values: Float[Tensor, " m"]
    vectors: Float[Tensor, "k n"]
    num_converged: int
    norm: float
    num_products: int


class _Basis:
    """An orthonormal basis in one allocation, and A in it. It lives for one sweep."""

    def __init__(self, locked: Float[Tensor, "l n"], capacity: int) -> None:
        n = locked.shape[1]
        forecast(
            (capacity + 4) * n * locked.element_size(),
            purpose=f"A Krylov basis of {capacity} vectors on R^{n}",
            remedy="Ask for fewer eigenpairs.",
        )
        self.locked = locked
        self.rows = locked.new_empty(capacity, n)
        self.T = locked.new_zeros(capacity, capacity)
        self.size = 0
        self.coupling = locked.new_zeros(0, 0)

    def without(self, W: Float[Tensor, "p n"]) -> Float[Tensor, "p n"]:
        """W without the span of the basis and of the locked vectors."""
        for _ in range(2):
            for Q in (self.locked, self.rows[: self.size]):
                W = W - (W @ Q.T) @ Q
        return W

    def extend(self, operator: AbstractOperator, F: Float[Tensor, "p n"]) -> Float[Tensor, "p n"]:
        """Take in a block; give back what its image has outside the basis."""
        first, self.size = self.size, self.size + len(F)
        self.rows[first : self.size] = F
        W = operator.matmat(F.T).T
        C = self.rows[: self.size] @ W.T
        self.T[: self.size, first : self.size] = C
        self.T[first : self.size, : self.size] = C.T
        return self.without(W)

    def shrink(self, values: Float[Tensor, " k"], vectors: Float[Tensor, "m k"]) -> None:
        """Keep these Ritz vectors alone."""
        k = len(values)
        self.rows[:k] = vectors.T @ self.rows[: self.size]
        self.T.zero_()
        self.T[:k, :k].copy_(values.diag())
        self.size = k


def sweep(
    operator: AbstractOperator,
    locked: Float[Tensor, "l n"],
    generator: Generator,
    *,
    block: int,
    goal: Goal,
) -> Sweep:
    """Find the lowest eigenpairs of A on the complement of the locked vectors.

    Args:
        operator: The operator A.
        locked: Orthonormal rows to stay away from.
        generator: Draws the first block, and new directions where the Krylov space closes.
        block: The block size p.
        goal: When to stop.

    Returns:
        The Ritz pairs, converged or not when the products are spent.
    """
    room = operator.size - len(locked)
    block = min(block, room)
    capacity = min(room, max(goal.num_wanted + 60, 3 * goal.num_wanted) + 4 * block)
    basis = _Basis(locked, capacity)
    F, _ = _new_block(basis, torch.zeros_like(locked[:0]), block, generator, 0.0)
    spent, norm = 0, 0.0
    while True:
        W = basis.extend(operator, F)
        spent += len(F)
        values, vectors = torch.linalg.eigh(basis.T[: basis.size, : basis.size])
        norm = max(norm, values.abs().max().item())
        p = min(block, room - basis.size)
        F, R = _new_block(basis, W, p, generator, norm)
        residuals = (R @ vectors[basis.size - R.shape[1] :]).norm(dim=0) if p else 0 * values
        converged = _prefix(goal.converged(values, residuals, norm))
        if _is_reached(values, converged, goal) or p == 0 or spent >= goal.max_products:
            break
        if basis.size + p > capacity:
            keep = min(max(goal.num_wanted, converged) + 2 * block + 4, basis.size - block)
            basis.shrink(values[:keep], vectors[:, :keep])
    top = vectors[:, : max(converged, min(goal.num_wanted, basis.size))]
    return Sweep(values, top.T @ basis.rows[: basis.size], converged, norm, spent)


def _prefix(good: Bool[Tensor, " m"]) -> int:
    """How many of the first entries are true, without a gap."""
    return int(good.long().cumprod(0).sum())


def _is_reached(values: Float[Tensor, " m"], converged: int, goal: Goal) -> bool:
    if converged >= goal.num_wanted:
        return True
    return converged > 0 and values[converged - 1].item() >= goal.ceiling


def _new_block(
    basis: _Basis, W: Float[Tensor, "q n"], p: int, generator: Generator, norm: float
) -> tuple[Float[Tensor, "p n"], Float[Tensor, "p q"]]:
    """Orthonormal rows that span W, made p by random ones where W has too few; and W in them."""
    n = basis.rows.shape[1]
    Q, R = torch.linalg.qr(W.T)  # (n, q), (q, q)
    eps = torch.finfo(W.dtype).eps
    live = R.diagonal().abs() > 100 * n**0.5 * eps * norm
    F = Q.T[live][:p]
    if len(F) < p:
        fresh = torch.randn(
            p - len(F), n, generator=generator, dtype=W.dtype, device=generator.device
        ).to(W.device)
        F = torch.cat([F, basis.without(fresh)])
    for _ in range(2):
        F = torch.linalg.qr(basis.without(F).T).Q.T
    return F, F @ W.T
