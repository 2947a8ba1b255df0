"""Moments of the activation probability of any order, from random tuples of samples.

pi^q is the chance that a path is open at q independent samples, so its mean over paths is the mean
over q-tuples of prod_k (units of layer k that fire on all q) / d_k: no path is touched.
"""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
from jaxtyping import Real
from numpy import ndarray
from numpy.random import Generator

from lossatlas.errors import misuse

from ._gates import Gates, prepared

_BLOCK = 4096


class Moment(NamedTuple):
    """A mean over all paths of pi^q with the standard error of the tuples drawn."""

    value: float
    standard_error: float


def moment(
    weights: Sequence[Real[ndarray, "_ _"]],
    X: Real[ndarray, "n d_0"],
    order: int,
    *,
    number: int,
    rng: Generator,
    gates: Gates | None = None,
) -> Moment:
    """The mean of pi^q over all paths, pi under the distribution that the samples come from.

    Tuples hold distinct samples, which makes the estimate unbiased for that distribution. Its
    standard error is that of drawing tuples from these samples, not of the samples themselves.

    Args:
        weights: [W_1, ..., W_H], W_k of shape (d_k, d_{k-1}).
        X: The samples, one a row; at least q of them.
        order: q, at least 1. For q <= 2 `statistics` is exact.
        number: How many tuples to draw, at least 2.
        rng: The source of randomness.
        gates: Gates to use instead of the network's own, as `gates` returns them.

    Returns:
        The estimate with its standard error.

    Raises:
        ValueError: If there are fewer samples than the order, or the arrays do not fit together.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory import relu_paths
        >>> weights = [np.array([[1.0], [-1.0]]), np.ones((1, 2))]
        >>> X, rng = np.array([[1.0], [2.0], [3.0]]), np.random.default_rng(0)
        >>> tuple(relu_paths.moment(weights, X, 3, number=10, rng=rng))
        (0.5, 0.0)
    """
    _, X, masks = prepared(weights, X, gates)
    _check(order, number, len(X))
    # eight units a byte; bits beyond the width are 0 and count nothing
    packed = [np.packbits(a, axis=1) for a in masks]
    shares = np.concatenate(
        [
            _shares(packed, masks, distinct_tuples(len(X), order, min(_BLOCK, number - i), rng))
            for i in range(0, number, _BLOCK)
        ]
    )
    return Moment(float(shares.mean()), float(shares.std(ddof=1)) / sqrt(number))


def distinct_tuples(n: int, order: int, number: int, rng: Generator) -> ndarray:
    """Tuples of distinct numbers below n, (number, order), uniform over ordered tuples."""
    drawn = np.empty((number, order), dtype=np.int64)
    for j in range(order):
        # the rank among those left, moved up past each one taken, the smallest first
        rank = rng.integers(n - j, size=number)
        for taken in np.sort(drawn[:, :j], axis=1).T:
            rank += rank >= taken
        drawn[:, j] = rank
    return drawn


def _shares(packed: Sequence[ndarray], masks: Gates, tuples: ndarray) -> ndarray:
    """The share of paths open at every sample of each tuple."""
    shares = np.ones(len(tuples))
    for bits, a in zip(packed, masks, strict=True):
        together = np.bitwise_and.reduce(bits[tuples], axis=1)
        shares *= np.bitwise_count(together).sum(axis=1) / a.shape[1]
    return shares


def _check(order: int, number: int, n: int) -> None:
    if order < 1 or number < 2:
        raise misuse(
            "order, number",
            should="be at least 1 and 2",
            got=(order, number),
            remedy="A standard error takes two tuples.",
        )
    if n < order:
        raise misuse(
            "X",
            should=f"have {order} samples or more, as the order asks for",
            got=f"{n} of them",
            remedy="Take more samples or a lower order.",
        )
