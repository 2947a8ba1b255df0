"""The mean numbers of critical points of every index at one size."""

from math import inf

from lossatlas.errors import misuse

from ._checks import checked_size, checked_window
from ._mean_count import LARGEST_BY_INDEX, MeanCount, mean_count_report


def mean_counts_by_index(
    size: int, order: int, *, between: tuple[float, float] = (-inf, inf)
) -> tuple[MeanCount, ...]:
    """The mean number of critical points of index 0, 1, ..., N - 1.

    Args:
        size: The size N, 2 to 150; some 20 s at 60.
        order: The order p, at least 2.
        between: The window (low, high) of energies per spin.

    Returns:
        One count an index. In a window that is symmetric about 0 index k mirrors index N - 1 - k.

    Raises:
        ValueError: If order, size or window is out of range.

    Example:
        >>> [round(count.value, 6) for count in mean_counts_by_index(4, 3)]
        [3.579524, 5.815592, 5.815592, 3.579524]
    """
    size, (low, high) = checked_size(size), checked_window(between)
    if size > LARGEST_BY_INDEX:
        raise misuse(
            "size",
            should=f"be at most {LARGEST_BY_INDEX} for the exact counts of every index",
            got=size,
            remedy="Ask `mean_count_estimate` for a Monte Carlo value with its standard error.",
        )
    asked = range((size + 1) // 2 if low == -high else size)
    counts = [mean_count_report(size, order, index=k, between=between) for k in asked]
    return (*counts, *counts[: size - len(counts)][::-1])
