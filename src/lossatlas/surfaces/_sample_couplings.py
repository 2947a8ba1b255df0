"""The independent entries of a symmetrised tensor of couplings: drawn, or taken from a full one."""

from itertools import permutations
from math import factorial

import torch
from torch import Generator, Tensor

from lossatlas.errors import misuse

from ._multi_indices import count, multi_indices, multiplicities
from ._validate import check_finite


def sample_entries(order: int, size: int, generator: Generator, dtype: torch.dtype) -> Tensor:
    """The entries of the symmetrised tensor of independent normal J, by their own law.

    An entry is the mean of the m entries of J that its index can be permuted to: normal of variance
    1/m, independent of the others. For p = 3 that is N^3 / 6 normals in place of N^3.
    """
    shared = multiplicities(size, order).to(device=generator.device, dtype=dtype)
    normal = torch.randn(len(shared), generator=generator, dtype=dtype, device=generator.device)
    return normal / shared.sqrt()


def symmetrise(J: Tensor) -> Tensor:
    """The independent entries of the mean of J over all permutations of its axes.

    A tensor that is symmetric already keeps its numbers to the last bit.
    """
    indices = tuple(multi_indices(J.shape[0], J.ndim).to(J.device).T)
    if all(torch.equal(J, J.transpose(k, k + 1)) for k in range(J.ndim - 1)):
        return J[indices]
    total = torch.stack([J[permuted] for permuted in permutations(indices)]).sum(0)
    return total / factorial(J.ndim)


def check_entries(entries: Tensor | None, order: int, size: int, dtype: torch.dtype) -> Tensor:
    """Independent entries of the right number and type, all of them finite."""
    expected = count(size, order)
    if entries is None or entries.shape != (expected,) or entries.dtype != dtype:
        raise misuse(
            "given",
            should=f"have shape ({expected},) and type {dtype}",
            got=None if entries is None else f"{tuple(entries.shape)}, {entries.dtype}",
            remedy="List the entries with i_1 <= ... <= i_p in lexicographic order.",
        )
    check_finite("given", entries)
    return entries
