"""Bounds on rounding, in the notation of Higham 2002, section 3.1."""

from collections.abc import Callable

import torch
from torch import Tensor

_LOST = 1e-2
_ROUNDS = 3
_SPREAD = 1e-3


def accumulated(num_operations: int, dtype: torch.dtype) -> float:
    """gamma_n = n u / (1 - n u), the relative error that n roundings can build up to."""
    u = torch.finfo(dtype).eps / 2
    return num_operations * u / (1 - num_operations * u)


def cancellation_floor(difference: Tensor, *terms: Tensor) -> Tensor:
    """The Frobenius norm of a difference, or a hundredth of its terms' norms if that is more.

    Below that two digits are gone, and what is left moves with the rounding of the terms.
    """
    size = torch.stack(torch.broadcast_tensors(*(frobenius(term) for term in terms))).sum(0)
    return torch.maximum(frobenius(difference), _LOST * size)


def frobenius(A: Tensor) -> Tensor:
    """The Frobenius norm over the last two axes."""
    return A.square().sum((-2, -1)).sqrt()


def perron_bound(product: Callable[[Tensor], Tensor], start: Tensor) -> Tensor:
    """An upper bound on the 2-norm of symmetric matrices without negative entries.

    max_i (M v)_i / v_i bounds it for every positive v (Collatz 1942, Wielandt 1950); a few power
    steps from ones bring v near the top eigenvector, and a share of ones keeps it positive.

    Args:
        product: v -> M v for a batch of matrices.
        start: Ones (*b, P).
    """
    v, bounds = start, []
    for _ in range(_ROUNDS):
        image = product(v)
        bounds.append((image / v).amax(-1))
        top = image.amax(-1, keepdim=True)
        v = torch.where(top > 0, image / top, 0.0) + _SPREAD
    return torch.stack(bounds).amin(0)
