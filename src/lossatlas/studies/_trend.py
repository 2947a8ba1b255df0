"""Trends over an ordered family of ensembles, with an interval from a bootstrap over the runs.

A statistic of each ensemble (a spread, a mean) is held against its place: the least-squares slope,
and the step from each place to the next. Runs are drawn anew within each ensemble, never between
them. A trend is three-valued. It falls if every measured step does and the interval of the slope
lies below zero; it does not if that interval, or that of any step, lies above zero; else it is open.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias, final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.errors import misuse
from lossatlas.evidence import Check, Strength

CONFIDENCE = 0.99
_RESAMPLES = 4000
_ENTRIES = 2**20

Statistic: TypeAlias = Callable[[Float[ndarray, "... n"]], Float[ndarray, "..."]]
"""A number of each row of runs; it works along the last axis."""


def spread(values: Float[ndarray, "... n"]) -> Float[ndarray, "..."]:
    """The standard deviation, with n - 1."""
    return np.asarray(np.std(values, axis=-1, ddof=1))


def scaled_spread(values: Float[ndarray, "... n"]) -> Float[ndarray, "..."]:
    """The standard deviation over the mean."""
    return np.asarray(spread(values) / mean(values))


def mean(values: Float[ndarray, "... n"]) -> Float[ndarray, "..."]:
    """The mean."""
    return np.asarray(np.mean(values, axis=-1))


@final
@dataclass(frozen=True)
class Interval:
    """A number with the interval that holds it at `CONFIDENCE`."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3g} ({self.low:.3g} to {self.high:.3g})"


@final
@dataclass(frozen=True)
class Trend:
    """How a statistic changes from place to place.

    Attributes:
        places: Where the ensembles stand, ascending.
        values: The statistic of each, with its interval.
        steps: Its change from each place to the next; the intervals hold all of them together.
        slope: That of its least-squares line against the logarithm of the place, or the place.
        runs: The runs of all ensembles.
    """

    places: tuple[int, ...]
    values: tuple[Interval, ...]
    steps: tuple[Interval, ...]
    slope: Interval
    runs: int

    @property
    def falls(self) -> bool | None:
        """Whether the statistic falls; None where the runs do not decide."""
        if not np.isfinite([self.slope.low, self.slope.high]).all():
            return None
        if any(step.low > 0 for step in (self.slope, *self.steps)):
            return False
        return True if self.slope.high < 0 and all(step.value < 0 for step in self.steps) else None

    def __str__(self) -> str:
        return ", ".join(f"{value.value:.4g}" for value in self.values)


def trend(
    ensembles: Mapping[int, Float[ndarray, " _"]], statistic: Statistic, *, log: bool = True
) -> Trend:
    """The trend of a statistic over ensembles.

    Args:
        ensembles: The runs at each place, in any order of places.
        statistic: What is held against the place.
        log: Whether against its natural logarithm.

    Returns:
        The trend. The resamples are the same in every call. Fewer than two runs at a place make the
        intervals NaN, and so does a run that is not finite.

    Raises:
        ValueError: If there are fewer than two places.
    """
    if len(ensembles) < 2:
        raise misuse(
            "ensembles",
            should="stand at two places or more",
            got=len(ensembles),
            remedy="Measure at another width or depth.",
        )
    places = sorted(ensembles)
    generator = np.random.default_rng(0)
    columns = [_resampled(np.asarray(ensembles[p], float), statistic, generator) for p in places]
    runs = sum(len(ensembles[place]) for place in places)
    return trend_of(places, np.stack(columns, axis=1), runs=runs, log=log)


def trend_of(
    places: Sequence[int], table: Float[ndarray, "b places"], *, runs: int, log: bool = True
) -> Trend:
    """The trend of values whose resamples stand already.

    Args:
        places: Ascending.
        table: The measured values, then a row for each resample; one that is not finite leaves
            the trend open.
        runs: The runs of all ensembles.
        log: Whether against the logarithm of the place.
    """
    x = np.log(places) if log else np.asarray(places, dtype=float)
    weights = (x - x.mean()) / np.square(x - x.mean()).sum()
    return Trend(
        places=tuple(places),
        values=tuple(_interval(column) for column in table.T),
        steps=tuple(_interval(b - a, one_of=len(places) - 1) for a, b in pairwise(table.T)),
        slope=_interval(table @ weights),
        runs=runs,
    )


def falling(what: str, found: Trend, over: str) -> Check:
    """The check that a statistic falls.

    Args:
        what: What falls, the start of the sentence.
        found: Its trend.
        over: What the places are, for example "widths".
    """
    word = {True: "falls", False: "rises", None: "has no certain trend"}[found.falls]
    places = ", ".join(map(str, found.places))
    measured = f"{found} at {over} {places}; slope {found.slope}"
    sentence = f"{what} {word}: {measured}, {CONFIDENCE:.0%} interval over {found.runs} runs."
    return Check(what, "falls", measured, found.falls, sentence, found.runs, Strength.MEASURED)


def _resampled(
    runs: Float[ndarray, " n"], statistic: Statistic, generator: np.random.Generator
) -> Float[ndarray, " _"]:
    """The statistic of the runs, then of each resample of them."""
    if len(runs) < 2:
        return np.full(1 + _RESAMPLES, np.nan)
    at_once = max(1, _ENTRIES // len(runs))
    parts = [np.atleast_1d(statistic(runs))]
    for first in range(0, _RESAMPLES, at_once):
        number = min(at_once, _RESAMPLES - first)
        parts.append(statistic(runs[generator.integers(len(runs), size=(number, len(runs)))]))
    return np.concatenate(parts)


def _interval(column: Float[ndarray, " _"], *, one_of: int = 1) -> Interval:
    """The measured value with its interval; wider where it is one of several held together."""
    outside = (1 - CONFIDENCE) / 2 / one_of
    low, high = np.quantile(column[1:], [outside, 1 - outside])
    return Interval(float(column[0]), float(low), float(high))
