"""Assumption A2p (redundancy): the same network with few distinct weights.

All N weights are replaced by s values, those of k-means on the line: each weight takes the nearest
value and each value is the mean of its weights. On the line the best clusters are intervals, and the
best intervals between given cuts are found by dynamic programming: among all cuts where there are at
most 512 different weights, among 512 equal bins otherwise, and then improved until nothing moves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Float, Int, Real
from numpy import ndarray

from lossatlas.errors import misuse

from ._checks import checked_weights

_MOST_ROUNDS = 1000
_MOST_CUTS = 512


@final
@dataclass(frozen=True, eq=False)
class Quantised:
    """A network whose N weights take s values only.

    Attributes:
        weights: The matrices with every weight replaced by its value.
        labels: Which value, one integer matrix a layer: what `tuple_counts` takes.
        values: The s values, ascending; fewer than asked for where the weights have fewer.
        share: s/N.
        error: |W - W_s| / |W| over all weights, 0 for a network of zeros.
    """

    weights: tuple[Float[ndarray, "_ _"], ...]
    labels: tuple[Int[ndarray, "_ _"], ...]
    values: Float[ndarray, " s"]
    share: float
    error: float


def quantised(weights: Sequence[Real[ndarray, "_ _"]], num_values: int) -> Quantised:
    """Replace all weights of a network by at most `num_values` values.

    Args:
        weights: [W_1, ..., W_H], W_k of shape (d_k, d_{k-1}).
        num_values: s, the most values there may be.

    Returns:
        The network with few values, without retraining.

    Raises:
        ValueError: If the matrices do not compose or no value is allowed.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory import relu_paths
        >>> found = relu_paths.quantised([np.array([[1.0, 1.2]]), np.array([[-3.0]])], 2)
        >>> found.values.round(6).tolist(), found.labels[0].tolist()
        ([-3.0, 1.1], [[1, 1]])
    """
    matrices = checked_weights(weights)
    if num_values < 1:
        raise misuse(
            "num_values", should="be positive", got=num_values, remedy="One value is the least."
        )
    flat = np.concatenate([W.ravel() for W in matrices])
    values = _nearest_means(np.sort(flat), num_values)
    labels = tuple(_labels(W, values) for W in matrices)
    few = tuple(values[L] for L in labels)
    size = float(np.linalg.norm(flat))
    missed = float(np.linalg.norm(np.concatenate([Q.ravel() for Q in few]) - flat))
    return Quantised(few, labels, values, len(values) / len(flat), missed / size if size else 0.0)


def disagreement(Y: Real[ndarray, "n d_H"], Y_s: Real[ndarray, "n d_H"]) -> float:
    """The share of samples that two networks classify differently.

    Args:
        Y: One network's outputs.
        Y_s: The other's.

    Returns:
        Where there are several outputs, the share with another largest one (the first where several
        are equal); with one output, the share with another sign (0 counts as negative).
    """
    if Y.shape[1] == 1:
        return float(np.mean((Y > 0) != (Y_s > 0)))
    return float(np.mean(Y.argmax(axis=1) != Y_s.argmax(axis=1)))


def _nearest_means(ascending: ndarray, s: int) -> ndarray:
    """The values of k-means on the line, ascending and distinct."""
    distinct = np.unique(ascending)
    if len(distinct) <= s:
        return distinct
    sums = np.concatenate([[0.0], np.cumsum(ascending)])
    values = _means(sums, _best_cuts(ascending, distinct, s))
    for _ in range(_MOST_ROUNDS):
        # on the line the weights nearest to a value lie side by side
        inner = np.searchsorted(ascending, (values[1:] + values[:-1]) / 2, side="right")
        cuts = np.concatenate([[0], inner, [len(ascending)]])
        moved = _means(sums, cuts)
        if len(moved) == len(values) and np.array_equal(moved, values):
            break
        values = moved
    return values


def _means(sums: ndarray, cuts: ndarray) -> ndarray:
    """The mean between each two cuts that have weights between them."""
    sizes, totals = np.diff(cuts), np.diff(sums[cuts])
    means: ndarray = totals[sizes > 0] / sizes[sizes > 0]
    return means


def _best_cuts(ascending: ndarray, distinct: ndarray, s: int) -> ndarray:
    """Positions 0 = c_0 < ... < c_s = N in the sorted weights, best among the candidates."""
    if s > _MOST_CUTS // 2:  # so many values are near every weight wherever they start
        return np.unique(np.linspace(0, len(ascending), s + 1).astype(np.int64))
    edges = distinct
    if len(distinct) > _MOST_CUTS:
        edges = np.linspace(ascending[0], ascending[-1], _MOST_CUTS + 1)[:-1]
    at = np.unique(np.append(np.searchsorted(ascending, edges), len(ascending)))
    cost = _spread_between(ascending, at)
    best, chosen = cost[0], []
    for _ in range(s - 1):
        through = best[:, None] + cost
        chosen.append(through.argmin(axis=0))
        best = through.min(axis=0)
    cuts = [len(at) - 1]
    for previous in reversed(chosen):
        cuts.append(int(previous[cuts[-1]]))
    return at[[0, *reversed(cuts)]]


def _spread_between(ascending: ndarray, at: ndarray) -> ndarray:
    """Sum of squared distances from their mean of the weights between two cuts in order."""
    centred = ascending - ascending.mean()
    first, second = (np.append(0.0, np.cumsum(centred**k))[at] for k in (1, 2))
    sizes = np.maximum(at[None, :] - at[:, None], 1)
    spread: ndarray = (second - second[:, None]) - (first - first[:, None]) ** 2 / sizes
    spread[np.tril_indices(len(at), -1)] = np.inf
    np.fill_diagonal(spread, 0.0)
    return spread


def _labels(W: ndarray, values: ndarray) -> ndarray:
    return np.searchsorted((values[1:] + values[:-1]) / 2, W, side="left")
