"""The counterexample of Yun, Sra & Jadbabaie (2019) for general activations: a midpoint that is high.

Three samples, the third half-way between the others, targets 0, 0, 1; two hidden units. Write the
preactivations of unit j as z_j + t_j, z_j - t_j and z_j, biases included. The two outer samples have the
same target, so the loss is an even function of t = (t_1, t_2), and at t = 0 all three outputs are the same
number c = sum_j u_j h(z_j) + b: there the loss is (2 c^2 + (1 - c)^2) / 2, at least 1/3, and 1/3 at c = 1/3.
The Hessian in t at such a point is 2 (g g^T + diag(u_j h''(z_j)) / 3) with g_j = u_j h'(z_j). Where that is
positive definite (conditions C2.6 and C2.7 of Theorem 2) it stays so nearby, h'' being continuous, so that
the loss is convex in t, least at t = 0, and at least 1/3: a local minimum. Two continuous derivatives are
enough for this; the theorem asks for infinitely many, with analytic bounds (C2.4, C2.5). It is not
strict: the points with t = 0 and c = 1/3 are a manifold.

Strictly lower (C2.1 and C2.2): with preactivations (p_1, p_2) and (q_1, q_2) on the outer samples such that
h(p_1) h(q_2) = h(p_2) h(q_1), some weights give 0 on both, and if
h(p_1) h((q_1 + q_2)/2) != h(q_1) h((p_1 + p_2)/2) they give 1 on the third: the loss is 0.

For slopes (s_+, s_-) and z > 0 the Hessian in t is singular, but there the network is affine in its inputs,
and 1/3 is the least loss of an affine function: `Argument.AFFINE`.
"""

from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.errors import misuse

from ._activation import PiecewiseLinear, Smooth
from ._construction import Argument, Construction

_SOURCE = "Yun, Sra & Jadbabaie (2019), arXiv 1802.03487, Theorem 2"
_PREACTIVATIONS = np.array([-2.5, -2.0, -1.5, -1.0, -0.5, -0.25, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5])
_SHARES = np.array([-2.0, -1.0, -0.5, 1 / 6, 0.5, 1.0, 4 / 3, 2.0])
_LARGEST_WEIGHT = 8.0
_BISECTIONS = 200


def midpoint_data() -> tuple[Float[ndarray, "3 2"], Float[ndarray, "3 1"]]:
    """The three samples: (1, 0), (0, 1) with target 0, and (1/2, 1/2) with target 1."""
    return np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]), np.array([[0.0], [0.0], [1.0]])


@final
@dataclass(frozen=True, eq=False)
class MidpointConditions:
    """What makes (z, u) a local minimum of the three samples.

    Attributes:
        output: sum_j u_j h(z_j), which has to be 1/3.
        curvature: The Hessian in t; it has to be positive definite.
        least: Its least eigenvalue.
    """

    output: float
    curvature: Float[ndarray, "k k"]
    least: float


def midpoint_conditions(
    activation: Smooth, z: Float[ndarray, " k"], u: Float[ndarray, " k"]
) -> MidpointConditions:
    """Both conditions for units of preactivations z and output weights u, however many."""
    g = u * activation.first(z)
    H = 2 * (np.outer(g, g) + np.diag(u * activation.second(z)) / 3)
    return MidpointConditions(float(u @ activation.value(z)), H, float(np.linalg.eigvalsh(H)[0]))


def midpoint(activation: Smooth | PiecewiseLinear, *, biases: bool = True) -> Construction:
    """The bad minimum at 1/3 for one activation, with a point of loss 0.

    Args:
        activation: One of `SMOOTH`, a smooth one of your own, or two slopes.
        biases: Whether the layers have biases, as in the theorem; they are zero at both points.

    Returns:
        The construction, not strict.

    Raises:
        ValueError: If no point of a fixed grid meets the conditions: nothing is claimed then.

    Example:
        >>> from lossatlas.theory.bad_minima import SMOOTH, midpoint
        >>> c = midpoint(SMOOTH["tanh"])
        >>> round(c.loss, 6), c.lower_loss, c.argument.name
        (0.333333, 0.0, 'EVEN')
    """
    X, Y = midpoint_data()
    if isinstance(activation, Smooth):
        z, u = _even_point(activation)
        lower, argument, margin = _fitting(activation), Argument.EVEN, 0.0
    else:
        p, q = activation.positive, activation.negative
        z, u = np.array([1.0, 1.0]), np.full(2, 1 / (6 * p))
        lower, argument, margin = _fitting_slopes(p, q), Argument.AFFINE, 1.0
    minimum = (np.stack([z, z], axis=1), u[None])
    return Construction(
        name=f"a midpoint that is high, {activation.name}{'' if biases else ', no biases'}",
        source=_SOURCE,
        widths=(2, 2, 1),
        biases=biases,
        activation=activation,
        inputs=X,
        targets=Y,
        minimum=_with_biases(minimum) if biases else minimum,
        lower=_with_biases(lower) if biases else lower,
        loss=1 / 3,
        lower_loss=0.0,
        margin=margin,
        strict=False,
        argument=argument,
    )


def _with_biases(weights: tuple[ndarray, ndarray]) -> tuple[ndarray, ...]:
    W_1, W_2 = weights
    return W_1, np.zeros(len(W_1)), W_2, np.zeros(1)


def _even_point(h: Smooth) -> tuple[ndarray, ndarray]:
    """The point of a grid whose Hessian in t has the largest least eigenvalue."""
    best, chosen = 0.0, None
    values = h.value(_PREACTIVATIONS)
    for i, j in np.ndindex(len(values), len(values)):
        z = _PREACTIVATIONS[[i, j]]
        if values[i] == 0 or values[j] == 0:
            continue
        for share in _SHARES:
            u = np.array([share / values[i], (1 / 3 - share) / values[j]])
            if np.abs(u).max() > _LARGEST_WEIGHT:
                continue
            least = midpoint_conditions(h, z, u).least
            if least > best:
                best, chosen = least, (z, u)
    if chosen is None:
        raise misuse(
            "activation",
            should="meet the conditions somewhere on the grid",
            got=h.name,
            remedy="Try `midpoint_conditions` at points of your own.",
        )
    return chosen


def _fitting(h: Smooth) -> tuple[ndarray, ndarray]:
    """Weights of loss 0: the first two columns of the hidden layer dependent, the third not."""
    best, chosen = 0.0, None
    for p_1, p_2, q_1 in _triples():
        for q_2 in _dependent(h, p_1, p_2, q_1):
            W = np.array([[p_1, p_2], [q_1, q_2]])
            H = h.value(np.concatenate([W, W.mean(1, keepdims=True)], axis=1))  # (2, 3)
            across = np.array([H[1, 0], -H[0, 0]]) if abs(H[0, 0]) + abs(H[1, 0]) else None
            if across is None or not abs(across @ H[:, 2]) > 0:
                continue
            u = across / (across @ H[:, 2])
            size = 1 / float(np.abs(u).max())
            if size > best:
                best, chosen = size, (W, u[None])
    if chosen is None:
        raise misuse(
            "activation",
            should="let two units be dependent on two samples and not on their midpoint",
            got=h.name,
            remedy="A function for which no such pair exists is linear.",
        )
    return chosen


def _triples() -> list[tuple[float, float, float]]:
    grid = (-2.0, -1.0, 0.0, 0.5, 1.0, 2.0)
    return [(a, b, c) for a in grid for b in grid for c in grid]


def _dependent(h: Smooth, p_1: float, p_2: float, q_1: float) -> list[float]:
    """The q_2, other than trivial ones, with h(p_1) h(q_2) = h(p_2) h(q_1), by bisection."""
    first, second, third = h.value(np.array([p_1, p_2, q_1]))

    def mismatch(q: ndarray) -> ndarray:
        result: ndarray = first * h.value(q) - second * third
        return result

    grid = np.linspace(-3, 3, 25)
    values = mismatch(grid)
    roots = [float(q) for q, value in zip(grid, values, strict=True) if value == 0]
    for left in np.flatnonzero(values[:-1] * values[1:] < 0):
        ends = grid[[left, left + 1]]
        for _ in range(_BISECTIONS):
            middle = ends.mean()
            if not ends[0] < middle < ends[1]:
                break
            same = mismatch(ends[:1])[0] * mismatch(np.array([middle]))[0] > 0
            ends[0 if same else 1] = middle
        roots.append(float(ends[0]))
    return roots


def _fitting_slopes(p: float, q: float) -> tuple[ndarray, ndarray]:
    """Loss 0 for two slopes.

    The row (1, -1) gives h = (p, -q) and 0 on the midpoint. For q = 0 the row (1, 0) gives (p, 0) too, but
    p/2 on the midpoint; for q > 0 the row (-p^2, q^2) gives -p q times (p, -q), and (q^2 - p^2)/2 is not 0.
    """
    if q == 0:
        return np.array([[1.0, -1.0], [1.0, 0.0]]), np.array([[-2 / p, 2 / p]])
    middle = (q**2 - p**2) / 2
    third = middle * (p if middle > 0 else q)
    return np.array([[1.0, -1.0], [-(p**2), q**2]]), np.array([[p * q / third, 1 / third]])
