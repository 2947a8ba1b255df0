"""MINRES-QLP: the shortest x that minimises ||A x - b||, for symmetric A that may be singular.

Lanczos turns A into a tridiagonal T_k; left reflections make it upper triangular, right reflections
make that lower triangular (Q T P = L), and x = V P u with L u = Q beta_1 e_1. Where MINRES fails on
singular, incompatible systems, the last entry of u is simply left out, and x is A^+ b (Choi, Paige &
Saunders 2011, SIAM J. Sci. Comput. 33, sections 3 to 5). All systems of a batch move together.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from lossatlas._types import Points, Values
from lossatlas.errors import misuse

from ._memory import forecast
from ._qlp_recurrence import State, step


class Reason(IntEnum):
    """Why the iteration of one system ended; the members are the codes of `QLPSolution.reason`."""

    SOLVED = 0
    LEAST_SQUARES = 1
    MAX_ITERATIONS = 2
    NOT_FINITE = 3

    @property
    def sentence(self) -> str:
        """The reason, for a reader."""
        return _SENTENCES[self]


_SENTENCES = {
    Reason.SOLVED: "the residual is within the tolerance of ||b||, or rounding",
    Reason.LEAST_SQUARES: "no x makes the residual smaller: b is not in the range of A",
    Reason.MAX_ITERATIONS: "the iterations allowed are spent",
    Reason.NOT_FINITE: "a product is NaN or infinite",
}


@final
@dataclass(frozen=True, eq=False)
class QLPSolution:
    """The shortest least-squares solutions of a batch of systems.

    Attributes:
        x: The solutions.
        residual_norm: ||A x - b||, computed anew from x.
        a_residual_norm: ||A (A x - b)||, likewise; near zero at a least-squares solution even
            where the residual is not.
        iterations: Products spent on each system, two more for the residuals not counted.
        reason: Codes of `Reason`, one a system.
    """

    x: Points
    residual_norm: Values
    a_residual_norm: Values
    iterations: Int[Tensor, "*b"]
    reason: Int[Tensor, "*b"]


def minres_qlp(
    product: Callable[[Tensor], Tensor],
    b: Points,
    *,
    tolerance: float = 1e-12,
    max_iterations: int | None = None,
    reorthogonalise: bool = True,
) -> QLPSolution:
    """Solve symmetric systems A x = b in the sense of the pseudo-inverse, from products alone.

    Args:
        product: Maps vectors (*b, n) to A times each; every system may have its own A.
        b: The right-hand sides, (*b, n).
        tolerance: A system is done when ||r|| <= tolerance ||b||, or when ||A r|| <=
            tolerance ||A|| ||r||: a least-squares solution.
        max_iterations: Products at most. When not given: n with reorthogonalisation; 4 n + 10
            without, since rounding then makes Lanczos find directions again.
        reorthogonalise: Keep the Lanczos basis, (iterations, n) numbers a system, and hold it
            orthogonal. Without it (the recurrence of the paper, a dozen vectors a system) expect
            half the digits on systems that are singular and incompatible: ask for 1e-8.

    Returns:
        The solutions with their residuals and the reason why each ended.

    Raises:
        ValueError: If the tolerance or the number of iterations is not positive.
        MemoryForecastError: If the bases do not fit into memory.

    Example:
        >>> import torch
        >>> from lossatlas.linalg import minres_qlp
        >>> scale = torch.tensor([2.0, 0.0, -1.0], dtype=torch.float64)
        >>> solution = minres_qlp(lambda v: scale * v, torch.ones(3, dtype=torch.float64))
        >>> [round(x.item(), 6) + 0.0 for x in solution.x]
        [0.5, 0.0, -1.0]
    """
    n, shape = b.shape[-1], b.shape[:-1]
    longest = n if reorthogonalise else 4 * n + 10
    limit = longest if max_iterations is None else min(max_iterations, longest)
    if not tolerance > 0 or limit < 1:
        raise misuse(
            "tolerance, max_iterations",
            should="be positive",
            got=(tolerance, max_iterations),
            remedy="Ask for 1e-12 and let the iteration end by itself.",
        )
    num_kept = limit if reorthogonalise else 0
    forecast(
        (num_kept + 12) * b.numel() * b.element_size(),
        purpose=f"MINRES-QLP on {math.prod(shape)} systems of size {n}",
        remedy="Lower `max_iterations`, or pass `reorthogonalise=False`.",
    )

    state = State(b.reshape(-1, n), tolerance, num_kept)
    x, iterations, reason = _iterate(
        lambda v: product(v.reshape(b.shape)).reshape(-1, n), state, limit
    )
    x = x.reshape(b.shape)
    residual = product(x) - b
    return QLPSolution(
        x,
        residual.norm(dim=-1),
        product(residual).norm(dim=-1),
        iterations.reshape(shape),
        reason.reshape(shape),
    )


def _iterate(
    product: Callable[[Tensor], Tensor], state: State, limit: int
) -> tuple[Float[Tensor, "m n"], Int[Tensor, " m"], Int[Tensor, " m"]]:
    """Solutions, products spent and reasons; systems that are done are frozen."""
    x = torch.zeros_like(state.v)
    iterations = torch.zeros(len(x), dtype=torch.long, device=x.device)
    running = Reason.MAX_ITERATIONS
    reason = torch.full_like(iterations, running)
    reason = torch.where(state.b_norm == 0, Reason.SOLVED, reason)
    reason = torch.where(state.b_norm.isfinite(), reason, Reason.NOT_FINITE)
    singular = torch.zeros_like(state.exhausted)
    for _ in range(limit):
        live = reason == running
        if not live.any():
            break
        step(state, product)
        verdict = _verdict(state)
        take = live & (verdict != Reason.NOT_FINITE)
        x = torch.where(take[:, None], state.x, x)
        iterations += live
        reason = torch.where(live, verdict, reason)
        singular |= live & state.exhausted & (verdict == Reason.LEAST_SQUARES)
    if state.num_vectors:
        x[singular] = _from_tridiagonal(state, singular, iterations)
    return x, iterations, reason


def _verdict(state: State) -> Int[Tensor, " m"]:
    """What each system would end with now; MAX_ITERATIONS stands for going on."""
    verdict = torch.full(state.phi.shape, Reason.MAX_ITERATIONS, device=state.phi.device)
    ended = state.stationary | state.exhausted
    verdict = torch.where(ended, Reason.LEAST_SQUARES, verdict)
    verdict = torch.where(state.residual <= _goal(state, state.x), Reason.SOLVED, verdict)
    finite = state.x.isfinite().all(-1) & state.a_norm.isfinite()
    return torch.where(finite, verdict, Reason.NOT_FINITE)


def _goal(state: State, x: Float[Tensor, "m n"]) -> Float[Tensor, " m"]:
    """The residual norm asked for, or what rounding leaves of it."""
    unit: float = 4 * torch.finfo(x.dtype).eps
    return torch.add(state.tolerance * state.b_norm, state.a_norm * x.norm(dim=-1), alpha=unit)


def _from_tridiagonal(
    state: State, chosen: Bool[Tensor, " m"], iterations: Int[Tensor, " m"]
) -> Float[Tensor, "k n"]:
    """The solution V T^+ V^T b once the Krylov space is exhausted, with T^+ from the eigenvalues of T.

    Where b is not in the range of A, T turns singular slowly, and the reflections lose half the
    digits on the way; its eigenvalues do not.
    """
    steps = torch.arange(state.num_vectors, device=iterations.device)
    inside = steps < iterations[chosen, None]
    alphas = torch.where(inside, state.alphas[chosen, : len(steps)], 0.0)
    betas = torch.where(inside[:, 1:], state.betas[chosen, : len(steps) - 1], 0.0)
    T = alphas.diag_embed() + betas.diag_embed(1) + betas.diag_embed(-1)
    values, vectors = torch.linalg.eigh(T)
    norm = values.abs().amax(-1, keepdim=True)
    cutoff = 16 * len(steps) ** 0.5 * torch.finfo(T.dtype).eps * norm
    weights = torch.where(values.abs() <= cutoff, 0.0, vectors[:, 0, :] / values)
    y = (vectors @ weights[..., None]) * state.b_norm[chosen, None, None]
    # Rows of a basis past the system's own end may hold anything.
    V = torch.where(inside[..., None], state.basis[chosen, : len(steps)], 0.0)
    solution: Tensor = (y.mT @ V)[:, 0]
    return solution
