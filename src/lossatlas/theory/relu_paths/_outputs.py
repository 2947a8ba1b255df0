"""The output of a ReLU network as a sum over its paths (Choromanska et al. 2015, equation 1).

Y_j(x) = q sum over paths (i_0, ..., i_{H-1}, j) of x_{i_0} A_path(x) prod_k W_k[i_k, i_{k-1}], where
A_path(x) is 1 if every unit on the path fires and else 0. The sum is taken from the outputs back to
the inputs, so that it is no forward pass in disguise: it first sums the paths of each input and
meets the input last.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Real
from numpy import ndarray

from ._checks import checked_inputs, checked_weights
from ._gates import Gates, prepared

_BLOCK_ENTRIES = 4_000_000  # 32 MB of float64 at a time


def outputs(
    weights: Sequence[Real[ndarray, "_ _"]],
    X: Real[ndarray, "n d_0"],
    *,
    scale: float = 1.0,
    gates: Gates | None = None,
) -> Float[ndarray, "n d_H"]:
    """The sum over all paths, by dynamic programming.

    Args:
        weights: [W_1, ..., W_H], W_k of shape (d_k, d_{k-1}).
        X: The samples, one a row.
        scale: The factor q before the sum.
        gates: Gates to use instead of the network's own, as `gates` returns them.

    Returns:
        q times the sum over the paths to each output; with q = 1 and its own gates the network's
        output.

    Raises:
        ValueError: If the arrays do not fit together or something is not finite.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory import relu_paths
        >>> weights = [np.array([[1.0, 2.0], [-1.0, 0.0]]), np.array([[3.0, 5.0]])]
        >>> relu_paths.outputs(weights, np.array([[1.0, 1.0]])).tolist()  # 3 max(0, 1 + 2)
        [[9.0]]
    """
    matrices, X, masks = prepared(weights, X, gates)
    widest = max(W.shape[1] for W in matrices) * matrices[-1].shape[0]
    step = max(1, _BLOCK_ENTRIES // widest)
    blocks = [slice(i, i + step) for i in range(0, len(X), step)]
    return scale * np.concatenate([_summed(matrices, X[b], [a[b] for a in masks]) for b in blocks])


def linear_outputs(
    weights: Sequence[Real[ndarray, "_ _"]], X: Real[ndarray, "n d_0"], *, scale: float = 1.0
) -> Float[ndarray, "n d_H"]:
    """The same sum with every gate open: scale W_H ... W_1 x, the reduced model's output.

    Args:
        weights: [W_1, ..., W_H], W_k of shape (d_k, d_{k-1}).
        X: The samples, one a row.
        scale: The factor q rho; 1 for Kawaguchi's choice q = 1/rho (2016, Corollary 3.2).

    Returns:
        The outputs of the deep linear network with these weights.

    Raises:
        ValueError: If the arrays do not fit together or something is not finite.
    """
    matrices = checked_weights(weights)
    return scale * linear_pass(matrices, checked_inputs(X, matrices[0].shape[1]))


def linear_pass(matrices: Sequence[ndarray], X: ndarray) -> ndarray:
    """W_H ... W_1 x for each row x, arguments checked before."""
    for W in matrices:
        X = X @ W.T
    return X


def gated_pass(matrices: Sequence[ndarray], X: ndarray, masks: Sequence[ndarray]) -> ndarray:
    """The same outputs by a forward pass through the gates, arguments checked before."""
    for W, open_ in zip(matrices[:-1], masks, strict=True):
        X = (X @ W.T) * open_
    Y: ndarray = X @ matrices[-1].T
    return Y


def _summed(matrices: Sequence[ndarray], X: ndarray, masks: Sequence[ndarray]) -> ndarray:
    # sums[x, j, u]: over the paths from unit u to output j, of gates times weights
    last = matrices[-1]
    sums = np.broadcast_to(last, (len(X), *last.shape))
    for W, open_ in zip(matrices[-2::-1], masks[::-1], strict=True):
        sums = (sums * open_[:, None, :]) @ W
    Y: ndarray = np.matmul(sums, X[:, :, None])[:, :, 0]
    return Y
