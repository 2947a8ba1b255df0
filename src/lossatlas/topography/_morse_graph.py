"""The graph of minima and the passes between them, and the exact height of every barrier.

As the level rises, the part of a Morse function's domain below it gains a piece at each minimum, and
two pieces become one only at an index-1 point, namely those that its two descents lie in (Milnor
1963, section 3). So the least level at which two minima hang together,
    minimax(a, b) = min over paths from a to b of the highest loss on the path,
is where Kruskal's algorithm joins them when the index-1 points are taken in order of their levels.
It is exact when all minima and index-1 points are known and every descent is.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import final

import torch
from jaxtyping import Float, Int
from torch import Tensor

from lossatlas.errors import misuse

from ._union import Union

LOST = -1


@final
@dataclass(frozen=True)
class Merge:
    """Two parts of the landscape become one.

    Attributes:
        level: The energy at which they do.
        saddle: The row of the index-1 point where they do.
        deeper: The row of the deepest minimum of the one part.
        other: The row of the deepest minimum of the other, which is not lower.
        sizes: The number of minima in each.
    """

    level: float
    saddle: int
    deeper: int
    other: int
    sizes: tuple[int, int]


@final
@dataclass(frozen=True, eq=False, repr=False)
class MorseGraph:
    """Minima joined by index-1 points. Points are named by their rows among all critical points.

    Attributes:
        energy: The energy of every point, in the units that all levels are in.
        index: The Morse index of every point.
        saddles: The rows of the index-1 points.
        ends: The rows of the minima that the two descents from each of them reach; -1 for a descent
            that reached none of the points.
        paths: The two descents from each saddle, where they were recorded.
    """

    energy: Float[Tensor, " K"]
    index: Int[Tensor, " K"]
    saddles: Int[Tensor, " S"]
    ends: Int[Tensor, "S 2"]
    paths: tuple[tuple[Tensor, Tensor], ...] = field(default=(), repr=False)

    @cached_property
    def minima(self) -> Int[Tensor, " M"]:
        """The rows of the minima."""
        return (self.index == 0).nonzero()[:, 0]

    @property
    def lost(self) -> int:
        """Descents that reached none of the points: more than none, and levels are upper bounds."""
        return int((self.ends == LOST).sum())

    @property
    def euler(self) -> int:
        """The sum of (-1)^index over all points; 1 + (-1)^(N-1) for all points on the sphere of R^N."""
        return int((1 - 2 * (self.index % 2)).sum())

    @property
    def connected(self) -> bool:
        """Whether every minimum can be reached from every other."""
        return len(self.tree) == max(0, len(self.minima) - 1)

    @cached_property
    def tree(self) -> tuple[Merge, ...]:
        """The disconnectivity tree, from the lowest merge to the highest."""
        return tuple(merge for merge, _, _ in self._merges)

    @cached_property
    def levels(self) -> Float[Tensor, "M M"]:
        """The minimax level between any two minima, in the order of `minima`.

        Infinite between minima that nothing joins; on the diagonal a minimum's own energy.
        """
        levels = self.energy.new_full((len(self.minima),) * 2, torch.inf)
        levels.diagonal().copy_(self.energy[self.minima])
        for merge, one, other in self._merges:
            a, b = torch.tensor(one)[:, None], torch.tensor(other)
            levels[a, b] = merge.level
            levels.mT[a, b] = merge.level
        return levels

    def minimax(self, a: int, b: int) -> float:
        """The least level at which two minima hang together.

        Args:
            a: The row of a minimum.
            b: The row of another, or of the same one.

        Returns:
            The level; infinite when nothing joins them.

        Raises:
            ValueError: If one of them is no minimum.
        """
        return float(self.levels[self._place("a", a), self._place("b", b)])

    def barriers(self) -> Float[Tensor, "M M"]:
        """How far one has to climb from one minimum (row) to come to another (column)."""
        return self.levels - self.energy[self.minima][:, None]

    def escapes(self) -> Float[Tensor, " M"]:
        """The lowest barrier out of each minimum; infinite when there is no other."""
        climbs = self.barriers()
        climbs.diagonal().fill_(torch.inf)
        return climbs.amin(-1) if len(climbs) else climbs.new_zeros(0)

    @cached_property
    def _merges(self) -> list[tuple[Merge, list[int], list[int]]]:
        place = {int(row): i for i, row in enumerate(self.minima)}
        heights = self.energy[self.minima].tolist()
        union = Union(len(place))
        merges = []
        for number in torch.argsort(self.energy[self.saddles], stable=True).tolist():
            a, b = (place.get(end) for end in self.ends[number].tolist())
            joined = union.join(a, b) if a is not None and b is not None else None
            if joined is not None:
                merges.append((self._merge(number, joined, heights), *joined))
        return merges

    def _merge(
        self, number: int, parts: tuple[list[int], list[int]], heights: list[float]
    ) -> Merge:
        saddle = int(self.saddles[number])
        deepest = sorted((min(part, key=heights.__getitem__), len(part)) for part in parts)
        (deeper, size), (other, rest) = sorted(deepest, key=lambda found: heights[found[0]])
        rows = self.minima.tolist()
        return Merge(float(self.energy[saddle]), saddle, rows[deeper], rows[other], (size, rest))

    def _place(self, name: str, row: int) -> int:
        found = (self.minima == row).nonzero()[:, 0]
        if len(found) != 1:
            raise misuse(
                name,
                should="be the row of a minimum",
                got=row,
                remedy="`graph.minima` lists them.",
            )
        return int(found[0])

    def __repr__(self) -> str:
        state = "connected" if self.connected else "not connected"
        lost = f", {self.lost} descents lost" if self.lost else ""
        return f"MorseGraph({len(self.minima)} minima, {len(self.saddles)} passes, {state}{lost})"
