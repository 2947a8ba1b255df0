"""Index, nullity and class of a critical point from its data alone: subset and arcs, no matrices.

    index   = inv(S) + pairs,       inv(S) = #{s in S, q not in S : lambda_q > lambda_s}
    rank H  = r (rho + d_y - r) - ties + 2 pairs + residual pairs
    nullity = P - rank H

with rho the rank of the inputs and `pairs` the pairs of arcs that together cover all layers
(derived in docs/theory/deep_linear.md). The classes are those of Achour, Malgouyres and
Gerchinovitz (2021, arXiv 2107.13289). Integers only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from ._arcs import Arc, checked_arcs, covering_pairs, intervals
from ._spectrum import ZERO_TOLERANCE, tie_groups
from ._widths import checked_eigenvalues, checked_subset, checked_widths, largest_rank


class Kind(StrEnum):
    """What a critical point of a deep linear network can be; there are no other local minima."""

    GLOBAL_MINIMUM = "global minimum"
    STRICT_SADDLE = "strict saddle"
    BAD_SADDLE = "bad saddle"


@final
@dataclass(frozen=True)
class Label:
    """A critical point's name and the integers that follow from it.

    `subset` counts eigenvalues of Sigma from 0, the largest first. `pairs` is the part of the index
    that comes from the arcs. `orbit_dimension` counts the zero eigenvalues that the hidden layers'
    change of basis forces. `gap` is the ratio across the cut that the label rests on (infinite when
    nothing was measured), `cut` the absolute cut between singular values of paths (to be handed to
    `escape_direction` and its like), `residual` the distance of the product from the critical one,
    in units of the largest singular value of T.
    """

    subset: tuple[int, ...]
    arcs: tuple[Arc, ...]
    rank: int
    index: int
    nullity: int
    positive: int
    pairs: int
    kind: Kind
    orbit_dimension: int
    gap: float = float("inf")
    cut: float = 0.0
    residual: float = 0.0


def predict(
    widths: Sequence[int],
    eigenvalues: Float[ndarray, " d_y"] | Sequence[float],
    subset: Sequence[int],
    arcs: Sequence[tuple[int, int]],
    *,
    input_rank: int | None = None,
    target_rank: int | None = None,
) -> Label:
    """The exact label of a critical point from its subset and its arcs.

    Args:
        widths: (d_x, d_1, ..., d_y).
        eigenvalues: The d_y eigenvalues of Sigma, descending.
        subset: The eigenvalues that the product holds, counted from 0.
        arcs: The strings of the point, (start, length) each.
        input_rank: The rank of the inputs; d_x by default. The orbit dimension is then the one at
            points whose first matrix is zero off the inputs' span.
        target_rank: The number of positive eigenvalues; by default those that are not negligible
            beside the largest.

    Returns:
        The label; its integers are exact at every point with this subset and these arcs.

    Raises:
        ValueError: If widths, eigenvalues, subset and arcs do not fit each other.

    Example:
        >>> from lossatlas.theory.deep_linear import predict
        >>> label = predict((3, 3, 3, 3), [25.0, 9.0, 4.0], (0,), [(1, 2)] * 2 + [(3, 2)] * 2)
        >>> label.index, label.nullity, label.kind.value
        (4, 14, 'strict saddle')
    """
    widths = checked_widths(widths)
    values = checked_eigenvalues(eigenvalues, widths)
    if target_rank is None:
        target_rank = int(np.sum(values > ZERO_TOLERANCE * values[0]))
    subset = checked_subset(subset, widths, target_rank)
    ordered = checked_arcs(
        arcs, widths, len(subset), target_rank=target_rank, input_rank=input_rank
    )
    return labelled(widths, tie_groups(values), target_rank, subset, ordered, input_rank=input_rank)


def labelled(
    widths: Sequence[int],
    groups: Sequence[int],
    target_rank: int,
    subset: tuple[int, ...],
    arcs: tuple[Arc, ...],
    *,
    input_rank: int | None = None,
    gap: float = float("inf"),
    cut: float = 0.0,
    residual: float = 0.0,
) -> Label:
    """The label from checked parts, `groups` numbering the ties among the eigenvalues."""
    r, depth = len(subset), len(widths) - 1
    rho = widths[0] if input_rank is None else input_rank
    inversions, ties = inversions_and_ties(subset, groups)
    pairs, residual_pairs = covering_pairs(arcs, depth)
    index = inversions + pairs
    rank_hessian = r * (rho + widths[-1] - r) - ties + 2 * pairs + residual_pairs
    return Label(
        subset=subset,
        arcs=arcs,
        rank=r,
        index=index,
        nullity=num_parameters(widths) - rank_hessian,
        positive=rank_hessian - index,
        pairs=pairs,
        kind=_kind(index, r == largest_rank((rho, *widths[1:]), target_rank)),
        orbit_dimension=orbit_from_intervals(widths, intervals(arcs, depth, r)),
        gap=gap,
        cut=cut,
        residual=residual,
    )


def inversions_and_ties(subset: Sequence[int], groups: Sequence[int]) -> tuple[int, int]:
    """inv(S), and the number of tied pairs with one member in S."""
    outside = [groups[q] for q in range(len(groups)) if q not in subset]
    inversions = sum(g < groups[s] for s in subset for g in outside)
    return inversions, sum(g == groups[s] for s in subset for g in outside)


def num_parameters(widths: Sequence[int]) -> int:
    """The number P of entries of all matrices."""
    return sum(a * b for a, b in pairwise(widths))


def orbit_from_intervals(widths: Sequence[int], intervals: Mapping[tuple[int, int], int]) -> int:
    """The dimension of the orbit under changes of the hidden bases, from the open strings.

    The stabiliser's tangent space is the maps from strings to strings that vanish at layers 0 and
    L; there is one, up to scale, from [a, b] to [c, d] when c <= a <= d <= b, a >= 1 and d < L.
    """
    depth = len(widths) - 1
    stabiliser = sum(
        n * m
        for (a, b), n in intervals.items()
        for (c, d), m in intervals.items()
        if c <= a <= d <= b and a >= 1 and d < depth
    )
    return sum(d * d for d in widths[1:-1]) - stabiliser


def _kind(index: int, full_rank: bool) -> Kind:
    if index > 0:
        return Kind.STRICT_SADDLE
    return Kind.GLOBAL_MINIMUM if full_rank else Kind.BAD_SADDLE
