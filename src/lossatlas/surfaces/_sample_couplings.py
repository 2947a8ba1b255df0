"""The independent entries of a symmetric tensor of couplings: drawn, and from and to a full one."""

from itertools import permutations
from math import factorial

import torch
from torch import Generator, Tensor

from lossatlas.errors import misuse

from ._multi_indices import count, multi_indices, multiplicities
from ._pairs import unpack
from ._validate import check_finite


def sample_entries(order: int, size: int, generator: Generator, dtype: torch.dtype) -> Tensor:
    """The entries of the symmetrised tensor of independent normal J, by their own law.

    An entry is the mean of the m entries of J that its index can be permuted to: normal of variance
    1/m, independent of the others. For p = 3 that is N^3 / 6 normals in place of N^3.
    """
    device, start = generator.device, 0
    entries = torch.randn(count(size, order), generator=generator, dtype=dtype, device=device)
    for first in range(size):
        shared = multiplicities(size, order, first).to(device=device, dtype=dtype)
        entries[start : start + len(shared)] /= shared.sqrt()
        start += len(shared)
    return entries


def symmetrise(J: Tensor) -> Tensor:
    """The independent entries of the mean of J over all permutations of its axes.

    A tensor that is symmetric already keeps its numbers to the last bit.
    """
    indices = tuple(multi_indices(J.shape[0], J.ndim).to(J.device).T)
    if all(torch.equal(J, J.transpose(k, k + 1)) for k in range(J.ndim - 1)):
        return J[indices]
    total = torch.stack([J[permuted] for permuted in permutations(indices)]).sum(0)
    return total / factorial(J.ndim)


def full_tensor(entries: Tensor, order: int, size: int) -> Tensor:
    """The symmetric tensor (N,) * p of its independent entries.

    Those with i_1 = i are a tensor of order p - 1 on the indices from i on, which belongs wherever
    one index is i and the others are not less.
    """
    if order == 2:
        return unpack(entries[None], size)[0]
    T, start = entries.new_empty((size,) * order), 0
    for i in range(size):
        length = count(size - i, order - 1)
        part = full_tensor(entries[start : start + length], order - 1, size - i)
        start += length
        for axis in range(order):
            T[(*[slice(i, None)] * axis, i, *[slice(i, None)] * (order - 1 - axis))] = part
    return T


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
