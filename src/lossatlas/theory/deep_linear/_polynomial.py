"""The loss along a polynomial curve of weights, as an exact polynomial.

If every W_k(t) is a polynomial in t, so is the loss; along a line its degree is 2 L. The
coefficients come from products of matrix polynomials, with no finite differences.
"""

from collections.abc import Sequence
from functools import reduce

import numpy as np
from jaxtyping import Float, Real
from numpy import ndarray

from lossatlas.errors import misuse

from ._spectrum import DataSpectrum, spectrum
from ._widths import checked_weights


def line_polynomial(
    weights: Sequence[Float[ndarray, "_ _"]],
    direction: Sequence[Float[ndarray, "_ _"]],
    X: Real[ndarray, "n d_x"],
    Y: Real[ndarray, "n d_y"],
) -> Float[ndarray, " k"]:
    """The loss along the line t -> W + t V.

    Args:
        weights: [W_1, ..., W_L].
        direction: [V_1, ..., V_L], of the same shapes.
        X: The inputs, one sample a row.
        Y: The targets, one sample a row.

    Returns:
        The 2 L + 1 coefficients, the constant first.

    Raises:
        ValueError: If weights, direction and data do not fit.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory.deep_linear import line_polynomial
        >>> one, zero = np.eye(1), np.zeros((1, 1))
        >>> line_polynomial([zero, zero], [one, one], one, 2 * one)
        array([ 2. ,  0. , -2. ,  0. ,  0.5])
    """
    data = spectrum(X, Y)
    matrices, steps = checked_weights(weights, data), checked_weights(direction, data)
    if [W.shape for W in matrices] != [V.shape for V in steps]:
        raise misuse(
            "direction",
            should=f"have the shapes of `weights`, {[W.shape for W in matrices]}",
            got=[V.shape for V in steps],
            remedy="Pass one matrix a layer.",
        )
    return curve_polynomial([np.stack(p) for p in zip(matrices, steps, strict=True)], data)


def curve_polynomial(
    curve: Sequence[Float[ndarray, "_ _ _"]], data: DataSpectrum
) -> Float[ndarray, " k"]:
    """The loss along a curve; `curve[k-1][m]` is the coefficient of t^m in W_k."""
    first = np.stack([data.whiten(W) for W in curve[0]])
    residual = reduce(_product, curve[1:], first)  # (degree + 1, d_y, rho)
    residual[0] -= data.target
    flat = residual.reshape(len(residual), -1)
    gram = flat @ flat.T
    coefficients = np.array(
        [0.5 * np.trace(gram[:, ::-1], m) for m in range(len(gram) - 1, -len(gram), -1)]
    )
    coefficients[0] += data.constant
    return coefficients


def _product(right: ndarray, left: ndarray) -> ndarray:
    """The product left(t) right(t) of matrix polynomials."""
    result = np.zeros((len(left) + len(right) - 1, left.shape[1], right.shape[2]))
    for m, A in enumerate(left):
        result[m : m + len(right)] += A @ right
    return result
