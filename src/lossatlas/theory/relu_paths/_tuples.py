"""Assumption A3p (uniformity): how often each tuple of weight values lies along a path.

In a network of s distinct weights a path carries a tuple (c_1, ..., c_H) of their labels. With
B^k_c the 0/1 matrix of the edges of layer k that have label c, the number of paths with a tuple is
1^T B^H_{c_H} ... B^1_{c_1} 1: exact integers, by one pass that branches s-fold in each layer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod, sqrt
from typing import final

import numpy as np
from jaxtyping import Int, Real
from numpy import ndarray

from lossatlas.errors import MemoryForecastError, misuse

from ._checks import checked_weights, widths_of

_MOST_BYTES = 2**29


@final
@dataclass(frozen=True, eq=False)
class TupleCounts:
    """`counts[c_1, ..., c_H]` paths carry value c_k in layer k; all s^H tuples, zeros too.

    Attributes:
        counts: Exact integers; Python's own (dtype object) where floats would round them.
        num_values: s.
        num_paths: All paths, to every output.
        expected: tau = num_paths / s^H, the count of every tuple under A3p.
        spread: c = max over tuples of max(t/tau, tau/t); 1 under A3p, infinite if a tuple is missing.
        missing: How many tuples no path carries.
        total_variation: Half the sum of |t/num_paths - s^-H|; 0 under A3p.
        chi_squared: sum (t - tau)^2/tau. Paths share edges, so that it follows no chi-squared law.
    """

    counts: ndarray
    num_values: int
    num_paths: int
    expected: float
    spread: float
    missing: int
    total_variation: float
    chi_squared: float

    def correlation(self, values: Real[ndarray, " s"]) -> float | None:
        """The correlation of Y_s with its uniform stand-in, exact under the model of Theorem 3.3.

        In the model each path has an input of its own, independent and standard, open or not by a
        coin of its own; of the t paths with a tuple the stand-in keeps min(t, tau) and adds new
        ones up to tau. With w the tuple's product, the correlation is sum w^2 min(t, tau) over
        sqrt(sum w^2 t  sum w^2 tau).

        Args:
            values: The s values that the labels stand for.

        Returns:
            The correlation; None where one of the two outputs is constant.
        """
        size = np.asarray(values, dtype=np.float64) ** 2
        if size.shape != (self.num_values,):
            raise misuse(
                "values",
                should=f"be {self.num_values} numbers, one a label",
                got=f"shape {size.shape}",
                remedy="Take them from `quantised(weights, s).values`.",
            )
        weight = np.ones(())
        for _ in range(self.counts.ndim):
            weight = np.multiply.outer(weight, size)
        share = self.counts.astype(np.float64) / self.expected
        own, uniform = float(np.sum(weight * share)), float(np.sum(weight))
        if own == 0 or uniform == 0:
            return None
        return float(np.sum(weight * np.minimum(share, 1.0))) / sqrt(own * uniform)


def tuple_counts(labels: Sequence[Int[ndarray, "_ _"]], num_values: int) -> TupleCounts:
    """Count the paths that carry each tuple of labels.

    Args:
        labels: One integer matrix a layer, shaped as the weights, with entries 0, ..., s-1.
        num_values: s.

    Returns:
        The counts over the paths to every output, and how far they are from uniform.

    Raises:
        ValueError: If the matrices do not compose or a label is out of range.
        MemoryForecastError: If s^H tuples are too many to hold; nothing is allocated then.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory import relu_paths
        >>> found = relu_paths.tuple_counts([np.array([[0], [1]]), np.array([[0, 0]])], 2)
        >>> found.counts.tolist(), found.missing, found.total_variation
        ([[1, 0], [1, 0]], 2, 0.5)
    """
    matrices = _checked_labels(labels, num_values)
    widths = widths_of(matrices)
    _check_forecast(num_values, widths)
    num_paths = prod(widths)
    counted = _counted(matrices, num_values, np.float64 if num_paths < 2**53 else object)
    least, most = int(counted.min()), int(counted.max())
    tuples = num_values ** len(matrices)
    # ratios of integers: exact before the one division
    spread = max(most * tuples / num_paths, num_paths / (least * tuples)) if least else float("inf")
    share = (counted / num_paths).astype(np.float64)
    away = share - 1 / tuples
    return TupleCounts(
        counts=counted,
        num_values=num_values,
        num_paths=num_paths,
        expected=num_paths / tuples,
        spread=spread,
        missing=int(np.sum(counted == 0)),
        total_variation=float(np.abs(away).sum()) / 2,
        chi_squared=float(np.sum(away**2)) * tuples * num_paths,
    )


def _counted(matrices: Sequence[ndarray], s: int, dtype: type) -> ndarray:
    state: ndarray = np.ones(
        (1, matrices[0].shape[1]), dtype=dtype
    )  # paths to each unit, by tuple so far
    for labels in matrices:
        edges = [(labels == c).astype(dtype) for c in range(s)]
        state = np.stack([state @ B.T for B in edges], axis=1).reshape(-1, labels.shape[0])
    total: ndarray = state.sum(axis=1).reshape((s,) * len(matrices))
    return total if dtype is object else total.astype(np.int64)


def _checked_labels(labels: Sequence[ndarray], s: int) -> list[ndarray]:
    matrices = [np.asarray(L) for L in labels]
    whole = all(np.issubdtype(L.dtype, np.integer) for L in matrices)
    if not whole or s < 1 or any(L.size and not 0 <= L.min() <= L.max() < s for L in matrices):
        raise misuse(
            "labels",
            should=f"be integer matrices with entries from 0 to {s - 1}",
            got=[str(L.dtype) for L in matrices],
            remedy="Take them from `quantised(weights, s).labels`.",
        )
    checked_weights(matrices)
    return matrices


def _check_forecast(s: int, widths: Sequence[int]) -> None:
    # the state of a layer twice, as its parts and stacked
    needed = max(16 * s**k * d for k, d in enumerate(widths))
    if needed > _MOST_BYTES:
        raise MemoryForecastError(
            f"Counting the tuples of {s} values in {len(widths) - 1} layers needs "
            f"{needed / 2**30:.3g} GiB and at most {_MOST_BYTES / 2**30:.3g} GiB are used. "
            "Take fewer values."
        )
