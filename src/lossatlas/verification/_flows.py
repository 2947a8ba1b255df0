"""The flows along which the loss on given branches stays as it is, as their velocities at a point.

Row j of a layer's matrix grows while the column above it shrinks. Units of one layer that are open to
the same extent on every sample that counts, and lie on the same kinks, can be mixed; a row's part that
acts on no sample on which its unit counts can be anything, and so can an entry between units that never
count together. With biases a unit that is open everywhere may be shifted. Each flow also mixes
the pre-activations of the kinks among themselves: where all are zero they stay so.
"""

from collections.abc import Sequence
from itertools import accumulate, product
from math import prod
from typing import final

from flint import arb, arb_mat

from ._nonlinear_network import NonlinearNetwork
from ._pattern import Pattern
from ._rational import fraction, null_basis

# A vector's entries by place, zero elsewhere.
Velocity = dict[int, arb]


@final
class Flows:
    """The flows of one pattern.

    Attributes:
        inert: Constant velocities of what does not count at all.
    """

    def __init__(self, network: NonlinearNetwork, pattern: Pattern) -> None:
        self.network, self.pattern = network, pattern
        self._starts = list(accumulate(map(prod, network.shapes), initial=0))
        self._kinks: dict[tuple[int, int], set[int]] = {}
        for k, j, s in pattern.kinks:
            self._kinks.setdefault((k, j), set()).add(s)
        self.inert: list[Velocity] = list(self._inert())
        self._pairs = [pair for k in range(len(pattern.gates)) for pair in self._mixing(k)]
        self._shifts = [s for k in range(len(pattern.gates)) for s in self._shifting(k)]

    def velocities(self, W: Sequence[arb_mat]) -> list[Velocity]:
        """All of them at a point, or at all of a ball."""
        found = list(self.inert)
        for k, i, j, ratio in self._pairs:
            v = {self._place(k, i, c): W[k][j, c] for c in range(W[k].ncols())}
            rows = range(W[k + 1].nrows())
            v |= {self._place(k + 1, a, j): -W[k + 1][a, i] * ratio for a in rows}
            found.append(v)
        for k, i, gate in self._shifts:
            v = {self._place(k, i, self.network.widths[k]): arb(1)}
            last = self.network.widths[k + 1]
            rows = range(W[k + 1].nrows())
            v |= {self._place(k + 1, a, last): -W[k + 1][a, i] * gate for a in rows}
            found.append(v)
        return found

    def _place(self, k: int, row: int, column: int) -> int:
        return self._starts[k] + row * self.network.shapes[k][1] + column

    def _inert(self) -> list[Velocity]:
        found: list[Velocity] = []
        below: list[list[bool]] | None = None
        for k, (rows, columns) in enumerate(self.network.shapes):
            hidden = k < len(self.pattern.gates)
            counts = self.pattern.reads(k) if hidden else [[True] * rows] * self.network.samples
            for a in range(rows):
                mine = [s for s, row in enumerate(counts) if row[a]]
                if below is None:
                    found += self._unread(a, mine)
                    continue
                for c in range(columns):
                    shares = c == self.network.widths[k] or any(below[s][c] for s in mine)
                    if not (mine and shares):
                        found.append({self._place(k, a, c): arb(1)})
            below = counts
        return found

    def _unread(self, unit: int, samples: Sequence[int]) -> list[Velocity]:
        """Directions of a first row whose products with these samples are zero."""
        width = self.network.shapes[0][1]
        vectors, _ = null_basis([self.network.rows[s] for s in samples], width)
        places = [self._place(0, unit, c) for c in range(width)]
        return [
            {p: arb(x) for p, x in zip(places, vector, strict=True) if x != 0} for vector in vectors
        ]

    def _open(self, k: int) -> list[list[float]]:
        """The slopes of each unit on the samples that count."""
        rows = zip(self.pattern.gates[k], self.pattern.reaches(k), strict=True)
        counted = [row for row, reach in rows if reach]
        return [[row[j] for row in counted] for j in range(self.network.widths[k + 1])]

    def _mixing(self, k: int) -> list[tuple[int, int, int, arb]]:
        """Layer, unit, the unit that it takes up, and what the other one loses."""
        slopes = self._open(k)
        found = [
            (k, i, i, arb(1)) for i, own in enumerate(slopes) if any(own) or (k, i) in self._kinks
        ]
        able = [i for i, own in enumerate(slopes) if any(own)]
        for i, j in product(able, able):
            ratio = fraction(max(slopes[i])) / fraction(max(slopes[j]))
            pairs = zip(slopes[i], slopes[j], strict=True)
            alike = self._kinks.get((k, i)) == self._kinks.get((k, j))
            if i != j and alike and all(fraction(a) == ratio * fraction(b) for a, b in pairs):
                found.append((k, i, j, arb(ratio)))
        return found

    def _shifting(self, k: int) -> list[tuple[int, int, float]]:
        """Layer, unit and slope of the units that are open everywhere alike, if there are biases."""
        if not self.network.biases:
            return []
        return [
            (k, i, own[0])
            for i, own in enumerate(self._open(k))
            if own and own[0] != 0 and set(own) == {own[0]} and (k, i) not in self._kinks
        ]
