"""The student's population loss with gradient and Hessian, in balls; formulas of `_arc_cosine.py`.

A point is given as balls, so that one evaluation answers for a whole box of points. A unit is exactly
parallel to itself; where the balls do not exclude that two others are parallel, the normals p and q are
any vectors with entries in [-1, 1].
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import final

from flint import arb, arb_mat

Row = list[arb]


@final
@dataclass(frozen=True, eq=False)
class _Pair:
    """One u with one v: unit vectors, angle, sine, cosine, and the normals p and q."""

    a: Row
    b: Row
    angle: arb
    sine: arb
    cosine: arb

    @classmethod
    def of(cls, a: Row, b: Row) -> "_Pair":
        c = _dot(a, b)
        s = ((1 - c) * (1 + c)).nonnegative_part().sqrt()
        return cls(a, b, arb.atan2(s, c), s, c)

    @classmethod
    def itself(cls, a: Row) -> "_Pair":
        """A unit with itself, where the balls cannot say that the angle is 0."""
        return cls(a, a, arb(0), arb(0), arb(1))

    @cached_property
    def normals(self) -> tuple[Row, Row]:
        if not self.sine > 0:
            anywhere = [arb(0, 1)] * len(self.a)
            return anywhere, anywhere
        a, b, c, s = self.a, self.b, self.cosine, self.sine
        p = [(y - c * x) / s for x, y in zip(a, b, strict=True)]
        q = [(x - c * y) / s for x, y in zip(a, b, strict=True)]
        return p, q

    def kernel(self) -> arb:
        return (self.sine + (arb.pi() - self.angle) * self.cosine) / (2 * arb.pi())


@final
@dataclass(frozen=True, eq=False)
class StudentInBalls:
    """The student W and the teacher V, a row a unit.

    Attributes:
        student: The rows of W.
        teacher: The rows of V.
    """

    student: Sequence[Row]
    teacher: Sequence[Row]

    def loss(self) -> arb:
        """F."""
        k = len(self.student)
        own = sum(
            (row[j].kernel() * self._norm(i) * self._norm(j) for i, j, row in self._own), arb(0)
        )
        diagonal = sum((self._norm(i) ** 2 for i in range(k)), arb(0)) / 2
        cross = arb(0)
        for i, pairs in enumerate(self._cross):
            for norm, pair in zip(self._teacher_norms, pairs, strict=True):
                cross += self._norm(i) * norm * pair.kernel()
        return (diagonal + own) / 2 - cross + self._teacher_loss

    def gradient(self) -> arb_mat:
        """The gradient as a column, row by row."""
        entries: list[arb] = []
        for i, a in enumerate(self._units):
            g = [x / 2 for x in self.student[i]]
            for sign, norm, row, pair in self._others(i):
                along, across = sign * norm * pair.sine, sign * (arb.pi() - pair.angle)
                g = [
                    x + (along * y + across * z) / (2 * arb.pi())
                    for x, y, z in zip(g, a, row, strict=True)
                ]
            entries += g
        return arb_mat(len(entries), 1, entries)

    def hessian(self) -> arb_mat:
        """The Hessian."""
        k, d = len(self.student), len(self.student[0])
        H = [[arb(0)] * (k * d) for _ in range(k * d)]
        for i in range(k):
            block = self._own_block(i)
            for x in range(d):
                H[i * d + x][i * d : (i + 1) * d] = block[x]
        for i, j, row in self._own:
            if j < i:
                _fill(H, i * d, j * d, _mixed(row[j]))
        return arb_mat(H)

    def _own_block(self, i: int) -> list[Row]:
        """d2 F / dw_i dw_i: 1/2 I from the unit with itself, and what each other unit bends."""
        a, size = self._units[i], self._norm(i)
        d = len(a)
        total, bend = arb(0), arb_mat(d, d)
        for sign, norm, _, pair in self._others(i):
            weight = sign * norm * pair.sine / (2 * arb.pi() * size)
            p = pair.normals[0]
            total += weight
            bend += _outer([weight * x for x in p], p)
        bend -= _outer([total * x for x in a], a)
        rows: list[Row] = bend.tolist()
        for x in range(d):
            rows[x][x] += total + arb(1) / 2
        return rows

    def _others(self, i: int) -> list[tuple[int, arb, Row, _Pair]]:
        """Sign, norm and row of every other unit, students and teachers, with its pair."""
        own = [
            (1, self._norm(j), self.student[j], self._pairs[i][j])
            for j in range(len(self.student))
            if j != i
        ]
        cross = zip(self._teacher_norms, self.teacher, self._cross[i], strict=True)
        return own + [(-1, norm, row, pair) for norm, row, pair in cross]

    def _norm(self, i: int) -> arb:
        return self._norms[i]

    @property
    def _own(self) -> list[tuple[int, int, list[_Pair]]]:
        k = len(self.student)
        return [(i, j, self._pairs[i]) for i in range(k) for j in range(k) if i != j]

    @cached_property
    def _norms(self) -> Row:
        return [_dot(row, row).nonnegative_part().sqrt() for row in self.student]

    @cached_property
    def _units(self) -> list[Row]:
        return [[x / n for x in row] for row, n in zip(self.student, self._norms, strict=True)]

    @cached_property
    def _teacher_norms(self) -> Row:
        return [_dot(row, row).sqrt() for row in self.teacher]

    @cached_property
    def _teacher_units(self) -> list[Row]:
        pairs = zip(self.teacher, self._teacher_norms, strict=True)
        return [[x / n for x in row] for row, n in pairs]

    @cached_property
    def _pairs(self) -> list[list[_Pair]]:
        units = self._units
        return [
            [_Pair.itself(a) if i == j else _Pair.of(a, b) for j, b in enumerate(units)]
            for i, a in enumerate(units)
        ]

    @cached_property
    def _cross(self) -> list[list[_Pair]]:
        return [[_Pair.of(a, b) for b in self._teacher_units] for a in self._units]

    @cached_property
    def _teacher_loss(self) -> arb:
        total = arb(0)
        units = list(zip(self._teacher_norms, self._teacher_units, strict=True))
        for i, (m, a) in enumerate(units):
            total += m**2 / 4
            for n, b in units[:i]:
                total += m * n * _Pair.of(a, b).kernel()
        return total


def _mixed(pair: _Pair) -> list[Row]:
    """d2 kappa/du dv."""
    p, q = pair.normals
    block = _outer(pair.a, p) + _outer(pair.b, q)
    rows: list[Row] = (block / (2 * arb.pi())).tolist()
    turn = (arb.pi() - pair.angle) / (2 * arb.pi())
    for x in range(len(p)):
        rows[x][x] += turn
    return rows


def _fill(H: list[Row], top: int, left: int, block: list[Row]) -> None:
    for x, row in enumerate(block):
        H[top + x][left : left + len(row)] = row
        for y, entry in enumerate(row):
            H[left + y][top + x] = entry


def _outer(u: Row, v: Row) -> arb_mat:
    return arb_mat(len(u), 1, u) * arb_mat(1, len(v), v)


def _dot(u: Row, v: Row) -> arb:
    return sum((x * y for x, y in zip(u, v, strict=True)), arb(0))
