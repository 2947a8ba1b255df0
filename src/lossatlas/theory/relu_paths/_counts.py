"""How many paths a fully connected network has, and Theorem 3.1 on its size: exact integers.

A path picks one unit of every layer, (i_0, ..., i_H). Choromanska et al. (2015, section 3) write H
for the number of weight layers, N = sum_k d_k d_{k+1} for the *size*, Psi for the *mass*, the number
of paths to one output, and Lambda = Psi^{1/H}.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, log2, prod
from typing import final

from ._checks import checked_widths


@final
@dataclass(frozen=True)
class PathCounts:
    """The exact counts of one network.

    Attributes:
        widths: (d_0, ..., d_H).
        depth: H, the number of weight layers; the degree of the polynomial.
        num_weights: N, all weights.
        num_paths: Psi, the paths that end in one given output, d_0 d_1 ... d_{H-1}.
        num_paths_all: The paths that end in any output, Psi d_H.
        num_hidden_paths: The choices of hidden units, d_1 ... d_{H-1}: the gate of a path depends
            on these alone, and so does every statistic of gates.
        size: Lambda = Psi^{1/H}, the size of the spin glass (the one field that is not an integer).
    """

    widths: tuple[int, ...]
    depth: int
    num_weights: int
    num_paths: int
    num_paths_all: int
    num_hidden_paths: int
    size: float

    @property
    def sharing(self) -> int:
        """Paths that share one input, Psi / d_0; 1 under assumption A6u."""
        return self.num_paths // self.widths[0]

    def one_output(self) -> "PathCounts":
        """The counts of the same network with a single output, as the theory has it."""
        return counts((*self.widths[:-1], 1))

    def inequalities(self) -> tuple[bool, bool, bool]:
        """Theorem 3.1: Psi^2 H >= N, N >= H (Psi^2/d_0)^{1/H}, and the latter >= Lambda.

        Compared in integers, after raising to the power H. The theorem is for one output; with
        more, N holds weights that no counted path uses and the first may be false: ask
        `one_output()` then.
        """
        H, N, paths, inputs = self.depth, self.num_weights, self.num_paths, self.widths[0]
        middle = H**H * paths**2
        return paths**2 * H >= N, N**H * inputs >= middle, middle >= paths * inputs

    def chain(self) -> tuple[float, float, float, float]:
        """The four numbers of Theorem 3.1 in descending order, as floats: for printing only."""
        H, inputs = self.depth, self.widths[0]
        least = H * _root(self.num_paths, H) ** 2 / inputs ** (1 / H)
        most = self.num_paths**2 * H
        largest = float(most) if most.bit_length() < 1024 else inf
        return largest, float(self.num_weights), least, self.size


def counts(widths: Sequence[int]) -> PathCounts:
    """Count the paths of a fully connected network without biases.

    Args:
        widths: (d_0, d_1, ..., d_H), all positive, with at least one hidden layer.

    Returns:
        The counts, as Python integers of any length.

    Raises:
        ValueError: If there is no hidden layer or a width is not positive.

    Example:
        >>> from lossatlas.theory import relu_paths
        >>> net = relu_paths.counts((3, 2, 3, 1))
        >>> net.num_paths, net.num_weights, net.inequalities()
        (18, 15, (True, True, True))
    """
    widths = checked_widths(widths)
    depth, num_paths = len(widths) - 1, prod(widths[:-1])
    num_weights = sum(a * b for a, b in pairwise(widths))
    hidden = prod(widths[1:-1])
    size = _root(num_paths, depth)
    return PathCounts(widths, depth, num_weights, num_paths, num_paths * widths[-1], hidden, size)


def _root(number: int, degree: int) -> float:
    # the plain power is exact where the root is whole; beyond the floats it takes logarithms
    huge = number.bit_length() > 1000
    return float(2.0 ** (log2(number) / degree) if huge else number ** (1 / degree))
