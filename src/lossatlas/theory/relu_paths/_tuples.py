"""Assumption A3p: how often each tuple of weight values lies along a path (uniformity)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from jaxtyping import Int
from numpy import ndarray


@final
@dataclass(frozen=True, eq=False)
class TupleCounts:
    """`counts[c_1, ..., c_H]` paths carry value c_k in layer k; all s^H tuples, zeros too.

    Attributes:
        counts: Exact integers; dtype object where 64 bits do not suffice.
        num_values: s.
        num_paths: All paths, to every output.
        expected: tau = num_paths / s^H, the count of every tuple under A3p.
        spread: c = max over tuples of max(t/tau, tau/t); 1 under A3p, infinite if a tuple is missing.
        missing: How many tuples no path carries.
        total_variation: Half the sum of |t/num_paths - s^-H|; 0 under A3p.
        chi_squared: sum (t - tau)^2/tau.
    """

    counts: Int[ndarray, "..."]
    num_values: int
    num_paths: int
    expected: float
    spread: float
    missing: int
    total_variation: float
    chi_squared: float

    def correlation(self, values: ndarray) -> float:
        """The correlation of the two networks of Theorem 3.3, exact under its model, for the s values."""
        raise NotImplementedError


def tuple_counts(labels: Sequence[Int[ndarray, "_ _"]], num_values: int) -> TupleCounts:
    """Count the paths that carry each tuple of labels (labels[k] as W_k, entries 0..s-1)."""
    raise NotImplementedError
