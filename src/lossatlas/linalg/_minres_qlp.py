"""MINRES-QLP: the shortest x that minimises ||A x - b||, for symmetric A that may be singular.

Lanczos turns A into a tridiagonal T_k; left reflections make it upper triangular, right reflections
make that lower triangular (Q T P = L), and x = V P u with L u = Q beta_1 e_1. Where MINRES fails on
singular, incompatible systems, the last entry of u is simply left out, and x is A^+ b (Choi, Paige &
Saunders 2011, SIAM J. Sci. Comput. 33, sections 3 to 5). All systems of a batch move together.
"""

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


class Reason(IntEnum):
    """Why the iteration of one system ended; the members are the codes of `QLPSolution.reason`."""

    SOLVED = 0
    LEAST_SQUARES = 1
    KRYLOV_SPACE_EXHAUSTED = 2
    MAX_ITERATIONS = 3
    NOT_FINITE = 4

    @property
    def sentence(self) -> str:
        """The reason, for a reader."""
        return _SENTENCES[self]


_SENTENCES = {
    Reason.SOLVED: "the residual is within the tolerance of ||A|| ||x|| + ||b||",
    Reason.LEAST_SQUARES: "A times the residual is within the tolerance of ||A|| ||r||",
    Reason.KRYLOV_SPACE_EXHAUSTED: "the Krylov space of b holds no further direction",
    Reason.MAX_ITERATIONS: "the iterations allowed are spent",
    Reason.NOT_FINITE: "a product is NaN or infinite",
}


@final
@dataclass(frozen=True, eq=False)
class QLPSolution:
    """The shortest least-squares solutions of a batch of systems.

    Attributes:
        x: The solutions.
        residual_norm: ||A x - b||, as the recurrence has it.
        a_residual_norm: ||A (A x - b)||, as the recurrence has it; near zero at a least-squares
            solution even where the residual is not.
        iterations: Products spent on each system.
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
        tolerance: A system is done when ||r|| <= tolerance (||A|| ||x|| + ||b||), or when
            ||A r|| <= tolerance ||A|| ||r||: a least-squares solution.
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
        >>> minres_qlp(lambda v: scale * v, torch.ones(3, dtype=torch.float64)).x.round(decimals=6)
        tensor([ 0.5000,  0.0000, -1.0000], dtype=torch.float64)
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
        purpose=f"MINRES-QLP on {shape.numel()} systems of size {n}",
        remedy="Lower `max_iterations`, or pass `reorthogonalise=False`.",
    )
    flat = b.reshape(shape.numel(), n)
    state = _State(flat, tolerance, num_kept)
    x, iterations, reason = _iterate(
        lambda v: product(v.reshape(b.shape)).reshape(flat.shape), flat, state, limit
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


class _State:
    """The scalars (m,) and vectors (m, n) of the recurrence, which lives for one call.

    A name ending in 1 or 2 is the quantity one or two columns back.
    """

    def __init__(self, b: Float[Tensor, "m n"], tolerance: float, num_kept: int) -> None:
        self.tolerance = tolerance
        self.basis, self.num_vectors = b.new_empty(len(b), num_kept, b.shape[-1]), 0
        zeros, vectors = torch.zeros_like(b[:, 0]), torch.zeros_like(b)
        self.b_norm = b.norm(dim=-1)
        self.phi, self.beta, self.a_norm = self.b_norm, zeros, zeros
        self.v, self.v1 = _divided(b, self.b_norm[:, None]), vectors
        # x = base + u1 w1 + u w: in base are the parts that no later reflection changes.
        self.x, self.base, self.w1, self.w2 = vectors, vectors, vectors, vectors
        self.cosine, self.sine = -torch.ones_like(zeros), zeros
        self.delta, self.epsilon, self.epsilon1 = zeros, zeros, zeros
        self.gamma1, self.gamma2 = zeros, zeros
        self.theta1, self.theta2 = zeros, zeros
        self.eta1, self.eta2 = zeros, zeros
        self.tau1, self.tau2 = zeros, zeros
        self.u3, self.u4 = zeros, zeros
        self.stationarity = zeros
        self.stationary = torch.zeros_like(zeros, dtype=torch.bool)


def _iterate(
    product: Callable[[Tensor], Tensor], b: Float[Tensor, "m n"], state: _State, limit: int
) -> tuple[Float[Tensor, "m n"], Int[Tensor, " m"], Int[Tensor, " m"]]:
    """The solutions, the products spent on each and the reasons; finished systems are frozen."""
    x = torch.zeros_like(b)
    iterations = torch.zeros(len(b), dtype=torch.long, device=b.device)
    running = Reason.MAX_ITERATIONS
    reason = torch.full_like(iterations, running)
    reason = torch.where(state.b_norm == 0, Reason.SOLVED, reason)
    reason = torch.where(state.b_norm.isfinite(), reason, Reason.NOT_FINITE)
    for _ in range(limit):
        live = reason == running
        if not live.any():
            break
        _step(state, product)
        verdict = _verdict(state)
        take = live & (verdict != Reason.NOT_FINITE)
        x = torch.where(take[:, None], state.x, x)
        iterations += live
        reason = torch.where(live, verdict, reason)
    return x, iterations, reason


def _step(state: _State, product: Callable[[Tensor], Tensor]) -> None:
    """One Lanczos step, the reflections from the left and the right, and the new solution."""
    alpha, beta, v_next = _lanczos(state, product)
    gamma, delta2, tau = _reflect_left(state, alpha, beta)
    _reflect_right(state, gamma, delta2, tau)
    state.v1, state.v, state.beta = state.v, v_next, beta


def _lanczos(
    state: _State, product: Callable[[Tensor], Tensor]
) -> tuple[Float[Tensor, " m"], Float[Tensor, " m"], Float[Tensor, "m n"]]:
    """The next column of T and the next basis vector."""
    p = product(state.v) - state.beta[:, None] * state.v1
    alpha = (state.v * p).sum(-1)
    p = _orthogonalised(state, p - alpha[:, None] * state.v)
    beta = p.norm(dim=-1)
    column = torch.stack([state.beta, alpha, beta]).norm(dim=0)
    state.a_norm = torch.maximum(state.a_norm, column)
    # What is left of a direction at rounding level is no direction.
    negligible = 4 * p.shape[-1] ** 0.5 * torch.finfo(p.dtype).eps * state.a_norm
    beta = torch.where(beta <= negligible, 0.0, beta)
    return alpha, beta, _divided(p, beta[:, None])


def _orthogonalised(state: _State, p: Float[Tensor, "m n"]) -> Float[Tensor, "m n"]:
    """p without the span of the basis vectors so far; twice is enough (Giraud et al. 2005)."""
    if state.basis.shape[1] == 0:
        return p
    state.basis[:, state.num_vectors] = state.v
    state.num_vectors += 1
    Q = state.basis[:, : state.num_vectors]
    for _ in range(2):
        p = p - ((Q @ p[..., None]).mT @ Q)[:, 0]
    return p


def _reflect_left(
    state: _State, alpha: Float[Tensor, " m"], beta: Float[Tensor, " m"]
) -> tuple[Float[Tensor, " m"], Float[Tensor, " m"], Float[Tensor, " m"]]:
    """Column k of R = Q T: its diagonal, the entry above it, and entry k of the right-hand side."""
    c, s = state.cosine, state.sine
    delta2 = c * state.delta + s * alpha
    gamma = s * state.delta - c * alpha
    state.delta = -c * beta
    state.epsilon1, state.epsilon = state.epsilon, s * beta
    # ||A r|| of the solution before this step is phi times this (section 4.2 of the paper).
    state.stationarity = torch.hypot(gamma, state.delta)
    state.cosine, state.sine, gamma = _reflector(gamma, beta)
    tau, state.phi = state.cosine * state.phi, state.sine * state.phi
    return gamma, delta2, tau


def _reflect_right(
    state: _State,
    gamma: Float[Tensor, " m"],
    delta2: Float[Tensor, " m"],
    tau: Float[Tensor, " m"],
) -> None:
    """Column k of L = R P, the columns of V P that change, and x."""
    c, s, gamma2 = _reflector(state.gamma2, state.epsilon1)
    delta = s * state.theta1 - c * delta2
    theta1 = c * state.theta1 + s * delta2
    eta, gamma = s * gamma, -c * gamma
    w2, w = _reflected(state.w2, state.v, c, s)
    c, s, gamma1 = _reflector(state.gamma1, delta)
    theta, gamma = s * gamma, -c * gamma
    w1, w = _reflected(state.w1, w, c, s)

    u2 = _divided(state.tau2 - state.eta2 * state.u4 - state.theta2 * state.u3, gamma2)
    u1 = _divided(state.tau1 - state.eta1 * state.u3 - theta1 * u2, gamma1)
    # On a singular T the last entry of u is free, and the shortest x leaves it out.
    singular = _is_singular(state, gamma)
    u = _divided(tau - eta * u2 - theta * u1, torch.where(singular, 0.0, gamma))
    state.base = state.base + u2[:, None] * w2
    state.x = state.base + u1[:, None] * w1 + u[:, None] * w

    state.w2, state.w1 = w1, w
    state.gamma2, state.gamma1 = gamma1, gamma
    state.theta2, state.theta1 = theta1, theta
    state.eta2, state.eta1 = state.eta1, eta
    state.tau2, state.tau1 = state.tau1, tau
    state.u4, state.u3 = state.u3, u2


def _is_singular(state: _State, gamma: Float[Tensor, " m"]) -> Bool[Tensor, " m"]:
    """Whether the last column of T adds nothing, and if it says that r is stationary.

    Once the last pivot is at the tolerance, Lanczos is about to go on along rounding errors: the
    residual is then taken for stationary at the square root of the tolerance.
    """
    tolerance = state.tolerance * state.a_norm
    vanishing = gamma.abs() <= tolerance
    near = state.stationarity <= state.tolerance**0.5 * state.a_norm
    state.stationary = (state.stationarity <= tolerance) | (vanishing & near)
    return vanishing | state.stationary


def _verdict(state: _State) -> Int[Tensor, " m"]:
    """What each system would end with now; MAX_ITERATIONS stands for going on."""
    scale = state.a_norm * state.x.norm(dim=-1) + state.b_norm
    verdict = torch.full(scale.shape, Reason.MAX_ITERATIONS, device=scale.device)
    verdict = torch.where(state.beta == 0, Reason.KRYLOV_SPACE_EXHAUSTED, verdict)
    verdict = torch.where(state.phi <= state.tolerance * scale, Reason.SOLVED, verdict)
    verdict = torch.where(state.stationary, Reason.LEAST_SQUARES, verdict)
    return torch.where(_is_finite(state), verdict, Reason.NOT_FINITE)


def _is_finite(state: _State) -> Bool[Tensor, " m"]:
    return state.x.isfinite().all(-1) & state.a_norm.isfinite()


def _reflector(
    a: Float[Tensor, " m"], b: Float[Tensor, " m"]
) -> tuple[Float[Tensor, " m"], Float[Tensor, " m"], Float[Tensor, " m"]]:
    """c, s, r of the reflection [[c, s], [s, -c]] that takes (a, b) to (r, 0).

    For (0, 0) it is c = -1, s = 0, which leaves the second of the two columns alone.
    """
    r = torch.hypot(a, b)
    zero = r == 0
    return torch.where(zero, -1.0, a / r), torch.where(zero, 0.0, b / r), r


def _reflected(
    first: Float[Tensor, "m n"],
    second: Float[Tensor, "m n"],
    c: Float[Tensor, " m"],
    s: Float[Tensor, " m"],
) -> tuple[Float[Tensor, "m n"], Float[Tensor, "m n"]]:
    """Two columns of a basis after the reflection."""
    c, s = c[:, None], s[:, None]
    return c * first + s * second, s * first - c * second


def _divided(a: Tensor, b: Tensor) -> Tensor:
    """a / b, and 0 where b is 0."""
    return torch.where(b == 0, 0.0, a / b)
