"""The independent entries of a symmetric tensor of couplings: drawn, and from and to a full one."""

import torch
from torch import Generator, Tensor

from lossatlas.linalg import forecast

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

    One axis after the other: of a tensor symmetric in its first k axes, the mean over which of the
    first k + 1 comes last is symmetric in those; p^2 / 2 passes in place of p!. A tensor that is
    symmetric already keeps its numbers to the last bit.

    Raises:
        MemoryForecastError: If the working space does not fit.
    """
    if not all(torch.equal(J, J.transpose(k, k + 1)) for k in range(J.ndim - 1)):
        forecast(
            2 * J.numel() * J.element_size(),
            purpose=f"Symmetrising couplings of shape {tuple(J.shape)}",
            remedy="Pass couplings that are symmetric.",
            device=J.device,
        )
        for k in range(1, J.ndim):
            total = J.clone()
            for axis in range(k):
                total += J.transpose(axis, k)
            J = total.div_(k + 1)
    parts = []
    for first in range(len(J)):
        others = first + multi_indices(len(J) - first, J.ndim - 1).to(J.device)
        parts.append(J[first][tuple(others.T)])
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
