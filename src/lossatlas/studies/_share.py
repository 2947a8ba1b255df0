"""A share of runs, with the interval that goes with it."""

from dataclasses import dataclass
from math import nan, sqrt
from typing import final

_NORMAL = 1.959963984540054


@final
@dataclass(frozen=True)
class Share:
    """`count` of `total`; prints with its 95 % interval after Wilson 1927."""

    count: int
    total: int

    @property
    def interval(self) -> tuple[float, float]:
        """The lower and upper end; NaN where there is no run."""
        n, z = self.total, _NORMAL
        if n == 0:
            return nan, nan
        p = self.count / n
        centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        reach = z / (1 + z**2 / n) * sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        # at the ends of the range the formula is exact but for rounding
        return max(0.0, centre - reach), min(1.0, centre + reach)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.count} of {self.total} ({low:.2%} to {high:.2%})"
