"""A homogeneous polynomial on the circle that two coordinates span, exactly.

Turning (w_i, w_j) by an angle adds d = (R(angle) - 1)(w_i, w_j) to them and leaves the norm and
every other coordinate alone. With D_m the tensor T contracted with w over all but m indices, these
restricted to {i, j},

    H(w + d) - H(w) = sum_{m=1..p} C(p, m) D_m d^m,

a trigonometric polynomial of degree p in the angle and no approximation. All D_m come out of the
one contraction of the two slices T_i, T_j with w that D_1 needs: 2/N of a whole contraction of T.
The first axis counts the tensors, the last one the replicas, so that each row of a coordinate is
contiguous.
"""

from math import comb

import torch
from jaxtyping import Float, Int
from torch import Tensor


def corners(T: Float[Tensor, "D ..."], pairs: Int[Tensor, "m 2"]) -> Float[Tensor, "m D ..."]:
    """Each tensor restricted to each pair of coordinates, (m, D, 2, ..., 2)."""
    order = T.ndim - 1
    where: list[slice | Tensor] = [slice(None)]
    where += [
        pairs.reshape(len(pairs), *(2 if axis == k else 1 for axis in range(order)))
        for k in range(order)
    ]
    return T[tuple(where)].movedim(1, 0)


def restricted(
    T: Float[Tensor, "D ..."],
    corner: Float[Tensor, "D ..."],
    W: Float[Tensor, "D N R"],
    pair: Tensor,
) -> list[Tensor]:
    """The tensors D_1, ..., D_p for a pair of coordinates.

    Args:
        T: The symmetric tensors.
        corner: Their restrictions to the pair.
        W: The points, a column a replica.
        pair: The two coordinates.

    Returns:
        D_m of shape (D,) + (2,) * m + (R,), the last one with one column for all replicas.
    """
    count, size, free = len(T), W.shape[1], T.ndim - 3
    X = torch.bmm(T.index_select(1, pair).reshape(count, -1, size), W)
    X = X.unflatten(1, (2, *[size] * free))  # (D, 2, N, .., N, R)
    terms = [corner[..., None], _on_pair(X, pair)]
    for left in range(free, 0, -1):
        X = (X * W.reshape(count, *[1] * left, size, -1)).sum(-2)
        terms.append(_on_pair(X, pair))
    return terms[::-1]


def _on_pair(X: Tensor, pair: Tensor) -> Tensor:
    """The axes after the first two, except the replicas', restricted to the pair."""
    for axis in range(2, X.ndim - 1):
        X = X.index_select(axis, pair)
    return X


def change(terms: list[Tensor], d: Float[Tensor, "D 2 R"]) -> Float[Tensor, "D R"]:
    """sum_m C(p, m) D_m d^m for each replica, by Horner's scheme in d."""
    order = len(terms)
    total = terms[-1]
    for m in range(order - 1, 0, -1):
        step = d.reshape(len(d), *[1] * m, 2, -1)
        total = torch.add((total * step).sum(-2), terms[m - 1], alpha=comb(order, m))
    return (total * d).sum(1)


def turns(angles: Float[Tensor, "*m R"]) -> Float[Tensor, "*m 2 2 R"]:
    """R(angle) - 1 as matrices, without the cancellation of cos(angle) - 1."""
    less, sine = -2 * (angles / 2).sin().square(), angles.sin()
    return torch.stack([torch.stack([less, -sine], -2), torch.stack([sine, less], -2)], -3)
