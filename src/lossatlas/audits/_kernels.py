"""Whether two descriptions of the same samples have to do with each other: HSIC.

Each description is a matrix of how alike two samples are. HSIC is the mean over pairs of the product
of the two, after centring (Gretton et al. 2005); it vanishes when the descriptions are independent. In
units of its largest value it is the *alignment*, a correlation between -1 and 1: how far samples that
are alike in one respect are alike in the other.
"""

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

_BATCH_ENTRIES = 8_000_000  # 64 MB of permuted kernels at a time


def input_kernel(X: Float[ndarray, "n d"]) -> Float[ndarray, "n n"]:
    """exp(-|x - x'|^2 / (2 s^2)) with s the median distance between different samples.

    Identical inputs give a matrix of ones.
    """
    norms = np.square(X).sum(1)
    squares = np.maximum(norms[:, None] + norms[None, :] - 2 * X @ X.T, 0.0)
    np.fill_diagonal(squares, 0.0)
    apart = squares[squares > 1e-24 * float(norms.max(initial=0.0))]
    if apart.size == 0:
        return np.ones_like(squares)
    return np.asarray(np.exp(squares / (-2 * float(np.median(apart)))))


def permutation_p_values(
    kernels: Float[ndarray, "c n n"],
    other: Float[ndarray, "n n"],
    number: int,
    rng: np.random.Generator,
) -> Float[ndarray, " c"]:
    """The p-value of each kernel's HSIC with another one, samples of the other permuted.

    One permutation serves all kernels: a batch of permuted matrices times the kernels is one product.

    Args:
        kernels: Centred kernels.
        other: The other, centred.
        number: How many permutations.
        rng: Draws them.

    Returns:
        (1 + how many permutations reach the measured value) / (1 + number), exact at any n.
    """
    n = len(other)
    columns = kernels.reshape(len(kernels), -1).T
    measured = other.reshape(-1) @ columns
    # values that are equal but for the order of their sums count as reached
    reached = measured - 1e-12 * np.abs(other).reshape(-1) @ np.abs(columns)
    exceeding = np.zeros(len(kernels), dtype=int)
    step = max(1, _BATCH_ENTRIES // n**2)
    for first in range(0, number, step):
        orders = _orders(min(step, number - first), n, rng)
        permuted = other[orders[:, :, None], orders[:, None, :]]
        exceeding += (permuted.reshape(len(orders), -1) @ columns >= reached).sum(0)
    return (1 + exceeding) / (1 + number)


def _orders(number: int, n: int, rng: np.random.Generator) -> Int[ndarray, "b n"]:
    return rng.permuted(np.broadcast_to(np.arange(n), (number, n)), axis=1)
