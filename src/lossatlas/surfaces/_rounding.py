"""Bounds on rounding, in the notation of Higham 2002, section 3.1."""

import torch
from torch import Tensor

_LOST = 1e-2


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
    return A.square().sum((-2, -1)).sqrt()
