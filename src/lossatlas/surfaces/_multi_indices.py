"""Multi-indices i_1 <= ... <= i_p: the independent entries of a symmetric tensor, in order.

They are counted and listed in lexicographic order. The place of one in that order is a sum of one
number for each of its positions, so that places of whole blocks are sums of short vectors. Each
stands for m = p! / (c_1! c_2! ...) entries of the tensor, c_i how often i occurs.
"""

from math import comb, factorial

import torch
from torch import Tensor

# p! is a float64 up to here.
MAX_ORDER = 170


def count(size: int, order: int) -> int:
    """How many there are: C(N + p - 1, p)."""
    return comb(size + order - 1, order)


def multi_indices(size: int, order: int) -> Tensor:
    """All of them as rows (count, p), in lexicographic order."""
    rows = torch.zeros(1, 0, dtype=torch.long)
    for _ in range(order):
        last = rows[:, -1] if rows.shape[1] else rows.new_zeros(1)
        parent, column = _children(last, size)
        rows = torch.cat([rows[parent], column[:, None]], dim=1)
    return rows


def multiplicities(size: int, order: int, first: int | None = None) -> Tensor:
    """How many entries each stands for, in float64: all of them, or those with i_1 = `first`."""
    last = torch.arange(size) if first is None else torch.tensor([first])
    run, shared = torch.ones_like(last), torch.ones(len(last), dtype=torch.float64)
    for _ in range(order - 1):
        parent, column = _children(last, size)
        run = torch.where(column == last[parent], run[parent] + 1, 1)
        shared, last = shared[parent] * run, column
    return factorial(order) / shared


def place(indices: list[Tensor], size: int) -> Tensor:
    """The place in lexicographic order of multi-indices given position by position.

    The number of those from v on with p - t + 1 positions left is C(N - v + p - t, p - t + 1); each
    position passes over the ones between its predecessor and itself.

    Args:
        indices: i_1 <= ... <= i_p, tensors that broadcast.
        size: N.
    """
    order = len(indices)
    total = torch.tensor(count(size, order), device=indices[0].device)
    for t, index in enumerate(indices):
        left = order - t
        table = [comb(size - v + left - 1, left) for v in range(size)]
        if left > 1:
            table = [comb(size - v + left - 2, left - 1) - a for v, a in enumerate(table)]
        else:
            table = [-a for a in table]
        total = total + torch.tensor(table, device=index.device)[index]
    return total


def _children(last: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """For rows that end in `last`: each row once for every value from there on, and that value."""
    counts = size - last
    parent = torch.repeat_interleave(torch.arange(len(last)), counts)
    start = torch.cumsum(counts, 0) - counts
    return parent, torch.arange(len(parent)) - start[parent] + last[parent]
