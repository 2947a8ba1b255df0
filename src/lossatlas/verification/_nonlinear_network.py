"""A perceptron with half the squared error on exact data, and its outputs in balls.

A layer's matrix is [W_k b_k], its last column the biases if there are any. The hidden activation has
a slope below zero and one above it, or is smooth: tanh or softplus.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import inf, isfinite, prod
from typing import final

from flint import arb, arb_mat, ctx

from ._network import MOST_DATA, MOST_WEIGHTS

SMOOTH = ("tanh", "softplus")
# Weights squared times samples: what the Hessian costs.
MOST_WORK = 20_000_000
_BITS = 1024


@final
class NonlinearNetwork:
    """The widths (d_x, d_1, ..., d_y), the data, and the activation.

    Args:
        widths: The widths.
        samples: n.
        data: The inputs, then the targets, row after row.
        slopes: Of the activation, below zero and above it; None where it is smooth.
        smooth: Its name if it is, of `SMOOTH`.
        biases: Whether each layer has some.
        divisor: Of the loss: n for the mean over the samples.

    Raises:
        ValueError: If these do not fit, or are too many.
    """

    def __init__(
        self,
        widths: Sequence[int],
        samples: int,
        data: Sequence[float],
        *,
        slopes: tuple[float, float] | None,
        smooth: str = "",
        biases: bool = False,
        divisor: int = 1,
    ) -> None:
        if len(widths) < 3 or min(widths) < 1 or max(widths) > MOST_WEIGHTS or samples < 1:
            raise ValueError("its widths are none of a network")
        self.shapes = [(rows, columns + biases) for columns, rows in pairwise(widths)]
        self.size = sum(map(prod, self.shapes))
        work = self.size**2 * samples
        if self.size > MOST_WEIGHTS or len(data) > MOST_DATA or work > MOST_WORK:
            raise ValueError("it is too large to check")
        inputs = samples * widths[0]
        if len(data) != inputs + samples * widths[-1] or not all(map(isfinite, data)):
            raise ValueError("its data do not fit its widths, or are not finite")
        known = smooth in SMOOTH if slopes is None else all(0 <= s < inf for s in slopes)
        if not known:
            raise ValueError("its activation is not one that the checker knows")
        self.widths, self.samples, self.biases, self.divisor = widths, samples, biases, divisor
        self.slopes, self.smooth = slopes, smooth
        one = [1.0] if biases else []
        self.rows = [[*data[i : i + widths[0]], *one] for i in range(0, inputs, widths[0])]
        with ctx.workprec(_BITS):
            self.inputs = arb_mat(self.rows)
            self.targets = arb_mat(samples, widths[-1], list(data[inputs:]))

    @property
    def bends(self) -> bool:
        """Whether the activation has a kink at zero."""
        return self.slopes is not None and self.slopes[0] != self.slopes[1]

    def entries(self, point: Sequence[float]) -> list[float]:
        """A stored point, W_1, b_1, W_2, ..., in the order of the matrices."""
        found: list[float] = []
        start = 0
        for rows, columns in self.shapes:
            width = columns - self.biases
            end = start + rows * width
            for a in range(rows):
                found += point[start + a * width : start + (a + 1) * width]
                found += point[end + a : end + a + 1] if self.biases else ()
            start = end + rows * self.biases
        return found

    def matrices(self, entries: Sequence[arb | float]) -> list[arb_mat]:
        """[W_1 b_1], [W_2 b_2], ..."""
        ends = list(accumulate(map(prod, self.shapes), initial=0))
        return [
            arb_mat(*shape, list(entries[start:end]))
            for shape, (start, end) in zip(self.shapes, pairwise(ends), strict=True)
        ]

    def read(self, x: arb_mat) -> arb_mat:
        """What the next layer reads: with a last column of ones if there are biases."""
        return arb_mat([[*row, 1] for row in x.tolist()]) if self.biases else x

    def layers(self, W: Sequence[arb_mat]) -> tuple[list[arb_mat], list[arb_mat], arb_mat]:
        """What each layer reads and the pre-activations of the hidden ones, then the outputs."""
        reads, zs = [self.inputs], []
        for M in W[:-1]:
            zs.append(reads[-1] * M.transpose())
            values = [self.activation(z) for z in zs[-1].entries()]
            reads.append(self.read(arb_mat(zs[-1].nrows(), zs[-1].ncols(), values)))
        return reads, zs, reads[-1] * W[-1].transpose()

    def activation(self, z: arb) -> arb:
        """Its value on a ball, on a kink too."""
        if self.slopes is None:
            return z.tanh() if self.smooth == "tanh" else (1 + z.exp()).log()
        below, above = self.slopes
        if z > 0:
            return z * above
        return z * below if z < 0 else (z * below).union(z * above)

    def loss(self, W: Sequence[arb_mat]) -> arb:
        """At one point, wherever it is."""
        return self.half_square(self.layers(W)[2] - self.targets)

    def half_square(self, residual: arb_mat) -> arb:
        """Half the sum of the squares, over the divisor."""
        return (residual.transpose() * residual).trace().nonnegative_part() / (2 * self.divisor)
