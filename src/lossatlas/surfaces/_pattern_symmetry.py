"""The velocities of a pattern's symmetry: groups of units mixed, and what undoes it above.

If row i of W_k takes up eps times row j of the same group, unit i gives eps r_i / r_j times what j
gives more, r their ratios; column j of W_{k+1} loses eps r_i / r_j times column i, and every output
is as it was. With biases and constant gates, b_k[i] may take up eps, and b_{k+1} loses eps r_i times
column i. Velocities are linear in the weights: with r the largest ratio involved, a change of the
weights by d changes their matrix by at most (2 (1 + r^2))^{1/2} d.
"""

from collections.abc import Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np

from ._pattern import Array, Pattern

_RANK_CUT = 1e-8


def velocities(matrices: Sequence[Any], pattern: Pattern) -> list[list[Any]]:
    """The velocities at one point, each a vector over all entries of [W_k b_k].

    Args:
        matrices: [W_k b_k] as lists of rows, of floats or of balls.
        pattern: The pattern.
    """
    starts = np.cumsum([0, *(len(W) * len(W[0]) for W in matrices)]).tolist()
    found = []
    for group in pattern.groups:
        own, above = matrices[group.layer], matrices[group.layer + 1]
        at, up = starts[group.layer], starts[group.layer + 1]
        width, wide = len(own[0]), len(above[0])
        units = list(zip(group.members, group.ratios, strict=True))
        for (i, r_i), (j, r_j) in product(units, units):
            v = [0 * own[0][0]] * starts[-1]
            v[at + i * width : at + (i + 1) * width] = own[j]
            for a, row in enumerate(above):
                v[up + a * wide + j] = -(row[i] * r_i) / r_j
            found.append(v)
        if pattern.biases and group.constant:
            for i, r_i in units:
                v = [0 * own[0][0]] * starts[-1]
                v[at + (i + 1) * width - 1] = own[0][0] * 0 + 1
                for a, row in enumerate(above):
                    v[up + (a + 1) * wide - 1] = -row[i] * r_i
                found.append(v)
    return found


def steepness(pattern: Pattern) -> float:
    """How fast the matrix of velocities changes with the weights, at most."""
    largest = 1.0
    for group in pattern.groups:
        ratios = group.ratios
        largest = max(largest, max(ratios), max(ratios) / min(ratios))
    return float((2 * (1 + largest**2)) ** 0.5 * (1 + 1e-9))


def span(M: Array) -> Array:
    """Columns near an orthonormal basis of the velocities (P, g): (P, q)."""
    if M.size == 0:
        return M[:, :0]
    # Rescaled units differ by orders of magnitude: a rank is one of unit vectors.
    sizes = np.linalg.norm(M, axis=0)
    M = M[:, sizes > 0] / sizes[sizes > 0]
    if M.size == 0:
        return M[:, :0]
    U, s, _ = np.linalg.svd(M, full_matrices=False)
    return np.asarray(U[:, s > _RANK_CUT * s[0]])


def flat(masks: Sequence[Array]) -> Array:
    """Masks of the matrices as one mask of the flat vector."""
    return np.concatenate([mask.ravel() for mask in masks])


def shapes(widths: Sequence[int], *, biases: bool) -> list[tuple[int, int]]:
    """The shapes of [W_k b_k]."""
    return [(d, below + biases) for below, d in pairwise(widths)]
