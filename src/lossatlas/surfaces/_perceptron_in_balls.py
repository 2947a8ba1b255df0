"""Loss, gradient and Hessian of a perceptron at one point, in balls.

Entries are those of [W_1 b_1], [W_2 b_2], ... in order, rows of samples. With A_k = df/dz_k the
Jacobian of the outputs is A_k[o, a] x_{k-1}[b], and with delta_k = A_k^T (f - y), p_k = W_{k+1}^T
delta_{k+1} the Hessian of half the squared error is, summed over samples,

    J^T J + sum_k sum_c phi''(z_k[c]) p_k[c] grad z_k[c] grad z_k[c]^T
          + sum_{i > j} delta_i[a] (d x_{i-1}[b] / d z_j[c]) x_{j-1}[d]   at (i;a,b), (j;c,d).

Where the network is held on kinks, the function is the loss less sum c_i z_i over these: from delta_k
the multipliers c are taken at their places, all else is as it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import TypeAlias, final

from flint import arb, arb_mat

Rows: TypeAlias = list[list[arb]]
# The layer, unit and sample of a hidden pre-activation, from 0.
Place: TypeAlias = tuple[int, int, int]


@final
@dataclass(frozen=True, eq=False)
class Passes:
    """What the forward pass leaves: lists run over the layers, rows over the samples.

    Attributes:
        read: x_{k-1}, with a last 1 where there are biases.
        slopes: phi'(z_k) of the hidden layers.
        seconds: phi''(z_k), None where that is zero.
        output: f.
    """

    read: list[Rows]
    slopes: list[Rows]
    seconds: list[Rows | None]
    output: Rows


@final
@dataclass(frozen=True, eq=False)
class PerceptronInBalls:
    """One point.

    Attributes:
        matrices: [W_k b_k].
        passes: What the forward pass left.
        targets: Y.
        weight: Of a sample in the loss.
        biases: Whether there are biases.
        multipliers: c of the pre-activations that are held at zero, by layer, unit and sample; at
            each the gate is that of below zero.
    """

    matrices: list[arb_mat]
    passes: Passes
    targets: Rows
    weight: arb
    biases: bool
    multipliers: Mapping[Place, arb] = field(default_factory=dict)

    def loss(self) -> arb:
        """Half the squared error, weighted, without the multipliers' part."""
        squares = (r * r for row in self.residual for r in row)
        return self.weight * sum(squares, arb(0)) / 2

    def gradient(self) -> list[arb]:
        """Over all entries in order."""
        entries: list[arb] = []
        for delta, read in zip(self._deltas, self.passes.read, strict=True):
            block = arb_mat(delta).transpose() * arb_mat(read)
            entries += (block * self.weight).entries()
        return entries

    def hessian(self, kept: Sequence[int]) -> arb_mat:
        """The rows and columns of some entries, in their order."""
        places = [self._places[p] for p in kept]
        J = arb_mat(self._jacobian(places))
        H = J.transpose() * J
        bent = self._bent(places)
        if bent is not None:
            G, DG = bent
            H = H + G.transpose() * DG
        rows = H.tolist()
        where = {place: p for p, place in enumerate(places)}
        for i in range(1, len(self.matrices)):
            for j in range(i):
                self._add_mixed(rows, where, i, j)
        return arb_mat(rows) * self.weight

    @cached_property
    def residual(self) -> Rows:
        """F - y."""
        pairs = zip(self.passes.output, self.targets, strict=True)
        return [[f - y for f, y in zip(row, wanted, strict=True)] for row, wanted in pairs]

    @cached_property
    def _places(self) -> list[tuple[int, int, int]]:
        """Layer, row and column of each entry."""
        return [
            (k, a, b)
            for k, W in enumerate(self.matrices)
            for a in range(W.nrows())
            for b in range(W.ncols())
        ]

    @cached_property
    def _above(self) -> list[arb_mat]:
        """W_k without the biases."""
        if not self.biases:
            return self.matrices
        return [arb_mat([row[:-1] for row in W.tolist()]) for W in self.matrices]

    @cached_property
    def _pulled(self) -> tuple[list[Rows], list[Rows]]:
        """delta_k of all layers, and p_k of the hidden ones."""
        deltas, pulls = [self.residual], []
        for k in reversed(range(len(self.passes.slopes))):
            pulls.append((arb_mat(deltas[-1]) * self._above[k + 1]).tolist())
            delta = _times(pulls[-1], self.passes.slopes[k])
            for (layer, unit, s), c in self.multipliers.items():
                if layer == k:
                    delta[s][unit] -= c / self.weight
            deltas.append(delta)
        return deltas[::-1], pulls[::-1]

    def slope_by_output(self, place: Place) -> arb:
        """The derivative by a hidden unit's output on a sample."""
        layer, unit, s = place
        return self.weight * self._pulled[1][layer][s][unit]

    def pre_activation(self, place: Place) -> arb:
        """Z of a hidden unit on a sample."""
        layer, unit, s = place
        row = self.matrices[layer].tolist()[unit]
        return sum((w * x for w, x in zip(row, self.passes.read[layer][s], strict=True)), arb(0))

    def pre_activation_slopes(self, places: Sequence[Place], kept: Sequence[int]) -> Rows:
        """The gradients of hidden pre-activations in some entries, as rows."""
        entries = [self._places[p] for p in kept]
        return [[self._slope_of(*place, entry) for entry in entries] for place in places]

    @property
    def _deltas(self) -> list[Rows]:
        return self._pulled[0]

    @cached_property
    def _outward(self) -> list[Rows]:
        """A_k: a row for each sample and output."""
        d, n = self.matrices[-1].nrows(), len(self.targets)
        unit = [[arb(int(o == a)) for a in range(d)] for o in range(d)]
        found: list[Rows] = [unit * n]
        for W, slopes in zip(reversed(self._above[1:]), reversed(self.passes.slopes), strict=True):
            repeated = [row for row in slopes for _ in range(d)]
            found.append(_times((arb_mat(found[-1]) * W).tolist(), repeated))
        return found[::-1]

    def _jacobian(self, places: list[tuple[int, int, int]]) -> Rows:
        d, read = self.matrices[-1].nrows(), self.passes.read
        rows = []
        for s in range(len(self.targets)):
            inner = [x[s] for x in read]
            for o in range(d):
                outer = [A[s * d + o] for A in self._outward]
                rows.append([outer[k][a] * inner[k][b] for k, a, b in places])
        return rows

    @cached_property
    def _steps(self) -> dict[tuple[int, int], list[Rows]]:
        """D z_i / d z_j for i >= j among the hidden layers, a matrix for each sample."""
        found: dict[tuple[int, int], list[Rows]] = {}
        hidden = range(len(self.matrices) - 1)
        for j in hidden:
            d = self.matrices[j].nrows()
            unit = [[arb(int(a == c)) for c in range(d)] for a in range(d)]
            found[j, j] = [unit] * len(self.targets)
            for i in range(j + 1, len(self.matrices) - 1):
                below = zip(self.passes.slopes[i - 1], found[i - 1, j], strict=True)
                found[i, j] = [
                    (self._above[i] * arb_mat(_scaled(slopes, step))).tolist()
                    for slopes, step in below
                ]
        return found

    def _bent(self, places: list[tuple[int, int, int]]) -> tuple[arb_mat, arb_mat] | None:
        """Gradients of the pre-activations as rows, plain and times phi'' p."""
        plain: Rows = []
        times: Rows = []
        for i, second in enumerate(self.passes.seconds):
            if second is None:
                continue
            for s, (bends, pulls) in enumerate(zip(second, self._pulled[1][i], strict=True)):
                for c, bend in enumerate(bends):
                    row = [self._slope_of(i, c, s, place) for place in places]
                    plain.append(row)
                    times.append([bend * pulls[c] * x for x in row])
        return (arb_mat(plain), arb_mat(times)) if plain else None

    def _slope_of(self, i: int, c: int, s: int, place: tuple[int, int, int]) -> arb:
        """The derivative of z_i[c] on sample s in one entry."""
        j, a, b = place
        if j > i or (j == i and a != c):
            return arb(0)
        return self._steps[i, j][s][c][a] * self.passes.read[j][s][b]

    def _add_mixed(
        self, rows: Rows, where: dict[tuple[int, int, int], int], i: int, j: int
    ) -> None:
        """The third sum's block (i, j) and its mirror image."""
        delta, read = arb_mat(self._deltas[i]).transpose(), self.passes.read[j]
        slopes, steps = self.passes.slopes[i - 1], self._steps[i - 1, j]
        for b in range(self.matrices[i - 1].nrows()):
            for c in [b] if j == i - 1 else range(self.matrices[j].nrows()):
                factors = [slope[b] * step[b][c] for slope, step in zip(slopes, steps, strict=True)]
                right = [[f * x for x in row] for f, row in zip(factors, read, strict=True)]
                block = (delta * arb_mat(right)).tolist()
                for a, entries in enumerate(block):
                    p = where.get((i, a, b))
                    for d, entry in enumerate(entries if p is not None else ()):
                        q = where.get((j, c, d))
                        if p is not None and q is not None:
                            rows[p][q] += entry
                            rows[q][p] += entry


def split(entries: Sequence[arb], shapes: Sequence[tuple[int, int]]) -> list[arb_mat]:
    """The matrices of all entries in order."""
    ends = list(accumulate((r * c for r, c in shapes), initial=0))
    return [
        arb_mat(r, c, list(entries[start : start + r * c]))
        for (r, c), start in zip(shapes, ends, strict=False)
    ]


def _times(left: Rows, right: Rows) -> Rows:
    pairs = zip(left, right, strict=True)
    return [[a * b for a, b in zip(one, two, strict=True)] for one, two in pairs]


def _scaled(factors: list[arb], rows: Rows) -> Rows:
    return [[f * x for x in row] for f, row in zip(factors, rows, strict=True)]
