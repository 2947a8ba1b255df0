"""Random paths of a network of any size, drawn exactly: uniformly or by the size of their weights."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from jaxtyping import Real
from numpy import ndarray
from numpy.random import Generator

from lossatlas.errors import misuse

from ._checks import checked_weights, widths_of
from ._paths import Paths, products
from ._scaled import unit_matrices


def sample(
    weights: Sequence[Real[ndarray, "_ _"]],
    number: int,
    rng: Generator,
    *,
    law: Literal["uniform", "weight"] = "uniform",
) -> Paths:
    """Independent random paths, drawn exactly from their law.

    The second law is that of a Markov chain through the layers. With m_H = 1 and messages
    m_{k-1} = |W_k|^T m_k, a path begins at input i with probability proportional to m_0[i] and goes
    from unit u to v with probability proportional to |W_k[v, u]| m_k[v]; the factors cancel to
    |prod w| over its sum.

    Args:
        weights: [W_1, ..., W_H], W_k of shape (d_k, d_{k-1}).
        number: How many paths, with replacement.
        rng: The source of randomness.
        law: "uniform", every path alike, or "weight", proportional to |product of weights|.

    Returns:
        The paths, to any output, in the order in which they were drawn.

    Raises:
        ValueError: If the law is unknown, the number not positive, or no path has a weight.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory import relu_paths
        >>> weights = [np.diag([1.0, -2.0]), np.array([[3.0, 0.0]])]
        >>> rng = np.random.default_rng(0)
        >>> relu_paths.sample(weights, 2, rng, law="weight").units.tolist()
        [[0, 0, 0], [0, 0, 0]]
    """
    matrices = checked_weights(weights)
    if number < 1:
        raise misuse("number", should="be positive", got=number, remedy="Ask for one path or more.")
    if law == "uniform":
        units = np.stack([rng.integers(d, size=number) for d in widths_of(matrices)], axis=1)
    elif law == "weight":
        units = _by_weight(matrices, number, rng)
    else:
        raise misuse(
            "law", should='be "uniform" or "weight"', got=law, remedy="Choose one of them."
        )
    return Paths(units, products(matrices, units))


def _by_weight(matrices: Sequence[ndarray], number: int, rng: Generator) -> ndarray:
    scaled = [np.abs(W) for W in unit_matrices(matrices)[0]]
    messages = _messages(scaled)
    if messages[0].sum() == 0:
        raise misuse(
            "weights",
            should="give some path a weight other than 0",
            got="products of 0 along all paths",
            remedy='Draw with law="uniform".',
        )
    visited = [_drawn(messages[0][None, :], np.zeros(number, dtype=np.int64), rng)]
    for A, message in zip(scaled, messages[1:], strict=True):
        visited.append(_drawn(A.T * message, visited[-1], rng))
    return np.stack(visited, axis=1)


def _messages(scaled: Sequence[ndarray]) -> list[ndarray]:
    """For each layer's units the sum over the paths from there on, up to a factor a layer."""
    messages = [np.ones(scaled[-1].shape[0])]
    for A in reversed(scaled):
        sums = A.T @ messages[-1]
        messages.append(sums / max(float(sums.max()), np.finfo(np.float64).tiny))
    return messages[::-1]


def _drawn(table: ndarray, rows: ndarray, rng: Generator) -> ndarray:
    """A column for each of `rows`, with probability proportional to that row of the table."""
    cumulated = np.cumsum(table, axis=1)
    total = cumulated[rows, -1]
    # strictly below the total, so that a column of probability 0 is never the answer
    level = np.minimum(rng.random(len(rows)) * total, np.nextafter(total, 0.0))
    low, high = np.zeros_like(rows), np.full_like(rows, table.shape[1] - 1)
    while np.any(low < high):  # bisection in all rows together, for the first entry above the level
        middle = (low + high) // 2
        beyond = cumulated[rows, middle] <= level
        low, high = np.where(beyond, middle + 1, low), np.where(beyond, high, middle)
    return low
