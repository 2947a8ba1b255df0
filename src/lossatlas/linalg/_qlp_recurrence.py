"""The recurrence of MINRES-QLP: Lanczos, reflections from both sides, the new solution.

Lanczos turns A into a tridiagonal T_k; left reflections make it upper triangular, right reflections
make that lower triangular (Q T P = L), and x = V P u with L u = Q beta_1 e_1 (Choi, Paige & Saunders
2011, sections 3 and 4). Scalars are (m,), one a system: all systems of a batch move together.
"""

from collections.abc import Callable

import torch
from jaxtyping import Bool, Float
from torch import Tensor


class State:
    """The scalars (m,) and vectors (m, n) of the recurrence, which lives for one call.

    A name ending in 1 or 2 is the quantity one or two columns back.
    """

    def __init__(self, b: Float[Tensor, "m n"], tolerance: float, num_kept: int) -> None:
        self.tolerance = tolerance
        self.basis, self.num_vectors = b.new_empty(len(b), num_kept, b.shape[-1]), 0
        zeros, vectors = torch.zeros_like(b[:, 0]), torch.zeros_like(b)
        self.b_norm = b.norm(dim=-1)
        self.phi, self.a_norm = self.b_norm, zeros
        self.beta, self.beta_next = zeros, zeros
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
        self.stationarity, self.residual = zeros, zeros
        self.stationary = self.exhausted = torch.zeros_like(zeros, dtype=torch.bool)
        self.alphas, self.betas = b.new_zeros(len(b), num_kept), b.new_zeros(len(b), num_kept)


def step(state: State, product: Callable[[Tensor], Tensor]) -> None:
    """One Lanczos step, the reflections from the left and the right, and the new solution."""
    alpha, beta, v_next = _lanczos(state, product)
    state.beta_next = beta
    gamma, delta2, tau = _reflect_left(state, alpha, beta)
    _reflect_right(state, gamma, delta2, tau)
    state.v1, state.v, state.beta = state.v, v_next, beta


def _lanczos(
    state: State, product: Callable[[Tensor], Tensor]
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
    if state.num_vectors:
        state.alphas[:, state.num_vectors - 1] = alpha
        state.betas[:, state.num_vectors - 1] = beta
    return alpha, beta, _divided(p, beta[:, None])


def _orthogonalised(state: State, p: Float[Tensor, "m n"]) -> Float[Tensor, "m n"]:
    """P without the span of the basis vectors so far; twice is enough (Giraud et al. 2005)."""
    if state.basis.shape[1] == 0:
        return p
    state.basis[:, state.num_vectors] = state.v
    state.num_vectors += 1
    Q = state.basis[:, : state.num_vectors]
    for _ in range(2):
        p = p - ((Q @ p[..., None]).mT @ Q)[:, 0]
    return p


def _reflect_left(
    state: State, alpha: Float[Tensor, " m"], beta: Float[Tensor, " m"]
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
    state: State,
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
    state.residual = torch.where(singular, torch.hypot(state.phi, tau), state.phi)
    state.base = state.base + u2[:, None] * w2
    state.x = state.base + u1[:, None] * w1 + u[:, None] * w

    state.w2, state.w1 = w1, w
    state.gamma2, state.gamma1 = gamma1, gamma
    state.theta2, state.theta1 = theta1, theta
    state.eta2, state.eta1 = state.eta1, eta
    state.tau2, state.tau1 = state.tau1, tau
    state.u4, state.u3 = state.u3, u2


def _is_singular(state: State, gamma: Float[Tensor, " m"]) -> Bool[Tensor, " m"]:
    """Whether the last column of T adds nothing: the end of the road, or r stationary already."""
    vanishing = gamma.abs() <= 16 * torch.finfo(gamma.dtype).eps * state.a_norm
    state.exhausted = vanishing | (state.beta_next == 0)
    state.stationary = state.stationarity <= state.tolerance * state.a_norm
    return state.stationary | vanishing


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
    """A / b, and 0 where b is 0."""
    return torch.where(b == 0, 0.0, a / b)
