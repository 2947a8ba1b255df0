"""Means over enumerated instances beside their exact values.

Instances are independent, so the standard error of a mean is that of their counts; where fewer than
twenty points were counted in all, that of a Poisson number with the exact mean, if it is larger: a
window that no point fell into would otherwise have no error at all. All instances enter, those that
are not proved complete with what was found: to leave them out would favour the easy ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import final

import numpy as np

from ._claims import DEVIATIONS
from ._rows import Row, Rows, by, glass_of
from ._windows import NUM_WINDOWS

_FEW = 20


@final
@dataclass(frozen=True)
class Comparison:
    """A mean number of points per instance against its exact value.

    `what` is "total", "index_k" or "window_j".
    """

    order: int
    size: int
    what: str
    exact: float
    mean: float
    standard_error: float
    instances: int

    @property
    def deviation(self) -> float:
        """Standard errors between the two."""
        return abs(self.mean - self.exact) / self.standard_error

    @property
    def meets(self) -> bool:
        """Whether the two lie within the tolerance of each other."""
        return abs(self.mean - self.exact) <= DEVIATIONS * self.standard_error


def comparisons(rows: Rows, names: str) -> list[Comparison]:
    """All comparisons of one kind.

    Args:
        rows: The rows of the study.
        names: "total", "index" or "window".

    Returns:
        One for every order, size and name; sizes without exact values or with a single instance
        have none.
    """
    exact = {glass_of(row): row for row in rows.expected}
    return [
        _compared(order, size, name, exact[order, size], own)
        for (order, size), own in by(glass_of, rows.counts).items()
        if (order, size) in exact and len(own) > 1
        for name in _names(names, size)
    ]


def _names(names: str, size: int) -> Iterator[str]:
    if names == "total":
        yield "total"
        return
    for place in range(size if names == "index" else NUM_WINDOWS):
        yield f"{names}_{place}"


def _compared(order: int, size: int, name: str, exact: Row, rows: Sequence[Row]) -> Comparison:
    values = np.array([row[name] for row in rows], dtype=float)
    variance = float(values.var(ddof=1))
    if values.sum() < _FEW:
        variance = max(variance, exact[name])
    error = sqrt(variance / len(values))
    return Comparison(order, size, name, exact[name], float(values.mean()), error, len(values))
