"""The kernel of path gates: how many paths two samples have open together.

K(x, x') = mean over paths of A_path(x) A_path(x') = prod_k (a_k(x) . a_k(x')) / d_k, because the mean
over paths of a product over layers is the product of the layers' means. Its entries' mean is the
second moment of the activation probability pi, and with a kernel of the inputs it gives HSIC.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float, Real
from numpy import ndarray

from ._gates import Gates, prepared


def kernel(
    weights: Sequence[Real[ndarray, "_ _"]],
    X: Real[ndarray, "n d_0"],
    *,
    rows: slice = slice(None),
    gates: Gates | None = None,
) -> Float[ndarray, "m n"]:
    """K between the samples in `rows` and all samples.

    Args:
        weights: [W_1, ..., W_H], W_k of shape (d_k, d_{k-1}).
        X: The samples, one a row.
        rows: Which rows of K to return; all of them take n^2 numbers of 8 bytes.
        gates: Gates to use instead of the network's own, as `gates` returns them.

    Returns:
        The rows of K, float64, each entry a share of paths between 0 and 1.

    Raises:
        ValueError: If the arrays do not fit together or something is not finite.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory import relu_paths
        >>> weights = [np.array([[1.0], [-1.0], [2.0]]), np.ones((1, 3))]
        >>> relu_paths.kernel(weights, np.array([[1.0], [-1.0]])).round(3).tolist()
        [[0.667, 0.0], [0.0, 0.333]]
    """
    _, _, masks = prepared(weights, X, gates)
    floats = single(masks)
    return joint_gates([a[rows] for a in floats], floats, counted=False)


def single(masks: Sequence[ndarray]) -> list[ndarray]:
    """The gates as float32, ready for products."""
    return [a.astype(np.float32) for a in masks]


def joint_gates(left: Sequence[ndarray], right: Sequence[ndarray], *, counted: bool) -> ndarray:
    """The hidden paths open at both samples, float64: their number, exact below 2^53, or their share.

    A product of two layers' gates counts at most d_k units: float32 holds it exactly below 2^24, and
    so does every partial sum of the product whatever its order. Layers are multiplied in float64.
    """
    total: ndarray | None = None
    for a, b in zip(left, right, strict=True):
        if a.shape[1] >= 2**24:
            a, b = a.astype(np.float64), b.astype(np.float64)
        layer: ndarray = (a @ b.T).astype(np.float64)
        if not counted:
            layer /= a.shape[1]
        total = layer if total is None else np.multiply(total, layer, out=total)
    assert total is not None
    return total


def tiles(n: int, step: int) -> Iterator[tuple[slice, slice, int]]:
    """Square tiles on and above the diagonal, with how often each counts in a symmetric sum."""
    starts = range(0, n, step)
    for i in starts:
        for j in starts[i // step :]:
            yield slice(i, i + step), slice(j, j + step), 1 if i == j else 2
