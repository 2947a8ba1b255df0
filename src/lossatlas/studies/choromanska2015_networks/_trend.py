"""Whether a quantity falls with the width: three-valued, from bootstrap resamples."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.evidence import Check, Strength

from ._claims import LEVEL


@final
@dataclass(frozen=True)
class Trend:
    """A fall from width to width.

    Attributes:
        values: The quantity at each width.
        unproved: The share of resamples whose slope against ln n does not fall, at least one in
            all resamples and one.
        risen: The share whose slope does not rise, counted in the same way.
        rises: Neighbours that rise, as they were measured.
        certain_rises: Neighbours that rise in all but 1 % of the resamples.
    """

    values: tuple[float, ...]
    unproved: float
    risen: float
    rises: int
    certain_rises: int

    @property
    def falls(self) -> bool | None:
        """True or false where it is certain at the level of the study, None between."""
        if self.certain_rises or self.risen < LEVEL:
            return False
        return True if self.rises == 0 and self.unproved < LEVEL else None


def find_trend(
    widths: Sequence[int], values: Float[ndarray, " w"], resampled: Float[ndarray, "b w"]
) -> Trend:
    """The trend of values over widths.

    Args:
        widths: Ascending.
        values: At each width.
        resampled: The same in each bootstrap resample; NaN speaks against both directions.
    """
    x = np.log(np.asarray(widths, dtype=float))
    slopes = resampled @ (x - x.mean())
    steps = np.diff(resampled, axis=1)
    neighbours = len(widths) - 1
    return Trend(
        values=tuple(map(float, values)),
        unproved=_share(~(slopes < 0)),
        risen=_share(~(slopes > 0)),
        rises=sum(not b < a for a, b in pairwise(values)),
        certain_rises=sum(
            _share(~(steps[:, i] > 0)) < LEVEL / neighbours for i in range(neighbours)
        ),
    )


def _share(cases: ndarray) -> float:
    """A p-value that no number of resamples makes zero."""
    return float((cases.sum() + 1) / (len(cases) + 1))


def trend_check(what: str, widths: Sequence[int], trend: Trend, *, sample_size: int) -> Check:
    """The trend as a check whose sentence has the values."""
    listed = ", ".join(f"{value:.4g}" for value in trend.values)
    at = ", ".join(map(str, widths))
    passed = trend.falls
    word = {True: "falls", False: "does not fall", None: "falls or not, which is open"}[passed]
    measured = f"{listed} at n1 = {at}"
    sentence = (
        f"{what} {word} with n1: {measured} ({trend.rises} of {len(widths) - 1} neighbours rise, "
        f"{trend.certain_rises} of them for certain; p = {trend.unproved:.2g} for the slope)."
    )
    predicted = "falling from each width to the next"
    return Check(what, predicted, measured, passed, sentence, sample_size, Strength.MEASURED, LEVEL)
