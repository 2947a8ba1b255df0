"""What is measured of one network at one checkpoint: its paths, and how far the reduced model goes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.theory import relu_paths

Matrices = Sequence[Float[ndarray, "_ _"]]


def look(weights: Matrices, X: Float[ndarray, "n d"], Y: Float[ndarray, "n c"]) -> dict[str, Any]:
    """The numbers of a checkpoint, by name.

    Args:
        weights: The network's matrices.
        X: Samples.
        Y: Their targets.
    """
    found = relu_paths.statistics(weights, X)
    outputs = forward(weights, X)
    linear = relu_paths.linear_outputs(weights, X)
    return {
        "rho": found.rho,
        "layer_rates": " ".join(f"{rate:.4g}" for rate in found.layer_rates),
        "dispersion": found.dispersion,
        "kappa": found.kappa,
        "weight_correlation": found.correlation,
        "effective_share": found.effective_share,
        "input_dependence": float(found.input_dependence.mean()),
        "effective_ratio": found.effective_ratio,
        "explained": found.explained,
        "explained_by_rho": explained(outputs, found.rho * linear),
        "reduced_loss": _half_squares(found.effective_ratio * linear - Y),
        "same_answer": float(np.mean(outputs.argmax(1) == linear.argmax(1))),
        **path_sum(weights, X),
    }


def forward(weights: Matrices, X: Float[ndarray, "n d"]) -> Float[ndarray, "n c"]:
    """A plain forward pass."""
    signal = X
    for W in weights[:-1]:
        signal = np.maximum(signal @ W.T, 0.0)
    return np.asarray(signal @ weights[-1].T)


def explained(Y: Float[ndarray, "n c"], model: Float[ndarray, "n c"]) -> float:
    """1 - |Y - model|^2 / |Y|^2, and 1 where there is nothing to explain."""
    size = float(np.square(Y).sum())
    return 1 - float(np.square(Y - model).sum()) / size if size > 0 else 1.0


def path_sum(weights: Matrices, X: Float[ndarray, "n d"]) -> dict[str, Any]:
    """The sum over paths against the forward pass, relative to the terms' absolute values."""
    summed = relu_paths.outputs(weights, X)
    size = relu_paths.outputs([abs(W) for W in weights], abs(X), gates=relu_paths.gates(weights, X))
    return {"path_sum_error": relative(summed - forward(weights, X), size)}


def relative(error: Float[ndarray, "n c"], size: Float[ndarray, "n c"]) -> float:
    """The largest error over the size of its terms; where there are none it must be 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(error == 0, 0.0, abs(error) / size)
    return float(ratio.max())


def _half_squares(residual: Float[ndarray, "n c"]) -> float:
    """Half the squared error, a mean over samples."""
    return 0.5 * float(np.square(residual).sum()) / len(residual)
