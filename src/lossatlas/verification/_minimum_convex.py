"""A local minimum of a network of one hidden layer, because the error is convex in its outputs.

With r_s the residual on sample s, g the slopes (below zero on kinks), and primes for another point nearby,

    L' - L >= sum_s r_s . (f'_s - f_s)
            = sum_j u'_j . M_j w'_j - sum_j u_j . M_j w_j + sum over kinks of jump (r_s . u'_j) max(0, z'_js),

w_j the rows of W_1, u_j the columns of W_2 and M_j = sum_s g_js r_s x_s^T; with biases r must sum to
zero as well. Hold W_2 as it is and let W_1 (and the biases) solve the linear least squares problem under
z_js = 0 on the kinks. If that reaches all outputs that W_1 and W_2 together could reach in the pattern
(with one output: if no u_j is zero, say), the residual is orthogonal to all of them: M_j is a sum of
m_s x_s^T over the unit's kinks, zero without any. The bound then is the sum over kinks of

    c'_js z'_js + jump (r_s . u'_j) max(0, z'_js),   c_js = u_j . m_s, c' near c,

which is not negative where c < 0 < c + jump r_s . u_j. A unit that is open nowhere has c = 0 whatever
its weights, and needs jump r_s . u_j > 0 alone. So the point whose residual is that of the solution is
a local minimum, strict or not. Ranks are those of rational matrices.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from flint import arb, arb_mat, fmpq, fmpq_mat

from ._contraction import length
from ._finding import Finding, undecided
from ._frame import spanning
from ._nonlinear_network import NonlinearNetwork
from ._pattern import Pattern
from ._rational import Row, fraction, null_basis

NOT_RISING = "the loss is not proved to rise off every kink on both sides"


@final
@dataclass(frozen=True)
class _Unit:
    """A hidden unit that counts: its slopes, its kinks, and what its row may be.

    Attributes:
        row: Its row of W_1.
        out: Its column of W_2.
        slopes: On every sample.
        kinks: The samples on whose kinks it lies.
        basis: Vectors that span the rows with these kinks.
        free: A column of each vector, where it has a 1 and the others zeros.
    """

    row: tuple[float, ...]
    out: tuple[float, ...]
    slopes: tuple[float, ...]
    kinks: tuple[int, ...]
    basis: tuple[Row, ...]
    free: tuple[int, ...]

    @property
    def is_open(self) -> bool:
        return any(self.slopes)


def convex_minimum(
    network: NonlinearNetwork, w: Sequence[float], pattern: Pattern, within: arb
) -> arb | Finding:
    """The loss of a local minimum that is proved to lie near w, or why none is proved.

    Args:
        network: A network of one hidden layer.
        w: The point, in the order of its matrices.
        pattern: Its pattern on a ball that is larger than `within`.
        within: How far the minimum may lie from w.
    """
    units = _units(network, w, pattern)
    if units is None:
        return undecided("the kinks that meet there depend on each other")
    able = [unit for unit in units if unit.is_open]
    problem = _Problem(network, w, able)
    solved = problem.solved()
    if solved is None:
        return undecided("not all that the units could give is reached by changes of W_1 alone")
    residual, moved = solved
    held = [m for unit in units if not unit.is_open for m in _onto_kinks(network, unit)]
    if not length(arb_mat([[*moved, *held, arb(0)]])) <= within:
        return undecided("the least point of its pattern may lie farther away than it says")
    if problem.meets_all_targets:
        return arb(0)
    if not all(_rises(network, unit, residual) for unit in units):
        return undecided(NOT_RISING)
    return network.half_square(residual)


def _units(network: NonlinearNetwork, w: Sequence[float], pattern: Pattern) -> list[_Unit] | None:
    """All units that count; None where the samples of a unit's kinks depend on each other."""
    d, width = network.shapes[0]
    wide = network.shapes[1][1]
    found = []
    for j in range(d):
        slopes = tuple(row[j] for row in pattern.gates[0])
        kinks = tuple(sorted(s for _, unit, s in pattern.kinks if unit == j))
        if not (any(slopes) or kinks):
            continue
        basis, free = null_basis([network.rows[s] for s in kinks], width)
        if len(free) + len(kinks) != width:
            return None
        out = tuple(w[d * width + o * wide + j] for o in range(network.widths[-1]))
        row = tuple(w[j * width : (j + 1) * width])
        found.append(_Unit(row, out, slopes, kinks, tuple(basis), tuple(free)))
    return found


@final
class _Problem:
    """The least squares problem in the rows of W_1 on their kinks, and the outputs' biases."""

    def __init__(
        self,
        network: NonlinearNetwork,
        w: Sequence[float],
        units: list[_Unit],
    ) -> None:
        self.network, self.units = network, units
        wide = network.shapes[1][1]
        last = w[len(w) - network.widths[-1] * wide :]
        self._biases = list(last[wide - 1 :: wide]) if network.biases else []
        self._columns = [
            (unit, vector, arb_mat([[arb(x) for x in _features(network, unit, vector)]]))
            for unit in units
            for vector in unit.basis
        ]
        outputs = network.widths[-1]
        self._wanted = outputs * _feature_rank(network, units)
        self.meets_all_targets = self._wanted == outputs * network.samples

    def solved(self) -> tuple[arb_mat, list[arb]] | None:
        """The residual at the solution, and by how much all weights move to get there."""
        columns = [self._effect(unit.out, f) for unit, _, f in self._columns]
        outputs = self.network.widths[-1]
        columns += [
            [arb(int(o == own)) for _ in range(self.network.samples) for o in range(outputs)]
            for own in range(len(self._biases))
        ]
        starts = [arb(unit.row[c]) for unit in self.units for c in unit.free]
        starts += [arb(b) for b in self._biases]
        n = self.network.samples * outputs
        value = [-y for y in self.network.targets.entries()]
        for start, column in zip(starts, columns, strict=True):
            value = [a + start * b for a, b in zip(value, column, strict=True)]
        residual = arb_mat(n, 1, value)
        floats = [[float(x.mid()) for x in column] for column in columns]
        chosen, _ = spanning(floats)
        if len(chosen) < self._wanted:
            return None
        chosen = chosen[: self._wanted]
        change = [arb(0)] * len(columns)
        if chosen:
            A = arb_mat([columns[i] for i in chosen]).transpose()
            try:
                step = (A.transpose() * A).solve(A.transpose() * residual)
            except ZeroDivisionError:
                return None
            residual -= A * step
            for i, x in zip(chosen, step.entries(), strict=True):
                change[i] = -x
        return arb_mat(self.network.samples, outputs, residual.entries()), self._moves(change)

    def _effect(self, out: Sequence[float], features: arb_mat) -> list[arb]:
        """A column: what the outputs gain, sample by sample."""
        return [x * o for x in features.entries() for o in out]

    def _moves(self, change: list[arb]) -> list[arb]:
        """The changes of all weights, those onto the kinks among them."""
        moves = change[len(self._columns) :]
        left = iter(change)
        for unit in self.units:
            coordinates = [unit.row[c] + next(left) for c in unit.free]
            for c, at in enumerate(unit.row):
                pairs = zip(coordinates, unit.basis, strict=True)
                moves.append(sum((x * arb(v[c]) for x, v in pairs), arb(0)) - at)
        return moves


def _features(network: NonlinearNetwork, unit: _Unit, vector: Row) -> Row:
    """Slope times sample times vector."""
    return [
        fraction(g) * sum((fraction(x) * v for x, v in zip(row, vector, strict=True)), fmpq(0))
        for g, row in zip(unit.slopes, network.rows, strict=True)
    ]


def _feature_rank(network: NonlinearNetwork, units: list[_Unit]) -> int:
    """The rank of the features of one output, exactly."""
    rows = [_features(network, unit, vector) for unit in units for vector in unit.basis]
    if network.biases:
        rows.append([fmpq(1)] * network.samples)
    return int(fmpq_mat(rows).rank()) if rows else 0


def _onto_kinks(network: NonlinearNetwork, unit: _Unit) -> list[arb]:
    """The least change of a unit's row that puts it on its kinks."""
    X = arb_mat([network.rows[s] for s in unit.kinks])
    z = X * arb_mat(len(unit.row), 1, list(unit.row))
    return (X.transpose() * (X * X.transpose()).solve(z)).entries()


def _rises(network: NonlinearNetwork, unit: _Unit, residual: arb_mat) -> bool:
    """Whether c < 0 < c + jump r . u on all kinks of a unit; with c = 0 for one that is never open."""
    if not unit.kinks or network.slopes is None:
        return True
    below, above = network.slopes
    along = (residual * arb_mat(len(unit.out), 1, list(unit.out))).entries()
    steps = [along[s] * (arb(above) - below) for s in unit.kinks]
    if not unit.is_open:
        return all(step > 0 for step in steps)
    X = arb_mat([network.rows[s] for s in unit.kinks])
    weighted = arb_mat([[a * g for a, g in zip(along, unit.slopes, strict=True)]])
    M = weighted * network.inputs
    c = (X * X.transpose()).solve(X * M.transpose()).entries()
    return all(x < 0 and x + step > 0 for x, step in zip(c, steps, strict=True))
