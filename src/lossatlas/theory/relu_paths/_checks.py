"""Checks of widths, weights, inputs and gates, in one place so that every door refuses alike."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy import ndarray

from lossatlas.errors import misuse


def checked_widths(widths: Sequence[int]) -> tuple[int, ...]:
    """The widths (d_0, ..., d_H) as a tuple of positive integers, with a hidden layer."""
    widths = tuple(int(d) for d in widths)
    if len(widths) < 3 or min(widths) < 1:
        raise misuse(
            "widths",
            should="be (d_0, d_1, ..., d_H) with at least one hidden layer, all positive",
            got=widths,
            remedy="A network without hidden layer is linear and has no gates.",
        )
    return widths


def checked_weights(weights: Sequence[ndarray]) -> list[ndarray]:
    """The matrices [W_1, ..., W_H] in float64, checked to compose and to be finite."""
    matrices = [np.asarray(W, dtype=np.float64) for W in weights]
    shapes = [W.shape for W in matrices]
    composes = len(matrices) >= 2 and all(len(s) == 2 and min(s) > 0 for s in shapes)
    if not composes or any(a[0] != b[1] for a, b in pairwise(shapes)):
        raise misuse(
            "weights",
            should="be [W_1, ..., W_H], H >= 2, each (d_k, d_{k-1})",
            got=f"shapes {shapes}",
            remedy="The first matrix acts on the inputs; biases have no place in the sum over paths.",
        )
    if not all(np.isfinite(W).all() for W in matrices):
        raise misuse(
            "weights",
            should="be finite",
            got="NaN or infinite entries",
            remedy="A diverged network has no paths to weigh.",
        )
    return matrices


def widths_of(weights: Sequence[ndarray]) -> tuple[int, ...]:
    """The widths (d_0, ..., d_H) of matrices that compose."""
    return (weights[0].shape[1], *(W.shape[0] for W in weights))


def checked_inputs(X: ndarray, num_inputs: int) -> ndarray:
    """The samples in float64, checked to be finite rows of the right length, at least one."""
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2 or X.shape[1] != num_inputs or len(X) == 0:
        raise misuse(
            "X",
            should=f"be (n, {num_inputs}) with n >= 1, one sample a row",
            got=f"shape {X.shape}",
            remedy="Flatten images to rows and match the first matrix.",
        )
    if not np.isfinite(X).all():
        raise misuse(
            "X",
            should="be finite",
            got="NaN or infinite entries",
            remedy="Drop or repair these samples first.",
        )
    return X


def checked_gates(gates: Sequence[ndarray], widths: Sequence[int], n: int) -> tuple[ndarray, ...]:
    """Gates from outside, one boolean (n, d_k) a hidden layer."""
    masks = tuple(np.asarray(a) for a in gates)
    wanted = [(n, d) for d in widths[1:-1]]
    if [a.shape for a in masks] != wanted or any(a.dtype != np.bool_ for a in masks):
        raise misuse(
            "gates",
            should=f"be boolean arrays of shapes {wanted}, one a hidden layer",
            got=[(a.shape, str(a.dtype)) for a in masks],
            remedy="Take them from `gates(weights, X)`, or compare your own with 0.",
        )
    return masks
