"""A3p: every ordered tuple of distinct weights occurs along equally many paths.

The distinct weights are those of the network rounded to s values as in A2p, few enough that all s^H
tuples can be counted, by dynamic programming over all paths. A network that has no more than that many
distinct weights is taken as it is. The number that decides is the distance in total variation of the
counts from the uniform law. The theorem's own constant is c, the largest ratio to the mean: the outputs
then correlate by at least 1/c^2.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from scipy import special

from lossatlas.evidence import Ruling
from lossatlas.theory import relu_paths

from ._assumptions import ASSUMPTIONS
from ._audit import Audit, Part, ruled
from ._jackknife import grouped, interval

TOLERANCE = 0.1
"""Of the distance in total variation: a tenth of the paths would have to carry other weights."""

_MOST_LEVELS = 8
_MOST_TUPLES = 4096


def audit_uniformity(weights: Sequence[Float[ndarray, "_ _"]], rng: np.random.Generator) -> Audit:
    """Audit A3p."""
    about = ASSUMPTIONS["A3p"]
    asked = num_levels(len(weights))
    # in units of the largest, so that no square overflows
    unit = max(float(np.abs(W).max()) for W in weights) or 1.0
    few = relu_paths.quantised([W / unit for W in weights], asked)
    levels = len(few.values)
    found = relu_paths.tuple_counts(few.labels, levels)
    value = found.total_variation
    low, high = _interval(few.labels, levels, value, rng)
    part = Part("distance of tuple counts from uniform", 0.0, TOLERANCE, value, low, high)
    test, p_value = _occupancy(few.labels, levels)
    details = {
        "values s": levels,
        "tuples": levels ** len(weights),
        "tuples that no path carries": found.missing,
        "largest ratio c": found.spread,
        "correlation promised by the theorem, 1/c^2": found.spread**-2,
    }
    word = {
        Ruling.HOLDS: "as good as none",
        Ruling.FAILS: "so some combinations of weights are far more frequent than others",
        Ruling.UNDECIDED: "which may or may not be more than a tenth",
    }[part.verdict]
    sentence = (
        f"With weights rounded to {levels} values, {value:.1%} of the routes would have to carry other "
        f"weights for all combinations to be equally frequent: {word}."
    )
    return Audit(about, (part,), ruled([part]), sentence, test, p_value, details)


def num_levels(depth: int) -> int:
    """The most values, at most eight, whose tuples of this length can all be counted."""
    levels = _MOST_LEVELS
    while levels > 2 and levels**depth > _MOST_TUPLES:
        levels -= 1
    return levels


def _interval(
    labels: Sequence[Int[ndarray, "_ _"]], levels: int, value: float, rng: np.random.Generator
) -> tuple[float | None, float | None]:
    """By leaving out a group of the units of every hidden layer; none where a layer has one unit."""
    hidden = [len(L) for L in labels[:-1]]
    groups = [grouped(size, rng) for size in hidden]
    number = min(int(g.max()) + 1 for g in groups)
    if number < 2:
        return None, None
    without = []
    for g in range(number):
        kept = [np.flatnonzero(part % number != g) for part in groups]
        part = _restricted(labels, kept)
        without.append(relu_paths.tuple_counts(part, levels).total_variation)
    ends = interval(value, np.array(without))
    return ends or (None, None)


def _restricted(
    labels: Sequence[Int[ndarray, "_ _"]], kept: Sequence[Int[ndarray, " _"]]
) -> list[ndarray]:
    sides = [np.arange(labels[0].shape[1]), *kept, np.arange(len(labels[-1]))]
    return [L[np.ix_(sides[k + 1], sides[k])] for k, L in enumerate(labels)]


def _occupancy(labels: Sequence[Int[ndarray, "_ _"]], levels: int) -> tuple[str, float | None]:
    """Pearson's chi-squared: do the connections of each layer carry every value equally often?"""
    if levels < 2:
        return "", None
    statistic = 0.0
    for L in labels:
        counts = np.bincount(L.ravel(), minlength=levels)
        expected = L.size / levels
        statistic += float(np.square(counts - expected).sum()) / expected
    degrees = len(labels) * (levels - 1)
    name = "chi-squared of the values' frequencies in each layer"
    return name, float(special.chdtrc(np.float64(degrees), np.float64(statistic)))
