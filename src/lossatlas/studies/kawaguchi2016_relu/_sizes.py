"""C2: Theorem 3.1 in integers over random shapes; and what it says of the paper's own networks."""

from itertools import pairwise
from typing import Any

import numpy as np

from lossatlas.catalogue import Record
from lossatlas.execution import numpy_generator
from lossatlas.theory import relu_paths

from ._names import STUDY
from ._pieces import SizesPiece

_MOST_LAYERS = 8
_WIDEST = 10.0  # 2 to this power
_OUTPUTS = 10
PAPER_WIDTHS = (25, 50, 100, 250, 500)


def compare_sizes(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Check the three inequalities for random shapes.

    Args:
        settings: A `SizesPiece`.
        seed: The entropy of the shapes.

    Returns:
        One record of kind "sizes", and one of kind "paper size" for each network of the paper.
    """
    piece = SizesPiece.model_validate(settings)
    rng = numpy_generator(seed)
    shapes = [_shape(rng) for _ in range(piece.shapes)]
    one = [relu_paths.counts((*shape, 1)).inequalities() for shape in shapes]
    ten = [relu_paths.counts((*shape, _OUTPUTS)).inequalities() for shape in shapes]
    again = [inequalities((*shape, 1)) for shape in shapes]
    told = {
        "shapes": len(shapes),
        "exceptions": sum(not all(three) for three in one),
        "exceptions_again": sum(not all(three) for three in again),
        "exceptions_ten_outputs": sum(not all(three) for three in ten),
    }
    return [Record(STUDY, "sizes", told), *(_of_the_paper(n) for n in PAPER_WIDTHS)]


def inequalities(widths: tuple[int, ...]) -> tuple[bool, bool, bool]:
    """The three inequalities from the widths alone, in integers, after raising to the power H."""
    H, N = len(widths) - 1, sum(a * b for a, b in pairwise(widths))
    psi = 1
    for width in widths[:-1]:
        psi *= width
    return (
        H * psi**2 >= N,
        N**H * widths[0] >= H**H * psi**2,
        H**H * psi**2 >= psi * widths[0],
    )


def _shape(rng: np.random.Generator) -> tuple[int, ...]:
    """Widths even on a logarithmic scale, one to seven hidden layers; no output layer."""
    layers = int(rng.integers(2, _MOST_LAYERS + 1))
    return tuple(int(2 ** rng.uniform(0, _WIDEST)) for _ in range(layers))


def _of_the_paper(width: int) -> Record:
    found = relu_paths.counts((100, width, 1))
    told = {"width": width, "size": found.size, "paths": found.num_paths, "depth": found.depth}
    weights = relu_paths.counts((100, width, 10)).num_weights
    return Record(STUDY, "paper size", {**told, "weights": weights})
