"""The way down from a bad saddle, where the Hessian shows none.

Let m be the smallest number of strings that cover all layers like a necklace, one of them through
the residual. Linking them by m rank-one steps, each of size t, changes the loss by
-rate t^m + O(t^{2m-2}), and m >= 3 exactly when no pair of strings covers (the point is tightened).
With all excess blocks zero this is L0 - sigma_q t^L + t^{2L} / 2. Derived in
docs/theory/deep_linear.md, where it proves that every bad saddle is a saddle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import final

import numpy as np
from jaxtyping import Float, Int, Real
from numpy import ndarray

from ._label import subset_of
from ._polynomial import curve_polynomial
from ._predict import inversions_and_ties
from ._ranks import PathSpectra, cycle_of, pairs_from_ranks
from ._spectrum import spectrum
from ._widths import checked_weights, largest_rank, widths_of


class NoEscape(StrEnum):
    """Why no path of higher order is needed, or none exists."""

    GLOBAL_MINIMUM = "the point is a global minimum"
    STRICT_SADDLE = "the point is a strict saddle: a direction of negative curvature goes down"


@final
@dataclass(frozen=True, eq=False)
class EscapePath:
    """A curve t -> W(t) from a bad saddle along which the loss first changes downwards.

    `curve[k-1][m]` is the coefficient of t^m in W_k; `coefficients` those of the loss, constant
    first. The loss first changes at t^`order`, with the coefficient `rate` < 0; what stands before
    it is rounding. `num_links` is the number of rank-one steps.
    """

    curve: tuple[Float[ndarray, "_ _ _"], ...]
    coefficients: Float[ndarray, " k"]
    order: int
    rate: float
    num_links: int

    @property
    def is_line(self) -> bool:
        """Whether the curve is a straight line, as it is for full-rank targets."""
        return all(len(stack) <= 2 for stack in self.curve)

    @property
    def direction(self) -> list[ndarray]:
        """The velocity [V_1, ..., V_L] at the saddle."""
        return [stack[1] for stack in self.curve]

    def weights(self, t: float) -> list[ndarray]:
        """The weights at t."""
        return [np.tensordot(t ** np.arange(len(s)), s, axes=1) for s in self.curve]

    def loss(self, t: float) -> float:
        """The loss at t, from the polynomial."""
        return float(np.polynomial.polynomial.polyval(t, self.coefficients))

    def lowest(self) -> tuple[float, float]:
        """The t > 0 of least loss on the curve, and that loss."""
        roots = np.roots(np.polynomial.polynomial.polyder(self.coefficients)[::-1])
        real = roots[np.abs(roots.imag) <= 1e-6 * np.abs(roots)].real
        candidates = [float(t) for t in real if t > 0]
        best = min(candidates, key=self.loss)
        return best, self.loss(best)


def escape_direction(
    weights: Sequence[Float[ndarray, "_ _"]],
    X: Real[ndarray, "n d_x"],
    Y: Real[ndarray, "n d_y"],
    *,
    cut: float = 1e-8,
) -> EscapePath | NoEscape:
    """A curve along which the loss falls from a bad saddle, at a stated order above 2.

    Args:
        weights: [W_1, ..., W_L], a bad saddle up to errors well below `cut`.
        X: The inputs, one sample a row.
        Y: The targets, one sample a row.
        cut: Singular values below it count as zero; inputs are whitened and T has norm one.

    Returns:
        The path (a straight line when the targets have full rank), or why there is none.

    Raises:
        ValueError: If the weights do not compose or do not fit the data.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory.deep_linear import escape_direction
        >>> path = escape_direction([np.zeros((2, 2))] * 3, np.eye(2), np.diag([2.0, 1.0]))
        >>> path.order, round(path.rate, 12), path.lowest()[1] < 2.5
        (3, -2.0, True)
    """
    data = spectrum(X, Y)
    matrices = checked_weights(weights, data)
    subset = subset_of(matrices, data)[0] or ()
    ranks = PathSpectra.of(matrices, data).ranks(cut)
    if inversions_and_ties(subset, data.groups)[0] or pairs_from_ranks(ranks):
        return NoEscape.STRICT_SADDLE
    if len(subset) == largest_rank((data.input_rank, *widths_of(matrices)[1:]), data.target_rank):
        return NoEscape.GLOBAL_MINIMUM
    links = necklace(ranks, len(subset))
    steps = _rank_one_steps(cycle_of(matrices, data), links, len(subset))
    steps[0] = data.unwhiten(steps[0])
    powers = _powers(links, len(matrices), injective=data.target_rank == data.num_outputs)
    curve = [_stack(W, V, p) for W, V, p in zip(matrices, steps, powers, strict=True)]
    coefficients = curve_polynomial(curve, data)
    order = sum(powers[k - 1] for k in links)
    return EscapePath(tuple(curve), coefficients, order, float(coefficients[order]), len(links))


def necklace(ranks: Int[ndarray, "v m"], rank: int) -> tuple[int, ...]:
    """The fewest layers k_1 < ... < k_m whose links close a necklace of strings.

    Strings must hold the paths k_i -> k_{i+1} - 1, and k_m -> L -> 0 -> k_1 - 1 through the
    residual; with m links the loss can change at order m.
    """
    L = len(ranks) - 1
    found: list[tuple[int, ...]] = []
    for first in range(1, L + 1):
        chain: tuple[int, ...] = (first,)
        while ranks[chain[-1], L - chain[-1] + first] <= rank:
            # greedy: the string that reaches furthest is never the worse choice
            reach = [e for e in range(chain[-1], L) if ranks[chain[-1], e - chain[-1]] > rank]
            if not reach:
                break
            chain = (*chain, reach[-1] + 1)
        else:
            found.append(chain)
    return min(found, key=len)


def _rank_one_steps(arrows: Sequence[ndarray], links: Sequence[int], rank: int) -> list[ndarray]:
    """The matrices V_k, zero but at the links, whitened and in units of the target."""
    num_layers = len(arrows)
    outside = _projectors(arrows, rank)
    steps = [np.zeros_like(A) for A in arrows[:-1]]
    ends = [*(k - 1 for k in links[1:]), links[0] - 1 + num_layers]
    heads: dict[int, ndarray] = {}
    tails: dict[int, ndarray] = {}
    for k, end, following in zip(links, ends, (*links[1:], links[0]), strict=True):
        path = outside[k]
        for v in range(k, end):
            path = arrows[v % num_layers] @ path
        u, _, vt = np.linalg.svd(path)
        heads[k] = outside[k] @ vt[0]
        tails[following] = u[:, 0] @ outside[end % num_layers]
    for k in links:
        steps[k - 1] = np.outer(heads[k], tails[k])
    return steps


def _projectors(arrows: Sequence[ndarray], rank: int) -> list[ndarray]:
    """For each layer the projector that removes what carries the triples of S."""
    L = len(arrows) - 1
    before, after = [np.eye(arrows[0].shape[1])], [np.eye(arrows[L].shape[1])]
    for A in arrows[:-1]:
        before.append(A @ before[-1])
    for A in reversed(arrows[:-1]):
        after.append(after[-1] @ A)
    after.reverse()
    P, m, Rt = np.linalg.svd(before[L])
    P, m, R = P[:, :rank], m[:rank], Rt[:rank].T
    parts = [(B @ R / m) @ (P.T @ A) for B, A in zip(before, after, strict=True)]
    return [np.eye(len(Q)) - Q for Q in parts]


def _powers(links: Sequence[int], depth: int, *, injective: bool) -> list[int]:
    """The power of t for each layer's step: 1, but for inner links when strings may end at L.

    Such strings let the product change at order m - 2 already, through inner links alone; slowing
    these down keeps the square of that change behind the first-order gain.
    """
    m = len(links)
    slow = 1 if injective else {3: 3, 4: 2}.get(m, 1)
    return [slow if k in links[1:-1] else 1 for k in range(1, depth + 1)]


def _stack(W: ndarray, V: ndarray, power: int) -> ndarray:
    """W + t^power V as a stack of coefficients."""
    stack = np.zeros((power + 1, *W.shape))
    stack[0], stack[power] = W, V
    return stack
