"""A homogeneous polynomial on the circle that two coordinates span, exactly.

Turning (w_i, w_j) by an angle adds d = (R(angle) - 1)(w_i, w_j) to them and leaves the norm and
every other coordinate alone. With D_m the tensor T contracted with w over all but m indices, these
restricted to {i, j},

    H(w + d) - H(w) = sum_{m=1..p} C(p, m) D_m d^m,

a trigonometric polynomial of degree p in the angle and no approximation. All D_m come out of the
one contraction of the two slices T_i, T_j with w that D_1 needs: 2/N of a whole contraction of T.
The replica axis is the last one, so that each row of a coordinate is contiguous.
"""

from math import comb

import torch
from jaxtyping import Float, Int
from torch import Tensor


def corners(T: Tensor, pairs: Int[Tensor, "m 2"]) -> Float[Tensor, "m ..."]:
    """T restricted to each pair of coordinates, (m, 2, ..., 2)."""
    order = T.ndim
    where = [
        pairs.reshape(len(pairs), *(2 if axis == k else 1 for axis in range(order)))
        for k in range(order)
    ]
    return T[tuple(where)]


def restricted(T: Tensor, corner: Tensor, W: Float[Tensor, "N R"], pair: Tensor) -> list[Tensor]:
    """The tensors D_1, ..., D_p for a pair of coordinates.

    Args:
        T: The symmetric tensor.
        corner: Its restriction to the pair.
        W: The points, a column a replica.
        pair: The two coordinates.

    Returns:
        D_m of shape (2,) * m + (R,), the last one with one column for all replicas.
    """
    order, size = T.ndim, len(W)
    terms = [corner[..., None]]
    X = (T.index_select(0, pair).reshape(-1, size) @ W).unflatten(
        0, (2, *[size] * (order - 2))
    )  # (2, N.., R)
    terms.append(_on_pair(X, pair))
    for _ in range(order - 2):
        X = (X * W).sum(-2)
        terms.append(_on_pair(X, pair))
    return terms[::-1]


def _on_pair(X: Tensor, pair: Tensor) -> Tensor:
    """The axes after the first, except the replicas', restricted to the pair."""
    for axis in range(1, X.ndim - 1):
        X = X.index_select(axis, pair)
    return X


def change(terms: list[Tensor], d: Float[Tensor, "2 R"]) -> Float[Tensor, " R"]:
    """sum_m C(p, m) D_m d^m for each replica, by Horner's scheme in d."""
    order = len(terms)
    total = terms[-1]
    for m in range(order - 1, 0, -1):
        total = torch.add((total * d).sum(-2), terms[m - 1], alpha=comb(order, m))
    return (total * d).sum(0)


def turns(angles: Float[Tensor, "m R"]) -> Float[Tensor, "m 2 2 R"]:
    """R(angle) - 1 as matrices, without the cancellation of cos(angle) - 1."""
    less, sine = -2 * (angles / 2).sin().square(), angles.sin()
    return torch.stack([torch.stack([less, -sine], 1), torch.stack([sine, less], 1)], 1)
