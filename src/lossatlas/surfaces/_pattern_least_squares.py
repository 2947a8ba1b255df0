"""The least loss of an activation pattern of one hidden layer, by linear least squares.

Within the pattern the loss is a convex quadratic function Q of the products a (`_pattern_columns.py`),
least where Phi^T (Phi a - Y) = 0. If the weights of some point near w give such an a, that point has
the least loss of its whole pattern: a local minimum, strict or not.

Held on kinks, let a be least under C a = 0: Phi^T (Phi a - Y) = -C^T mu. By convexity

    Q(a') >= Q(a) - sum over kinks of weight mu_s . (C a')_s,   (C a')_s = sum_j r_j W_2[:, j] z_j,

and L >= Q + (1 - b) sum delta max(0, z) as in `_kinks.py`: the point is a local minimum where every
c = -weight r_j mu_s . W_2[:, j] obeys c < 0 < c + (1 - b) delta. Of a unit that is open nowhere c is
zero, and delta > 0 is enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
from flint import arb, arb_mat, fmpq_mat

from lossatlas.linalg import euclidean_norm, lower_float, upper_float

from ._enclosure import Unproved
from ._kinks import inflated
from ._lifts import Lift, lift, onto_kinks
from ._pattern import Pattern
from ._pattern_columns import PatternColumns, balls, chosen_of, independent
from ._perceptron_data import PerceptronData
from ._perceptron_in_balls import Rows


@final
@dataclass(frozen=True, eq=False)
class LeastPoint:
    """A point whose loss is the least of its pattern.

    Attributes:
        distance: From the start, at most.
        loss: Bounds on its loss.
    """

    distance: arb
    loss: tuple[float, float]


@final
@dataclass(frozen=True, eq=False)
class PatternLeastSquares:
    """The least squares problem of one pattern.

    Attributes:
        data: The surface, of one hidden layer.
        pattern: The pattern.
        below: The activation's slope below zero.
    """

    data: PerceptronData
    pattern: Pattern
    below: float

    def prove(self, start: Sequence[arb]) -> LeastPoint | Unproved:
        """Prove that near a point lies one of least loss.

        Args:
            start: All entries of the point, those that do not count zero.
        """
        W_1, W_2 = (W.tolist() for W in self.data.matrices(start))
        onto = self._onto_kinks(W_1)
        if onto is None or self._columns.dependent is None:
            return Unproved("the kinks that meet there are not independent")
        W_1, lengths = onto
        lifts = {g: self._lift(g, W_1, W_2) for g in self._columns.groups}
        chosen = self._chosen(lifts)
        if chosen is None:
            reason = "a group's units allow no change of their product: their outgoing weights"
            return Unproved(
                f"{reason} do not span the outputs, nor their incoming ones what they read"
            )
        solved = self._solved(chosen, W_1, W_2)
        if solved is None:
            return Unproved("the least squares problem is singular to this precision")
        residual, change = solved
        lengths += self._lengths(change, lifts)
        distance = sum((x * x for x in lengths), arb(0)).nonnegative_part().sqrt().upper()
        if self._rank == len(self.data.inputs):
            return LeastPoint(distance, (0.0, 0.0))
        if not self._rises(residual, W_2, distance):
            return Unproved("the loss is not proved to rise off every kink on both sides")
        loss = self.data.weight * sum((r * r for r in residual.entries()), arb(0)) / 2
        return LeastPoint(distance, (max(0.0, lower_float(loss)), upper_float(loss)))

    @cached_property
    def _columns(self) -> PatternColumns:
        return PatternColumns(self.pattern)

    @cached_property
    def _rank(self) -> int:
        return int(self._reduced.rank()) if self._columns.free else 0

    @cached_property
    def _reduced(self) -> fmpq_mat:
        """Phi E: the regression on the free entries."""
        return self._columns.regressors * self._columns.basis

    def _onto_kinks(self, W_1: Rows) -> tuple[Rows, list[arb]] | None:
        """The rows of W_1 with every held pre-activation at zero, and how far each moves."""
        rows, lengths = list(W_1), []
        for unit in np.flatnonzero(self.pattern.held[0].any(0)).tolist():
            kept = np.flatnonzero(self.pattern.kept[0][unit])
            samples = self.pattern.inputs[self.pattern.held[0][:, unit]][:, kept]
            if len(samples) > len(kept):
                return None
            found = onto_kinks(samples, [W_1[unit][c] for c in kept])
            if found is None:
                return None
            row = list(W_1[unit])
            for c, entry in zip(kept.tolist(), found[0], strict=True):
                row[c] = entry
            rows[unit] = row
            lengths.append(found[1])
        return rows, lengths

    def _lift(self, g: int, W_1: Rows, W_2: Rows) -> Lift | None:
        group = self.pattern.groups[g]
        units = list(zip(group.members, group.ratios, strict=True))
        kept = np.flatnonzero(self._columns.reads(g)).tolist()
        into = [[W_1[j][c] for c in kept] for j in group.members]
        out = [[row[j] * r for j, r in units] for row in W_2]
        return lift(group, arb_mat(into), arb_mat(out))

    def _chosen(self, lifts: dict[int, Lift | None]) -> list[int] | None:
        """Free entries that can be changed and span all that all of them do."""
        columns, free = self._columns.columns, self._columns.free
        places = [(place, columns[c][0]) for place, c in enumerate(free)]
        able = [place for place, g in places if g is None or lifts[g] is not None]
        return independent(self._reduced, able, self._rank)

    def _solved(self, chosen: list[int], W_1: Rows, W_2: Rows) -> tuple[arb_mat, arb_mat] | None:
        """The least residual f - Y, and the change of a that makes it."""
        residual = arb_mat(self._outputs(W_1, W_2)) - arb_mat(self.data.targets)
        if not chosen:
            return residual, arb_mat(len(self._columns.columns), residual.ncols())
        Phi = balls(chosen_of(self._reduced, chosen))
        across = Phi.transpose()
        try:
            change = (across * Phi).solve(across * residual)
        except ZeroDivisionError:
            return None
        E = balls(chosen_of(self._columns.basis, chosen))
        return residual - Phi * change, -(E * change)

    def _outputs(self, W_1: Rows, W_2: Rows) -> Rows:
        gates = self.pattern.effective[0].tolist()
        z = (arb_mat(self.data.inputs) * arb_mat(W_1).transpose()).tolist()
        held = self.pattern.held[0].tolist()
        one = [arb(1)] if self.data.biases else []
        x = [
            [*(v * g if g and not h else arb(0) for v, g, h in zip(*row, strict=True)), *one]
            for row in zip(z, gates, held, strict=True)
        ]
        rows: Rows = (arb_mat(x) * arb_mat(W_2).transpose()).tolist()
        return rows

    def _lengths(self, change: arb_mat, lifts: dict[int, Lift | None]) -> list[arb]:
        """Bounds on the changes of the groups' weights and of the biases."""
        rows, found = change.tolist(), []
        for g in [*self._columns.groups, *([None] if self.data.biases else [])]:
            own = [rows[c] for c, (part, _) in enumerate(self._columns.columns) if part == g]
            size = euclidean_norm(arb_mat(own)) if own else arb(0)
            way = None if g is None else lifts[g]
            found.append(size if way is None else size * way.factor)
        return found

    def _rises(self, residual: arb_mat, W_2: Rows, distance: arb) -> bool:
        """Whether the loss certainly rises off every kink, on both sides."""
        out = arb_mat([inflated(row, distance) for row in W_2])
        deltas = (residual * out * self.data.weight).tolist()
        jump = 1 - arb(self.below)
        for g, group in enumerate(self.pattern.groups):
            mu = self._multipliers(g, residual)
            # Held units have the ratio 1.
            slopes = None if mu is None else (-mu * out * self.data.weight).tolist()
            for place, s in enumerate(self._columns.held(g)):
                for j in group.members:
                    c = arb(0) if slopes is None else slopes[place][j]
                    falls = slopes is not None and not c < 0
                    if falls or not c + jump * deltas[s][j] > 0:
                        return False
        return True

    def _multipliers(self, g: int, residual: arb_mat) -> arb_mat | None:
        """Mu of a group, a row for each held sample; None where it is open nowhere."""
        own = (self._columns.dependent or {}).get(g)
        if own is None:
            return None
        Phi = balls(chosen_of(self._columns.regressors, own))
        C = balls(self._columns.on_kinks(g, own))
        mu: arb_mat = -C.transpose().solve(Phi.transpose() * residual)
        return mu
