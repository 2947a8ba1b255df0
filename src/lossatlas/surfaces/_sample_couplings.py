"""The independent entries of a symmetric tensor of couplings: drawn, and from and to a full one."""

from itertools import permutations
from math import factorial

import torch
from torch import Generator, Tensor

from ._multi_indices import count, multi_indices, multiplicities
from ._pairs import unpack


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
    is_symmetric = all(torch.equal(J, J.transpose(k, k + 1)) for k in range(J.ndim - 1))
    parts = []
    for first in range(len(J)):
        others = first + multi_indices(len(J) - first, J.ndim - 1).to(J.device)
        indices = (torch.full_like(others[:, 0], first), *others.T)
        if is_symmetric:
            parts.append(J[indices])
            continue
        total = torch.zeros_like(J[indices])
        for permuted in permutations(indices):
            total += J[permuted]
        parts.append(total / factorial(J.ndim))
    return torch.cat(parts)


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
            place: list[slice | int] = [slice(i, None)] * order
            place[axis] = i
            T[tuple(place)] = part
    return T
