"""Rows of points in blocks whose Hessians stay near the processor.

The size of a block follows from P alone, never from the machine, so that the same batch gives the
same bits everywhere on one type of processor.
"""

from collections.abc import Iterator

_ENTRIES = 2**20


def blocks(count: int, dimension: int) -> Iterator[slice]:
    """Slices that cover 0..count-1, each with at most about a million Hessian entries."""
    size = max(1, _ENTRIES // max(1, dimension * dimension))
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))
