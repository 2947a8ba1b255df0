"""The critical values: one for each set of eigenvalues of Sigma that the network can hold.

At a critical point the product is the truncation of T to a set S of its singular triples, |S| at
most r_max, so the loss is 1/2 (||Y||^2 - sum_{i in S} lambda_i) (Baldi & Hornik 1989 for one
hidden layer; Kawaguchi 2016; Achour, Malgouyres, Gerchinovitz 2021, arXiv 2107.13289).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import final

import numpy as np
from jaxtyping import Real
from numpy import ndarray

from lossatlas.errors import misuse

from ._spectrum import DataSpectrum, spectrum
from ._widths import checked_widths, largest_rank


@final
@dataclass(frozen=True)
class CriticalValue:
    """A value of the loss at critical points, with the subset of eigenvalues that gives it."""

    value: float
    subset: tuple[int, ...]
    rank: int


def critical_values(
    X: Real[ndarray, "n d_x"],
    Y: Real[ndarray, "n d_y"],
    widths: Sequence[int],
    *,
    max_count: int = 1_000_000,
) -> list[CriticalValue]:
    """Every value that the loss takes at critical points, each with its subset.

    Args:
        X: The inputs, one sample a row.
        Y: The targets, one sample a row.
        widths: (d_x, d_1, ..., d_y).
        max_count: The longest list that is made.

    Returns:
        The values (of 1/2 the sum of squares), ascending; the first is the global minimum. A
        subset counts eigenvalues of Sigma from 0, the largest first.

    Raises:
        ValueError: If the data or the widths do not fit, or there are more than `max_count`.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory.deep_linear import critical_values
        >>> [(c.value, c.subset) for c in critical_values(np.eye(2), np.diag([2.0, 1.0]), (2, 1, 2))]
        [(0.5, (0,)), (2.0, (1,)), (2.5, ())]
    """
    data = spectrum(X, Y)
    widths = checked_widths(widths, data)
    r_max = largest_rank(widths, data.target_rank)
    count = sum(comb(data.target_rank, r) for r in range(r_max + 1))
    if count > max_count:
        raise misuse(
            "max_count",
            should=f"be at least {count}, the number of subsets",
            got=max_count,
            remedy="Ask for `critical_value` of single subsets instead.",
        )
    subsets = (s for r in range(r_max + 1) for s in combinations(range(data.target_rank), r))
    values = [CriticalValue(value_of(data, s), s, len(s)) for s in subsets]
    return sorted(values, key=lambda c: (c.value, c.rank, c.subset))


def critical_value(
    X: Real[ndarray, "n d_x"], Y: Real[ndarray, "n d_y"], subset: Sequence[int]
) -> float:
    """The loss at the critical points of one subset of eigenvalues."""
    return value_of(spectrum(X, Y), subset)


def global_minimum(
    X: Real[ndarray, "n d_x"], Y: Real[ndarray, "n d_y"], widths: Sequence[int]
) -> float:
    """The smallest loss that the network can reach, under any bottleneck.

    Args:
        X: The inputs, one sample a row.
        Y: The targets, one sample a row.
        widths: (d_x, d_1, ..., d_y).

    Returns:
        1/2 (||Y||^2 - the sum of the r_max largest eigenvalues of Sigma).

    Raises:
        ValueError: If the data or the widths do not fit.
    """
    data = spectrum(X, Y)
    return value_of(data, range(largest_rank(checked_widths(widths, data), data.target_rank)))


def value_of(data: DataSpectrum, subset: Sequence[int]) -> float:
    """The critical value of a subset, as a sum of what is left over."""
    # summed over the complement: subtracting from ||Y||^2 would lose the digits of a small value
    left = np.delete(data.eigenvalues, list(subset))
    return data.constant + 0.5 * float(np.sum(left))
