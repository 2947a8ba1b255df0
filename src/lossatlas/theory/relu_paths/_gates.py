"""Which units of a ReLU network fire on which sample.

The gate of a unit is open where its pre-activation is positive; at exactly 0 it is closed, which
changes no output. Whatever a statistic says of gates can also be asked of gates from outside, for
networks that are drawn so as to obey an assumption.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from jaxtyping import Bool, Real
from numpy import ndarray

from ._checks import checked_gates, checked_inputs, checked_weights, widths_of
from ._scaled import unit

Gates: TypeAlias = tuple[Bool[ndarray, "n _"], ...]


def gates(weights: Sequence[Real[ndarray, "_ _"]], X: Real[ndarray, "n d_0"]) -> Gates:
    """The open gates of every hidden layer on every sample.

    Args:
        weights: [W_1, ..., W_H], W_k of shape (d_k, d_{k-1}), no biases, ReLU between them.
        X: The samples, one a row.

    Returns:
        One boolean array (n, d_k) for each hidden layer k = 1, ..., H-1.

    Raises:
        ValueError: If the matrices do not compose or something is not finite.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory import relu_paths
        >>> (a,) = relu_paths.gates([np.eye(2), np.ones((1, 2))], np.array([[1.0, -1.0]]))
        >>> a.tolist()
        [[True, False]]
    """
    matrices = checked_weights(weights)
    return forward_gates(matrices, checked_inputs(X, matrices[0].shape[1]))


def forward_gates(matrices: Sequence[ndarray], X: ndarray) -> Gates:
    """The gates by one forward pass, arguments checked before."""
    masks, signal = [], X
    for W in matrices[:-1]:
        signal, _ = unit(np.maximum(signal @ W.T, 0.0))
        masks.append(signal > 0)
    return tuple(masks)


def prepared(
    weights: Sequence[ndarray], X: ndarray, gates: Sequence[ndarray] | None
) -> tuple[list[ndarray], ndarray, Gates]:
    """Weights, samples and gates, checked; the gates are the network's own unless given."""
    matrices = checked_weights(weights)
    X = checked_inputs(X, matrices[0].shape[1])
    if gates is None:
        return matrices, X, forward_gates(matrices, X)
    return matrices, X, checked_gates(gates, widths_of(matrices), len(X))
