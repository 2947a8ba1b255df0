"""Bands between all pairs of minima, joined to one graph.

A band that meets another minimum on its way is two bands. So every pass found is left by its own two
descents, the minima that these reach join the list, and pairs of them that no pass joins yet get
bands of their own. One chain would come to rest over one way alone; so several are laid between
each pair, the straight one and some that bend aside along soft directions. The graph of all passes
gives for each pair the best way over any concatenation of bands. Its edges are true, so that its
levels are never below the exact ones.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas.surfaces import AbstractSurface

from ._band import Bands, climbed
from ._departures import departures
from ._lines import steepest_lines
from ._morse_graph import LOST, MorseGraph
from ._size import sizes
from ._string import ElasticBand, laid, relaxed

_SAME = 1e-6


def band_graph(
    surface: AbstractSurface,
    minima: Float[Tensor, "M P"],
    *,
    band: ElasticBand | None = None,
    rounds: int = 3,
) -> tuple[MorseGraph, Float[Tensor, "K P"]]:
    """Lay bands between all pairs of minima, and between the minima that these find.

    Args:
        surface: The surface.
        minima: Minima; they keep their rows in the graph.
        band: How a band comes down.
        rounds: How often bands are laid between minima found on the way.

    Returns:
        The graph of the minima and of all passes found, and the points that its rows name. Levels
        are in units of the loss.

    Example:
        >>> import torch
        >>> from lossatlas import critical, surfaces, topography
        >>> surface = surfaces.SpinGlass(3, 5, generator=torch.Generator().manual_seed(0))
        >>> found = critical.enumerate_points(surface)
        >>> exact = topography.morse_graph(surface, found.points, found.index)
        >>> bands, _ = topography.band_graph(surface, found.points[exact.minima])
        >>> bool((bands.levels - exact.levels).abs().max() < 1e-9)
        True
    """
    survey = _Survey(surface, minima, band or ElasticBand())
    pairs = torch.combinations(torch.arange(len(minima), device=minima.device))
    survey.lay(pairs)
    for _ in range(rounds):
        fresh = survey.unjoined()
        if not len(fresh):
            break
        survey.lay(fresh)
    return survey.graph()


class _Survey:
    """What is known so far: minima, passes, and which minima each pass joins."""

    def __init__(
        self, surface: AbstractSurface, minima: Float[Tensor, "M P"], band: ElasticBand
    ) -> None:
        self.surface, self.band, self.given = surface, band, len(minima)
        self.minima = minima
        self.passes = minima[:0]
        self.ends = torch.empty(0, 2, dtype=torch.int64, device=minima.device)
        self.laid: set[tuple[int, int]] = set()

    def lay(self, pairs: Tensor) -> None:
        """Bands between these pairs of minima, and the descents from their passes."""
        if not len(pairs):
            return
        self.laid |= {(int(i), int(j)) for i, j in pairs}
        a, b = self.minima[pairs[:, 0]], self.minima[pairs[:, 1]]
        chains = relaxed(self.surface, laid(self.surface, a, b, self.band), self.band)
        self._learn(climbed(self.surface, chains))

    def _learn(self, bands: Bands) -> None:
        fresh = _new(self.surface, bands.passes, self.passes)
        if not len(fresh):
            return
        starts = departures(self.surface, fresh, torch.cat([self.passes, fresh])).flatten(0, 1)
        lines = steepest_lines(self.surface, starts)
        arrived = lines.ends[lines.settled]
        self.minima = torch.cat([self.minima, _new(self.surface, arrived, self.minima)])
        ends = torch.full((len(lines),), LOST, dtype=torch.int64, device=fresh.device)
        ends[lines.settled] = _distances(arrived, self.minima).argmin(-1)
        self.passes = torch.cat([self.passes, fresh])
        self.ends = torch.cat([self.ends, ends.reshape(-1, 2)])

    def unjoined(self) -> Tensor:
        """Pairs with a minimum found on the way that no pass joins and no band was laid between."""
        joined = {(min(e), max(e)) for e in self.ends.tolist()} | self.laid
        pairs = [
            (i, j)
            for j in range(self.given, len(self.minima))
            for i in range(j)
            if (i, j) not in joined
        ]
        return torch.tensor(pairs, dtype=torch.int64, device=self.minima.device).reshape(-1, 2)

    def graph(self) -> tuple[MorseGraph, Tensor]:
        num_minima, num_passes = len(self.minima), len(self.passes)
        points = torch.cat([self.minima, self.passes])
        index = torch.zeros(len(points), dtype=torch.int64, device=points.device)
        index[num_minima:] = 1
        saddles = num_minima + torch.arange(num_passes, device=points.device)
        return MorseGraph(self.surface.loss(points), index, saddles, self.ends), points


def _new(surface: AbstractSurface, points: Tensor, known: Tensor) -> Tensor:
    """The points that are neither known nor come earlier."""
    every = torch.cat([known, points])
    near = _distances(points, every) <= _SAME * sizes(surface, points)[:, None]
    first = near.int().argmax(-1)
    itself = len(known) + torch.arange(len(points), device=points.device)
    return points[first == itself]


def _distances(points: Tensor, others: Tensor) -> Tensor:
    return torch.cdist(points, others, compute_mode="donot_use_mm_for_euclid_dist")
