"""From the widths of a network to the size and order of the spin glass that stands for it.

Choromanska et al. (2015) write a network with H layers of weights and N weights as a spherical spin
glass of order H and size Lambda, with Lambda^H = Psi the number of paths through it. What that
leaves out of account comes along as sentences, to be printed beside every comparison.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2, prod
from typing import final

from lossatlas.errors import misuse

_ALWAYS = (
    "The theory takes inputs, weights and paths for independent, which those of a network are not.",
    "The theory speaks of the training loss; the experiments of the paper show the test loss.",
)
_TWO_SPIN = (
    "One hidden layer is order 2: exactly 2 Lambda critical points, one pair of each index, and no "
    "layers; the theory of many critical points needs order 3 or more."
)
_OUTPUTS = "The theory has a single output; this network has {outputs}, so Psi counts paths to one."


@final
@dataclass(frozen=True)
class NetworkSize:
    """A network as the theory sees it.

    `depth` is the number H of weight layers and the order of the spin glass, `num_weights` is N,
    `num_paths` is Psi (to one output), `size` the real number Lambda with Lambda^H = Psi.
    """

    widths: tuple[int, ...]
    depth: int
    num_weights: int
    num_paths: int
    size: float
    caveats: tuple[str, ...]

    def inequalities(self) -> tuple[bool, bool, bool]:
        """Psi^2 H >= N, N >= H (Psi^2 / d_x)^{1/H}, and the latter >= Lambda: compared in integers.

        Theorem 3.1 of the paper, for a single output; with more, N counts weights that no counted
        path uses, and the first may fail.
        """
        H, N, paths, inputs = self.depth, self.num_weights, self.num_paths, self.widths[0]
        middle = H**H * paths**2
        return paths**2 * H >= N, N**H * inputs >= middle, middle >= paths * inputs


def network_size(widths: Sequence[int]) -> NetworkSize:
    """Size and order of the spin glass of a fully connected network.

    Args:
        widths: (d_x, d_1, ..., d_y), all positive, with at least one hidden layer.

    Returns:
        The network's numbers, with the caveats of the comparison.

    Raises:
        ValueError: If there is no hidden layer or a width is not positive.

    Example:
        >>> net = network_size((100, 25, 10))
        >>> net.depth, net.num_weights, net.num_paths, round(net.size, 6)
        (2, 2750, 2500, 50.0)
    """
    widths = tuple(int(d) for d in widths)
    if len(widths) < 3 or min(widths) < 1:
        raise misuse(
            "widths",
            should="be (d_x, d_1, ..., d_y) with at least one hidden layer, all positive",
            got=widths,
            remedy="A network without hidden layer is linear and has no paths to choose from.",
        )
    depth, num_paths = len(widths) - 1, prod(widths[:-1])
    num_weights = sum(a * b for a, b in pairwise(widths))
    # the plain power is exact where the root is whole; beyond the floats it takes logarithms
    huge = num_paths.bit_length() > 1000
    size = 2.0 ** (log2(num_paths) / depth) if huge else num_paths ** (1 / depth)
    return NetworkSize(widths, depth, num_weights, num_paths, size, _caveats(depth, widths[-1]))


def _caveats(depth: int, outputs: int) -> tuple[str, ...]:
    special = []
    if depth == 2:
        special.append(_TWO_SPIN)
    if outputs > 1:
        special.append(_OUTPUTS.format(outputs=outputs))
    return (*special, *_ALWAYS)
