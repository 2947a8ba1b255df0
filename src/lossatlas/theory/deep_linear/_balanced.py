"""Balanced critical points: W_{k+1}^T W_{k+1} = W_k W_k^T, the ones gradient flow prefers.

For each subset of eigenvalues there is one product of least total norm, split evenly among the
layers. When X^T X = I, the whole spectrum of the Hessian there is known (derived in
docs/theory/deep_linear.md).
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from jaxtyping import Float, Real
from numpy import ndarray

from ._predict import num_parameters
from ._spectrum import DataSpectrum, spectrum
from ._widths import checked_eigenvalues, checked_subset, checked_widths, largest_rank


def global_minimiser(
    X: Real[ndarray, "n d_x"], Y: Real[ndarray, "n d_y"], widths: Sequence[int]
) -> list[ndarray]:
    """Weights of least loss, balanced, under any bottleneck.

    Args:
        X: The inputs, one sample a row.
        Y: The targets, one sample a row.
        widths: (d_x, d_1, ..., d_y).

    Returns:
        [W_1, ..., W_L] with W_{k+1}^T W_{k+1} = W_k W_k^T.

    Raises:
        ValueError: If the data or the widths do not fit.
    """
    data = spectrum(X, Y)
    widths = checked_widths(widths, data)
    return _balanced(data, widths, range(largest_rank(widths, data.target_rank)))


def balanced_point(
    X: Real[ndarray, "n d_x"],
    Y: Real[ndarray, "n d_y"],
    widths: Sequence[int],
    subset: Sequence[int],
) -> list[ndarray]:
    """The balanced critical point of a subset, all excess blocks zero.

    Args:
        X: The inputs, one sample a row.
        Y: The targets, one sample a row.
        widths: (d_x, d_1, ..., d_y).
        subset: The eigenvalues of Sigma that the product holds, counted from 0.

    Returns:
        [W_1, ..., W_L] with W_{k+1}^T W_{k+1} = W_k W_k^T.

    Raises:
        ValueError: If data, widths or subset do not fit.
    """
    data = spectrum(X, Y)
    widths = checked_widths(widths, data)
    return _balanced(data, widths, checked_subset(subset, widths, data.target_rank))


def balanced_spectrum(
    widths: Sequence[int],
    eigenvalues: Float[ndarray, " d_y"] | Sequence[float],
    subset: Sequence[int],
) -> Float[ndarray, " P"]:
    """All Hessian eigenvalues at `balanced_point` when X^T X = I.

    Args:
        widths: (d_x, d_1, ..., d_y).
        eigenvalues: The d_y eigenvalues of Sigma, descending.
        subset: The eigenvalues that the product holds, counted from 0.

    Returns:
        The P eigenvalues, ascending.

    Raises:
        ValueError: If widths and subset do not fit.

    Example:
        >>> from lossatlas.theory.deep_linear import balanced_spectrum
        >>> balanced_spectrum((1, 1, 1), [4.0], (0,))
        array([0., 4.])
    """
    widths = checked_widths(widths)
    sigma = np.sqrt(checked_eigenvalues(eigenvalues, widths))
    subset = checked_subset(subset, widths, int(np.sum(sigma > 0)))
    d_x, d_y, depth = widths[0], widths[-1], len(widths) - 1
    held, left = sigma[list(subset)], np.delete(sigma, list(subset))
    outside = left[: min(d_x, d_y) - len(subset)]  # drops the zeros of d_y > d_x
    power = held ** ((depth - 2) / depth)
    cross = power[:, None] * (held[:, None] + np.concatenate([outside, -outside]))
    lone = np.repeat(held ** (2 * (depth - 1) / depth), abs(d_x - d_y))
    hidden = widths[1] - len(subset) if depth == 2 else 0
    hyperbolic = np.repeat(np.concatenate([outside, -outside]), hidden)
    values = np.concatenate([_inside(held, depth).ravel(), cross.ravel(), lone, hyperbolic])
    return np.sort(np.concatenate([values, np.zeros(num_parameters(widths) - len(values))]))


def _inside(held: ndarray, depth: int) -> ndarray:
    """Sum over the layers k of s^{2(L-k)/L} s'^{2(k-1)/L}, for s and s' in S."""
    k = np.arange(1, depth + 1)[:, None, None]
    terms = held[:, None] ** (2 * (depth - k) / depth) * held ** (2 * (k - 1) / depth)
    total: ndarray = terms.sum(axis=0)
    return total


def _balanced(data: DataSpectrum, widths: Sequence[int], subset: Sequence[int]) -> list[ndarray]:
    chosen, depth = list(subset), len(widths) - 1
    held = data.U[:, chosen] * data.sigma[chosen] @ data.V[:, chosen].T
    P, m, Qt = np.linalg.svd(data.unwhiten(held), full_matrices=False)
    r = len(chosen)
    root = m[:r] ** (1.0 / depth)
    weights = [np.zeros((b, a)) for a, b in pairwise(widths)]
    for W in weights[1:-1]:
        W[:r, :r] = np.diag(root)
    weights[0][:r] = root[:, None] * Qt[:r]
    weights[-1][:, :r] = P[:, :r] * root
    return weights
