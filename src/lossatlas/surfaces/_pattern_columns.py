"""The linear regression behind one hidden layer, exact: f = Phi a, with C a = 0 on the kinks.

A column of Phi is the gates of a group of units times one input that it reads, or the ones of the
outputs' biases; a row of C is a sample on whose kink a group is held. A group's held samples are solved
for as many of its entries (they depend on the others, a = E times those), so that every a = E b obeys.
All numbers are rational.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
from flint import arb, arb_mat, fmpq, fmpq_mat
from scipy.linalg import qr

from ._pattern import Array, Pattern, exact_rank


@final
@dataclass(frozen=True, eq=False)
class PatternColumns:
    """The regression of one pattern.

    Attributes:
        pattern: The pattern, of one hidden layer.
    """

    pattern: Pattern

    @cached_property
    def groups(self) -> list[int]:
        """The groups that are open anywhere: others give nothing, held or not."""
        return [g for g, group in enumerate(self.pattern.groups) if group.gates.any()]

    @cached_property
    def columns(self) -> list[tuple[int | None, int]]:
        """The group and the input of each entry of a; None for the outputs' biases."""
        found: list[tuple[int | None, int]] = [
            (g, int(c)) for g in self.groups for c in np.flatnonzero(self.reads(g))
        ]
        return [*found, (None, 0)] if self.pattern.biases else found

    def reads(self, g: int) -> Array:
        """The inputs that a group reads, as a mask."""
        mask: Array = self.pattern.kept[0][self.pattern.groups[g].members[0]]
        return mask

    def held(self, g: int) -> list[int]:
        """The samples on whose kinks a group is held."""
        unit = self.pattern.groups[g].members[0]
        return [int(s) for s in np.flatnonzero(self.pattern.held[0][:, unit])]

    @cached_property
    def dependent(self) -> dict[int, list[int]] | None:
        """Of each held group the entries of a that its kinks determine; None if they cannot."""
        found: dict[int, list[int]] = {}
        for g in self.groups:
            rows = self.pattern.inputs[self.held(g)][:, self.reads(g)]
            if not len(rows):
                continue
            first = self.columns.index((g, int(np.flatnonzero(self.reads(g))[0])))
            chosen = np.asarray(qr(rows, mode="r", pivoting=True)[1])[: len(rows)]
            if len(rows) > rows.shape[1] or exact_rank(rows[:, chosen]) < len(rows):
                return None
            found[g] = [first + int(c) for c in chosen]
        return found

    @cached_property
    def free(self) -> list[int]:
        """The other entries of a."""
        taken = {c for own in (self.dependent or {}).values() for c in own}
        return [c for c in range(len(self.columns)) if c not in taken]

    @cached_property
    def basis(self) -> fmpq_mat:
        """The matrix E of a = E b, b the free entries."""
        rows = [[fmpq(0)] * len(self.free) for _ in self.columns]
        for place, c in enumerate(self.free):
            rows[c][place] = fmpq(1)
        for g, own in (self.dependent or {}).items():
            others = [c for c in self.free if self.columns[c][0] == g]
            if not others:
                continue
            solved = self.on_kinks(g, own).solve(self.on_kinks(g, others))
            for c, row in zip(own, solved.tolist(), strict=True):
                for other, entry in zip(others, row, strict=True):
                    rows[c][self.free.index(other)] = -entry
        return _matrix(rows)

    def on_kinks(self, g: int, columns: list[int]) -> fmpq_mat:
        """A group's rows of C in some columns."""
        X = self.pattern.inputs
        return _matrix([[exact(X[s, self.columns[c][1]]) for c in columns] for s in self.held(g)])

    @cached_property
    def regressors(self) -> fmpq_mat:
        """The matrix Phi, gates times inputs, (n, p)."""
        X, groups = self.pattern.inputs, self.pattern.groups
        return _matrix(
            [
                [
                    fmpq(1) if g is None else exact(groups[g].gates[s]) * exact(X[s, c])
                    for g, c in self.columns
                ]
                for s in range(len(X))
            ]
        )


def exact(x: float) -> fmpq:
    """A float64 as a rational number."""
    p, q = float(x).as_integer_ratio()
    return fmpq(p, q)


def chosen_of(matrix: fmpq_mat, columns: list[int]) -> fmpq_mat:
    """Some of the columns."""
    return _matrix([[row[c] for c in columns] for row in matrix.tolist()])


def balls(matrix: fmpq_mat) -> arb_mat:
    """The same in balls."""
    return arb_mat([[arb(x) for x in row] for row in matrix.tolist()])


def independent(matrix: fmpq_mat, able: list[int], rank: int) -> list[int] | None:
    """Columns among those able that span all of a matrix of that rank, exactly; None for none."""
    if rank == 0:
        return []
    part = chosen_of(matrix, able) if able else None
    if part is None or part.rank() < rank:
        return None
    floats = np.array([[float(x.p) / float(x.q) for x in row] for row in part.tolist()])
    sizes = np.linalg.norm(floats, axis=0)
    order = qr(floats / np.where(sizes > 0, sizes, 1), mode="r", pivoting=True)[1]
    return [able[c] for c in order[:rank].tolist()]


def _matrix(rows: list[list[fmpq]]) -> fmpq_mat:
    width = len(rows[0]) if rows else 0
    return fmpq_mat(len(rows), width, [x for row in rows for x in row])
