"""Critical points from random starts until nothing new is found, and what may still be unseen.

When n of the starts arrive, f_1 at points met once and f_2 at points met twice, the next arrival is
at an unseen point with probability about f_1 / n (Good 1953), and at least f_1 (f_1 - 1) /
(2 (f_2 + 1)) points are unseen (Chao 1987, corrected for bias). Searches meet points unequally
often, so that both are estimates, too low when some points are hardly ever met.
"""

from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Generator

from lossatlas.surfaces import SpinGlass

from ._find import find

_SAME = 1e-6


@final
@dataclass(frozen=True)
class MultiStart:
    """How many random starts to make.

    Attributes:
        batch: Starts moved together.
        most: Starts at most.
        least_hits: No more are made when every pair {w, -w} has been met this often. With 3 neither
            Good nor Chao expects another.
    """

    batch: int = 1000
    most: int = 20_000
    least_hits: int = 3


@final
@dataclass(frozen=True, eq=False)
class Arrivals:
    """The pairs {x, -x} where random starts arrived.

    Attributes:
        points: One unit vector of each pair.
        hits: The arrivals at each.
        starts: The starts made.
        least_hits: How often every pair was to be met.
    """

    points: Float[ndarray, "K N"]
    hits: Int[ndarray, " K"]
    starts: int
    least_hits: int

    @property
    def missing(self) -> float:
        """Good's estimate of the probability that the next arrival is new; 1 before the first."""
        return float((self.hits == 1).sum() / self.hits.sum()) if self.hits.sum() else 1.0

    @property
    def saturated(self) -> bool:
        """Whether every pair was met as often as asked."""
        return len(self.hits) > 0 and int(self.hits.min()) >= self.least_hits

    @property
    def unseen(self) -> float:
        """Chao's estimate of the pairs not met yet."""
        once, twice = int((self.hits == 1).sum()), int((self.hits == 2).sum())
        return once * (once - 1) / (2 * (twice + 1))


def multi_start(surface: SpinGlass, generator: Generator, settings: MultiStart) -> Arrivals:
    """Newton searches from uniform starts, a batch at a time."""
    empty = np.empty((0, surface.size)), np.empty(0, int)
    arrivals = Arrivals(*empty, 0, settings.least_hits)
    while arrivals.starts < settings.most and not arrivals.saturated:
        batch = min(settings.batch, settings.most - arrivals.starts)
        found = find(surface, surface.random_point(generator, (batch,))).critical
        pairs = _merged(arrivals.points, arrivals.hits, found.double().cpu().numpy())
        arrivals = Arrivals(*pairs, arrivals.starts + batch, settings.least_hits)
    return arrivals


def _merged(
    points: Float[ndarray, "K N"], hits: Int[ndarray, " K"], found: Float[ndarray, "B N"]
) -> tuple[Float[ndarray, "k N"], Int[ndarray, " k"]]:
    """The pairs after a batch; each keeps the vector by which it was first met."""
    x = found / np.linalg.norm(found, axis=1, keepdims=True)
    everything = np.concatenate([points, x])
    weight = np.concatenate([hits, np.ones(len(x), int)])
    # x x^T is the same for x and -x; its distance to another is found from one product.
    cosine = np.abs(everything @ everything.T)
    first = (cosine >= 1 - _SAME**2 / 2).argmax(1)
    total = np.bincount(first, weight, minlength=len(everything)).astype(int)
    return everything[total > 0], total[total > 0]
