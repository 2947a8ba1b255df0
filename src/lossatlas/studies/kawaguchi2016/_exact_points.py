"""Critical points of deep linear networks in exact rational arithmetic.

The normal form of every critical point (derived in docs/theory/deep_linear.md) needs square roots
only through the data. Data made as Y^T = U [diag(sigma) 0] V^T R with X^T = R, where U and V are
rational and orthogonal and R is invertible, need none: S_yx S_xx^{-1} S_xy = U diag(sigma^2) U^T,
and every critical point with rational gauges is rational.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias, final

import numpy as np

from ._fractions import Rational, identity, inverse, rational, square_norm, zeros

Arc: TypeAlias = tuple[int, int]


@final
@dataclass(frozen=True, eq=False)
class ExactData:
    """Rational data with a known Sigma; samples as rows."""

    left: Rational  # U, the eigenvectors of Sigma: (d_y, d_y)
    sigma: Rational  # descending, the square roots of Sigma's eigenvalues: (d_y,)
    right: Rational  # V: (d_x, d_x)
    root: Rational  # R, a square root of S_xx: (d_x, d_x)
    extra_targets: Rational  # Y of samples whose inputs are zero

    @cached_property
    def inputs(self) -> Rational:
        """X, the transposed root and then zeros."""
        return np.concatenate([self.root.T, zeros(len(self.extra_targets), len(self.root))])

    @cached_property
    def targets(self) -> Rational:
        """Y, which makes Sigma = U diag(sigma^2) U^T."""
        core = (self.left * self.sigma) @ self.right[:, : len(self.sigma)].T
        # X = R^T, so that the whitened inputs are the identity and Y^T is the core itself
        return np.concatenate([core.T, self.extra_targets])

    def critical_value(self, subset: Sequence[int]) -> Fraction:
        """1/2 (||Y||^2 - sum of the subset's eigenvalues)."""
        learned = sum((self.sigma[i] ** 2 for i in subset), Fraction(0))
        return (square_norm(self.targets) - learned) / 2


def diagonal_data(sigma: Sequence[int]) -> ExactData:
    """X the identity and Y diagonal: the data of the worked examples."""
    one = identity(len(sigma))
    return ExactData(one, rational(sigma), one, one, zeros(0, len(sigma)))


def random_data(widths: Sequence[int], rng: np.random.Generator) -> ExactData:
    """Rational data for these outer widths, with distinct eigenvalues of Sigma."""
    size_x, size_y = widths[0], widths[-1]
    halves = np.sort(rng.choice(np.arange(1, 12 + size_y), size_y, replace=False))[::-1]
    return ExactData(
        left=_reflection(size_y, rng),
        sigma=rational(halves) / 2,
        right=_reflection(size_x, rng),
        root=_unimodular(size_x, rng) @ _reflection(size_x, rng),
        extra_targets=rational(rng.integers(-2, 3, (1, size_y))),
    )


def exact_critical_point(
    data: ExactData,
    widths: Sequence[int],
    subset: Sequence[int],
    arcs: Sequence[Arc],
    rng: np.random.Generator,
) -> list[Rational]:
    """The weights W_1, ..., W_L of the critical point with this subset and these arcs.

    The gauges are drawn: integer matrices of determinant one.
    """
    S = list(subset)
    Q = [i for i in range(widths[-1]) if i not in S]
    W = [_block_diagonal(len(S), Z) for Z in _excess(data, widths, S, Q, arcs, rng)]
    W[0][: len(S)] *= data.sigma[S][:, None]
    W[0] = W[0] @ _input_frame(data, widths, S + Q)
    W[-1] = data.left[:, S + Q] @ W[-1]
    for k, width in enumerate(widths[1:-1]):
        gauge = _unimodular(width, rng)
        W[k], W[k + 1] = gauge @ W[k], W[k + 1] @ inverse(gauge)
    return W


def exact_loss(weights: Sequence[Rational], data: ExactData) -> Fraction:
    """1/2 ||X M^T - Y||^2, exactly."""
    output = data.inputs
    for W in weights:
        output = output @ W.T
    return square_norm(output - data.targets) / 2


def _excess(
    data: ExactData,
    widths: Sequence[int],
    S: Sequence[int],
    Q: Sequence[int],
    arcs: Sequence[Arc],
    rng: np.random.Generator,
) -> list[Rational]:
    """Z_1, ..., Z_L, the blocks beside the learned subset: every arc moves one basis vector on."""
    members = _members(widths, len(S), arcs)
    n = [width - len(S) for width in widths]
    Z = [zeros(n[k + 1], n[k]) for k in range(len(n) - 1)]
    for a, (start, length) in enumerate(arcs):
        path = [(start + step) % len(n) for step in range(length)]
        for here, there in pairwise(path):
            if there == here + 1:
                Z[here][members[there].index(a), members[here].index(a)] = Fraction(1)
    frame = _unimodular(len(Q), rng)
    Z[0] = Z[0] @ inverse(_zeroth_basis(data.sigma[list(Q)], frame, members))
    Z[-1] = frame @ Z[-1]
    return Z


def _members(widths: Sequence[int], r: int, arcs: Sequence[Arc]) -> list[list[int]]:
    """Which arcs cover each vertex of the cycle 0, ..., L."""
    members: list[list[int]] = [[] for _ in widths]
    for a, (start, length) in enumerate(arcs):
        for step in range(length):
            members[(start + step) % len(widths)].append(a)
    assert [len(covering) for covering in members] == [width - r for width in widths]
    return members


def _zeroth_basis(sigma: Rational, frame: Rational, members: Sequence[list[int]]) -> Rational:
    """Columns: the input direction of each arc at vertex 0, an image of the residual or free."""
    basis = zeros(len(members[0]), len(members[0]))
    free = len(sigma)
    for column, a in enumerate(members[0]):
        if a in members[-1]:
            basis[: len(sigma), column] = sigma * frame[:, members[-1].index(a)]
        else:
            basis[free, column] = Fraction(1)
            free += 1
    return basis


def _block_diagonal(r: int, Z: Rational) -> Rational:
    """diag(I_r, Z)."""
    block = zeros(r + Z.shape[0], r + Z.shape[1])
    block[:r, :r], block[r:, r:] = identity(r), Z
    return block


def _input_frame(data: ExactData, widths: Sequence[int], order: list[int]) -> Rational:
    """[V_S, V_Q, V_rest]^T R^{-1}: from inputs to the frame of the normal form."""
    return data.right[:, [*order, *range(widths[-1], widths[0])]].T @ inverse(data.root)


def _unimodular(size: int, rng: np.random.Generator) -> Rational:
    """An integer matrix of determinant one: unit lower times unit upper triangular."""
    draws = rng.integers(-1, 2, (2, size, size))
    one = np.eye(size, dtype=int)
    return rational((np.tril(draws[0], -1) + one) @ (np.triu(draws[1], 1) + one))


def _reflection(size: int, rng: np.random.Generator) -> Rational:
    """A rational orthogonal matrix: the reflection I - 2 v v^T / v^T v of an integer vector."""
    v = rational(rng.integers(1, 4, size))
    reflection: Rational = identity(size) - 2 * np.outer(v, v) / (v @ v)
    return reflection
