"""C1: the sum over paths of untrained networks, by dynamic programming, by listing, by a forward pass."""

from typing import Any

import numpy as np

from lossatlas.catalogue import Record
from lossatlas.execution import numpy_generator
from lossatlas.theory import relu_paths

from ._looks import forward, path_sum, relative
from ._names import STUDY
from ._pieces import PathSumPiece

_MOST_LISTED = 20_000


def sum_paths(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Sum the paths of a normal network of each shape at normal samples.

    Args:
        settings: A `PathSumPiece`.
        seed: The entropy of weights and samples.

    Returns:
        A record of kind "path sum" a shape.
    """
    piece = PathSumPiece.model_validate(settings)
    rng = numpy_generator(seed)
    records = []
    for shape in piece.shapes:
        pairs = zip(shape[1:], shape[:-1], strict=True)
        weights = [rng.standard_normal(size) * (2 / size[1]) ** 0.5 for size in pairs]
        X = rng.standard_normal((piece.samples, shape[0]))
        told = {
            "architecture": "-".join(map(str, shape)),
            "hidden_layers": len(shape) - 2,
            **path_sum(weights, X),
            "listed_error": _listed(weights, X),
        }
        records.append(Record(STUDY, "path sum", told))
    return records


def _listed(weights: list[np.ndarray], X: np.ndarray) -> float | None:
    """The sum over listed paths against the forward pass; None where there are too many to list."""
    if relu_paths.counts([X.shape[1], *map(len, weights)]).num_paths_all > _MOST_LISTED:
        return None
    found = relu_paths.listed(weights, X)
    Y, outputs = forward(weights, X), len(weights[-1])
    ends = found.paths.units[:, -1]
    summed = np.stack([found.terms[ends == j].sum(0) for j in range(outputs)], axis=1)
    size = np.stack([abs(found.terms[ends == j]).sum(0) for j in range(outputs)], axis=1)
    return relative(summed - Y, size)
