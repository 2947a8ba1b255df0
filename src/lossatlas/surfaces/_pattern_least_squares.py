"""The least loss of an activation pattern of one hidden layer, by linear least squares.

The outputs are linear in the products A_g = sum over a group g of r_j W_2[:, j] W_1[j, :] (with the
columns of W_1 that the group reads) and in b_2: f = Phi a, column by column, with the columns of
Phi the gates times inputs, exact numbers. So within the pattern the loss is a convex quadratic
function of a, least where Phi^T (Phi a - Y) = 0. If the weights of some point near w give such an a,
that point has the least loss of its whole pattern: a local minimum, strict or not. Given a nearby a,
the change D of a group's product is made by its rows of W_1 where its columns of W_2 span the outputs,
and by these where the rows are independent; a group that allows neither stays as it is, and the
others' columns of Phi must span its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import final

import numpy as np
from flint import arb, arb_mat, fmpz_mat
from scipy.linalg import qr

from lossatlas.linalg import euclidean_norm, lower_float, upper_float

from ._enclosure import Unproved
from ._pattern import Array, Group, Pattern
from ._perceptron_data import PerceptronData
from ._perceptron_in_balls import Rows

_RANK_CUT = 1e-10


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
    """

    data: PerceptronData
    pattern: Pattern

    def prove(self, start: Sequence[arb]) -> LeastPoint | Unproved:
        """Prove that near a point, given by all its entries, lies one of least loss."""
        W_1, W_2 = (W.tolist() for W in self.data.matrices(start))
        lifts = [self._lift(group, W_1, W_2) for group in self.pattern.groups]
        able = [c for c, (g, _) in enumerate(self._columns) if g is None or lifts[g] is not None]
        rank = _rank(self._phi)
        chosen = self._independent(able, rank)
        if chosen is None:
            reason = "a group's units allow no change of their product: their outgoing weights"
            return Unproved(f"{reason} do not span the outputs, nor are their inputs independent")
        residual, change = self._solved(chosen, W_1, W_2)
        if change is None:
            return Unproved("the least squares problem is singular to this precision")
        lengths = [self._length(g, chosen, change, lifts) for g in self._parts]
        distance = sum((x * x for x in lengths), arb(0)).nonnegative_part().sqrt().upper()
        if rank == len(self.data.inputs):
            return LeastPoint(distance, (0.0, 0.0))
        loss = self.data.weight * sum((r * r for r in residual.entries()), arb(0)) / 2
        return LeastPoint(distance, (max(0.0, lower_float(loss)), upper_float(loss)))

    @cached_property
    def _parts(self) -> list[int | None]:
        """The groups, and None for the outputs' biases."""
        return [*range(len(self.pattern.groups)), *([None] if self.data.biases else [])]

    @cached_property
    def _columns(self) -> list[tuple[int | None, int]]:
        """The group and the input of each column of Phi; None for the outputs' biases."""
        mask = self.pattern.kept[0]
        found: list[tuple[int | None, int]] = [
            (g, int(c))
            for g, group in enumerate(self.pattern.groups)
            for c in np.flatnonzero(mask[group.members[0]])
        ]
        return [*found, (None, 0)] if self.data.biases else found

    @cached_property
    def _phi(self) -> list[list[Fraction]]:
        X, groups = self.data.features, self.pattern.groups
        columns = [
            [Fraction(1)] * len(X)
            if g is None
            else [
                Fraction(gate) * Fraction(x)
                for gate, x in zip(groups[g].gates.tolist(), X[:, c].tolist(), strict=True)
            ]
            for g, c in self._columns
        ]
        return [list(row) for row in zip(*columns, strict=True)] if columns else [[]] * len(X)

    def _independent(self, able: list[int], rank: int) -> list[int] | None:
        """Columns among those that can be changed that span all of Phi, exactly."""
        if rank == 0:
            return []
        part = [[row[c] for c in able] for row in self._phi]
        if not able or _rank(part) < rank:
            return None
        floats = np.array(part, dtype=float)
        sizes = np.linalg.norm(floats, axis=0)
        order = qr(floats / np.where(sizes > 0, sizes, 1), mode="r", pivoting=True)[1]
        return [able[c] for c in order[:rank].tolist()]

    def _solved(self, chosen: list[int], W_1: Rows, W_2: Rows) -> tuple[arb_mat, arb_mat | None]:
        """The least residual f - Y, and the change of the chosen rows of a that makes it."""
        network = arb_mat(self._outputs(W_1, W_2))
        residual = network - arb_mat(self.data.targets)
        if not chosen:
            return residual, arb_mat(0, residual.ncols())
        Phi = arb_mat(
            [[arb(x.numerator) / x.denominator for x in _of(row, chosen)] for row in self._phi]
        )
        across = Phi.transpose()
        try:
            change = (across * Phi).solve(across * residual)
        except ZeroDivisionError:
            return residual, None
        return residual - Phi * change, -change

    def _outputs(self, W_1: Rows, W_2: Rows) -> Rows:
        gates = self.pattern.effective[0].tolist()
        z = (arb_mat(self.data.inputs) * arb_mat(W_1).transpose()).tolist()
        one = [arb(1)] if self.data.biases else []
        x = [
            [*(v * g if g else arb(0) for v, g in zip(row, gate, strict=True)), *one]
            for row, gate in zip(z, gates, strict=True)
        ]
        rows: Rows = (arb_mat(x) * arb_mat(W_2).transpose()).tolist()
        return rows

    def _lift(self, group: Group, W_1: Rows, W_2: Rows) -> tuple[bool, arb_mat] | None:
        """How a change of the group's product is made, and the inverse that makes it."""
        units = list(zip(group.members, group.ratios, strict=True))
        out = arb_mat([[row[j] * r for j, r in units] for row in W_2])
        kept = np.flatnonzero(self.pattern.kept[0][group.members[0]]).tolist()
        into = arb_mat([self._reads(group, W_1[j], kept) for j, _ in units])
        for by_rows, matrix in ((True, out.transpose()), (False, into.transpose())):
            inverse = _left_inverse(matrix)
            if inverse is not None:
                return by_rows, inverse
        return None

    def _reads(self, group: Group, row: list[arb], kept: list[int]) -> list[arb]:
        """The row in the columns that the group reads, the others taken into them."""
        return taken_in(self.data.features, group.gates != 0, kept, row)

    def _length(
        self,
        g: int | None,
        chosen: list[int],
        change: arb_mat,
        lifts: Sequence[tuple[bool, arb_mat] | None],
    ) -> arb:
        """A bound on the change of a group's weights, or of the biases."""
        rows = [p for p, c in enumerate(chosen) if self._columns[c][0] == g]
        if not rows:
            return arb(0)
        D = euclidean_norm(arb_mat([change.tolist()[p] for p in rows]))
        lift = None if g is None else lifts[g]
        # W_2 absorbs its ratios: r_j W_2[:, j] changes by D, the column itself by D / r_j.
        if lift is None or g is None:
            return D
        by_rows, inverse = lift
        shrink = 1 if by_rows else min(self.pattern.groups[g].ratios)
        return D * euclidean_norm(inverse) / shrink


def taken_in(features: Array, opened: Array, kept: list[int], row: list[arb]) -> list[arb]:
    """Entries in the kept columns that give a row's products with all opened samples.

    Args:
        features: The inputs, (n, d).
        opened: The samples.
        kept: Independent columns on them that span the others.
        row: The row, all its entries.
    """
    if len(kept) == features.shape[1]:
        return row
    if not kept:
        return []
    X = features[opened]
    samples = np.asarray(qr(X[:, kept].T, mode="r", pivoting=True)[1])[: len(kept)]
    square = arb_mat(X[samples][:, kept].tolist())
    wanted = arb_mat(X[samples].tolist()) * arb_mat(len(row), 1, row)
    entries: list[arb] = square.solve(wanted).entries()
    return entries


def _left_inverse(matrix: arb_mat) -> arb_mat | None:
    """(M^T M)^{-1} M^T, of which the transpose is a right inverse of M^T; None without full rank."""
    across = matrix.transpose()
    if matrix.nrows() < matrix.ncols():
        return None
    try:
        inverse: arb_mat = (across * matrix).solve(across)
    except ZeroDivisionError:
        return None
    return inverse if euclidean_norm(inverse).is_finite() else None


def _of(row: list[Fraction], chosen: list[int]) -> list[Fraction]:
    return [row[c] for c in chosen]


def _rank(rows: list[list[Fraction]]) -> int:
    if not rows or not rows[0]:
        return 0
    scale = max(x.denominator for row in rows for x in row)  # powers of two all
    return int(fmpz_mat([[int(x * scale) for x in row] for row in rows]).rank())
