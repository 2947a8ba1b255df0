"""Unordered pairs j <= k of 0..N-1 in lexicographic order: half of a symmetric matrix as a row."""

from functools import lru_cache

import torch
from jaxtyping import Float
from torch import Tensor

# From here on rows of products beat gathers: fewer, longer passes through memory.
_LONG = 2**15


@lru_cache(maxsize=64)
def pair_indices(size: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """J and k of each pair."""
    first, second = torch.triu_indices(size, size, device=device)
    return first, second


def pair_offsets(size: int) -> list[int]:
    """Where the pairs with j = 0, 1, ... begin, and where they end."""
    return [j * size - j * (j - 1) // 2 for j in range(size + 1)]


@lru_cache(maxsize=8)
def pair_places(size: int, device: torch.device) -> Tensor:
    """For each entry of a symmetric matrix, row by row, the place of its pair."""
    offsets = torch.tensor(pair_offsets(size), device=device)[:-1]
    i = torch.arange(size, device=device)
    low, high = torch.minimum(i[:, None], i), torch.maximum(i[:, None], i)
    return (offsets[low] + high - low).flatten()


@lru_cache(maxsize=64)
def _diagonal_places(size: int, device: torch.device) -> Tensor:
    return torch.tensor(pair_offsets(size)[:-1], device=device)


def unpack(packed: Float[Tensor, "b n"], size: int) -> Float[Tensor, "b N N"]:
    """Symmetric matrices from their halves."""
    places = pair_places(size, packed.device)
    return packed.index_select(1, places).reshape(-1, size, size)


def pair_squares(w: Float[Tensor, "b N"]) -> Float[Tensor, "n b"]:
    """The coefficients of M's half in w.M w: 2 w_j w_k, and w_j^2 on the diagonal.

    Replicas run along the last axis, where memory is contiguous.
    """
    wt = w.T.contiguous()
    return _halve_diagonal(_ordered_products(2 * wt, wt))


def pair_products(w: Float[Tensor, "b N"], v: Float[Tensor, "b N"]) -> Float[Tensor, "n b"]:
    """The coefficients of M's half in w.M v: w_j v_k + w_k v_j, and w_j v_j on the diagonal."""
    wt, vt = w.T.contiguous(), v.T.contiguous()
    return _halve_diagonal(_ordered_products(wt, vt).add_(_ordered_products(vt, wt)))


def _halve_diagonal(products: Tensor) -> Tensor:
    size = int((2 * len(products)) ** 0.5)
    diagonal = _diagonal_places(size, products.device)
    products[diagonal] = products[diagonal] / 2
    return products


def _ordered_products(first: Float[Tensor, "N b"], second: Float[Tensor, "N b"]) -> Tensor:
    """first_j second_k for each pair j <= k."""
    size, device = len(first), first.device
    if first.numel() < _LONG:
        j, k = pair_indices(size, device)
        return first.index_select(0, j).mul_(second.index_select(0, k))
    offsets = pair_offsets(size)
    products = first.new_empty(offsets[-1], first.shape[1])
    for row in range(size):
        torch.mul(second[row:], first[row], out=products[offsets[row] : offsets[row + 1]])
    return products
