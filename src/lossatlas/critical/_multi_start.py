"""Critical points from random starts until nothing new is found, and what may still be unseen.

When n of the starts arrive, f_1 at points met once and f_2 at points met twice, the next arrival is
at an unseen point with probability about f_1 / n (Good 1953), and at least f_1 (f_1 - 1) /
(2 (f_2 + 1)) points are unseen (Chao 1987, corrected for bias). Searches meet points unequally
often, so that both are estimates, too low when some points are hardly ever met.
"""

from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray
from torch import Generator

from lossatlas.surfaces import SpinGlass

from ._find import find
from ._tensor_newton import TensorNewton

_SAME = 1e-6


@final
@dataclass(frozen=True)
class MultiStart:
    """How many random starts to make.

    Attributes:
        batch: Starts moved together.
        most: Starts at most.
        least_hits: No more are made when every pair {w, -w} has been met this often. With 3 neither
            Good nor Chao expects another; more make it less likely that a rare pair was not met.
    """

    batch: int = 2000
    most: int = 100_000
    least_hits: int = 5


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
        found = find(surface, surface.random_point(generator, (batch,)), method=TensorNewton())
        pairs = _merged(arrivals.points, arrivals.hits, found.critical.cpu().numpy())
        arrivals = Arrivals(*pairs, arrivals.starts + batch, settings.least_hits)
    return arrivals


def _merged(
    points: Float[ndarray, "K N"], hits: Int[ndarray, " K"], found: Float[ndarray, "B N"]
) -> tuple[Float[ndarray, "k N"], Int[ndarray, " k"]]:
    """The pairs after a batch; each keeps the vector by which it was first met."""
    x = found / np.linalg.norm(found, axis=1, keepdims=True)
    if len(points):
        near = _same(x, points)
        known = near.any(1)
        hits = hits + np.bincount(near.argmax(1)[known], minlength=len(points))
        x = x[~known]
    first = _same(x, x).argmax(1) if len(x) else np.empty(0, int)
    total = np.bincount(first, minlength=len(x))
    new = total > 0
    return np.concatenate([points, x[new]]), np.concatenate([hits, total[new]])


def _same(x: Float[ndarray, "B N"], y: Float[ndarray, "K N"]) -> Bool[ndarray, "B K"]:
    """Which unit vectors are the same up to sign: the product of both is one."""
    same: ndarray = np.abs(x @ y.T) >= 1 - _SAME**2 / 2
    return same
