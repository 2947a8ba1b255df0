"""Checks of widths, subsets and weights, in one place so that every door refuses alike."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy import ndarray

from lossatlas.errors import misuse

from ._spectrum import DataSpectrum


def checked_widths(widths: Sequence[int], data: DataSpectrum | None = None) -> tuple[int, ...]:
    """The widths (d_x, d_1, ..., d_y) as a tuple, checked against the data."""
    widths = tuple(int(d) for d in widths)
    if len(widths) < 3 or min(widths) < 1:
        raise misuse(
            "widths",
            should="be (d_x, d_1, ..., d_y) with at least one hidden layer, all positive",
            got=widths,
            remedy="A network without hidden layer is a least-squares problem.",
        )
    if data is not None and (widths[0], widths[-1]) != (data.num_inputs, data.num_outputs):
        raise misuse(
            "widths",
            should=f"begin with {data.num_inputs} and end with {data.num_outputs} as the data do",
            got=widths,
            remedy="Set the first width to X.shape[1] and the last to Y.shape[1].",
        )
    return widths


def largest_rank(widths: Sequence[int], target_rank: int) -> int:
    """The largest rank r_max that the product can have at a critical point."""
    return min(*widths, target_rank)


def checked_subset(
    subset: Sequence[int], widths: Sequence[int], target_rank: int
) -> tuple[int, ...]:
    """The subset, ascending, checked: positive eigenvalues only and no more than fit."""
    chosen = tuple(sorted(int(i) for i in subset))
    if len(set(chosen)) < len(chosen) or (
        chosen and not 0 <= chosen[0] <= chosen[-1] < target_rank
    ):
        raise misuse(
            "subset",
            should=f"hold distinct numbers in 0..{target_rank - 1}, the positive eigenvalues of Sigma",
            got=tuple(subset),
            remedy="Eigenvalues are counted from 0, the largest first.",
        )
    if len(chosen) > largest_rank(widths, target_rank):
        raise misuse(
            "subset",
            should=f"have at most {largest_rank(widths, target_rank)} members",
            got=chosen,
            remedy="The narrowest layer bounds the rank of the product.",
        )
    return chosen


def checked_eigenvalues(eigenvalues: ndarray | Sequence[float], widths: Sequence[int]) -> ndarray:
    """The eigenvalues of Sigma as an array, checked to be one an output, descending."""
    values = np.asarray(eigenvalues, dtype=np.float64)
    descending = values.ndim == 1 and bool(np.all(np.diff(values) <= 0))
    if not descending or len(values) != widths[-1] or not values[-1] >= 0:
        raise misuse(
            "eigenvalues",
            should=f"be {widths[-1]} numbers, descending and not negative",
            got=values.tolist(),
            remedy="Take them from `spectrum(X, Y).eigenvalues`.",
        )
    return values


def checked_weights(weights: Sequence[ndarray], data: DataSpectrum | None = None) -> list[ndarray]:
    """The matrices [W_1, ..., W_L] in float64, checked to compose and to fit the data."""
    matrices = [np.asarray(W, dtype=np.float64) for W in weights]
    shapes = [W.shape for W in matrices]
    composes = len(matrices) >= 2 and all(len(s) == 2 for s in shapes)
    if not composes or any(a[0] != b[1] for a, b in pairwise(shapes)):
        raise misuse(
            "weights",
            should="be [W_1, ..., W_L], L >= 2, each (d_k, d_{k-1})",
            got=f"shapes {shapes}",
            remedy="The first matrix acts on the inputs.",
        )
    if not all(np.isfinite(W).all() for W in matrices):
        raise misuse(
            "weights",
            should="be finite",
            got="NaN or infinite entries",
            remedy="A diverged search has no critical point to name.",
        )
    checked_widths(widths_of(matrices), data)
    return matrices


def widths_of(weights: Sequence[ndarray]) -> tuple[int, ...]:
    """The widths (d_x, d_1, ..., d_y) of matrices that compose."""
    return (weights[0].shape[1], *(W.shape[0] for W in weights))
