"""Second-order class from ranks: the tightened pivots of Achour, Malgouyres and Gerchinovitz.

A pivot is a pair of layers i > j; its complementary blocks are the path j -> i-1 inside the network
and the path i -> L -> 0 -> j-1 through the residual. It is tightened when one of them has rank r;
a point is tightened when all its pivots are (arXiv 2107.13289). Kawaguchi's condition (2016,
Theorem 2.3 iv) is the full rank of W_{L-1} ... W_2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Float, Real
from numpy import ndarray

from ._label import subset_of
from ._predict import inversions_and_ties, num_parameters
from ._ranks import PathSpectra, pairs_from_ranks, path_spectra, residual_pairs_from_ranks
from ._spectrum import DataSpectrum, spectrum
from ._widths import checked_weights, widths_of


@final
@dataclass(frozen=True)
class Counts:
    """Exact eigenvalue counts of the Hessian from ranks of products, at one cut."""

    rank: int
    inversions: int
    pairs: int
    index: int
    nullity: int
    positive: int


def counts_from_ranks(
    weights: Sequence[Float[ndarray, "_ _"]],
    X: Real[ndarray, "n d_x"],
    Y: Real[ndarray, "n d_y"],
    *,
    cut: float = 1e-8,
) -> Counts:
    """Index and nullity of a critical point from ranks of its partial products.

    Args:
        weights: [W_1, ..., W_L], a critical point up to errors well below `cut`.
        X: The inputs, one sample a row.
        Y: The targets, one sample a row.
        cut: Singular values below it count as zero; inputs are whitened and T has norm one.

    Returns:
        The counts. Unlike `label`, nothing is asked of gaps.

    Raises:
        ValueError: If the weights do not compose or do not fit the data.
    """
    data = spectrum(X, Y)
    matrices = checked_weights(weights, data)
    widths = widths_of(matrices)
    ranks = PathSpectra.of(matrices, data).ranks(cut)
    subset = subset_of(matrices, data)[0] or ()
    r = len(subset)
    inversions, ties = inversions_and_ties(subset, data.groups)
    pairs = pairs_from_ranks(ranks)
    rank_hessian = r * (data.input_rank + widths[-1] - r) - ties + 2 * pairs
    rank_hessian += residual_pairs_from_ranks(ranks)
    index = inversions + pairs
    nullity = num_parameters(widths) - rank_hessian
    return Counts(r, inversions, pairs, index, nullity, rank_hessian - index)


def is_tightened(
    weights: Sequence[Float[ndarray, "_ _"]],
    X: Real[ndarray, "n d_x"],
    Y: Real[ndarray, "n d_y"],
    *,
    cut: float = 1e-8,
) -> bool:
    """Whether every pivot of a critical point is tightened.

    At a critical point whose subset is leading and whose rank is below r_max this decides: tightened
    is a bad saddle (no negative curvature), not tightened a strict one.

    Args:
        weights: [W_1, ..., W_L], a critical point up to errors well below `cut`.
        X: The inputs, one sample a row.
        Y: The targets, one sample a row.
        cut: Singular values below it count as zero; inputs are whitened and T has norm one.

    Returns:
        True when each pivot has a complementary block of rank r.

    Raises:
        ValueError: If the weights do not compose or do not fit the data.
    """
    data = spectrum(X, Y)
    matrices = checked_weights(weights, data)
    ranks = PathSpectra.of(matrices, data).ranks(cut)
    r, L = len(subset_of(matrices, data)[0] or ()), len(matrices)
    pivots = ((i, j) for i in range(2, L + 1) for j in range(1, i))
    return all(min(ranks[j, i - 1 - j], ranks[i, L - i + j]) <= r for i, j in pivots)


def core_has_full_rank(weights: Sequence[Float[ndarray, "_ _"]], *, cut: float = 1e-10) -> bool:
    """Kawaguchi's condition: W_{L-1} ... W_2 has the rank p of the narrowest hidden layer.

    Args:
        weights: [W_1, ..., W_L]; with one hidden layer the product is the identity.
        cut: Singular values below it count as zero, every matrix scaled to norm one.

    Returns:
        Whether every saddle that looks like this must be strict (2016, Theorem 2.3 iv).

    Raises:
        ValueError: If the weights do not compose.
    """
    matrices = checked_weights(weights)
    if len(matrices) == 2:
        return True
    inner = [W / (np.linalg.norm(W, 2) or 1.0) for W in matrices[1:-1]]
    singular = path_spectra(inner, 0, len(inner))[-1]
    return int(np.sum(singular > cut)) == min(widths_of(matrices)[1:-1])


def index_lower_bound(widths: Sequence[int], data: DataSpectrum, subset: Sequence[int]) -> int:
    """A bound below the index wherever `core_has_full_rank`: (p - r)(rank T - r) + inv(S).

    With full-rank targets this is (p - r)(d_y - r) + inv(S). It is at least 1 at every critical
    point that is not a global minimum, which is Kawaguchi's statement.
    """
    r, p = len(subset), min(widths[1:-1])
    inversions, _ = inversions_and_ties(subset, data.groups)
    return (p - r) * (data.target_rank - r) + inversions
