"""Which storage for which couplings, by shapes alone; what would not fit is refused before.

The pairs of a 3-spin are fastest throughout. From about N = 650 on they would take a GiB and more,
and tiles take two fifths of it; many replicas at once, whose Hessians the pairs give in one product,
move that to N = 810.
"""

from math import comb

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas.linalg import available_memory, forecast

from ._compact_couplings import CompactCouplings, compact_numbers
from ._couplings import AbstractCouplings
from ._matrix_couplings import MatrixCouplings
from ._monomial_couplings import MonomialCouplings
from ._multi_indices import count
from ._pair_couplings import PairCouplings

_LARGE = 2**27
_MANY = 64
# Indices and other working space, whatever the size.
_WORKING = 2**26


def choose_couplings(
    entries: Float[Tensor, " K"], *, order: int, size: int, replicas: int | None
) -> AbstractCouplings:
    """The storage that is fastest for about so many points a call."""
    if order == 2:
        return MatrixCouplings.of(entries, size)
    if order > 3:
        return MonomialCouplings.of(entries, order, size)
    if _is_compact(size, replicas):
        return CompactCouplings.of(entries, size)
    return PairCouplings.of(entries, size)


def require_couplings(
    order: int, size: int, replicas: int | None, dtype: torch.dtype, device: torch.device
) -> None:
    """Refuse couplings that would not fit, and name the largest size that would.

    Raises:
        MemoryForecastError: If more is asked for than is free.
    """
    num_bytes = _peak_bytes(order, size, replicas, dtype)
    if num_bytes <= _WORKING:
        return
    largest = _largest_size(order, size, replicas, dtype, available_memory(device))
    remedy = (
        f"The largest size of order {order} that fits is {largest}."
        if largest >= 2
        else f"No size of order {order} fits; take a lower order."
    )
    forecast(
        num_bytes,
        purpose=f"A spin glass of order {order} and size {size}",
        remedy=remedy,
        device=device,
    )


def _is_compact(size: int, replicas: int | None) -> bool:
    limit = 2 * _LARGE if replicas is not None and replicas >= _MANY else _LARGE
    return size * comb(size + 1, 2) > limit


def _peak_bytes(order: int, size: int, replicas: int | None, dtype: torch.dtype) -> int:
    """The independent entries, a mask of them, and what is stored."""
    entries = count(size, order)
    if order == 2:
        stored = size**2
    elif order == 3 and _is_compact(size, replicas):
        stored = compact_numbers(size)
    else:
        stored = count(size, order - 2) * comb(size + 1, 2)
    return (entries + stored) * dtype.itemsize + 2 * entries + _WORKING


def _largest_size(
    order: int, size: int, replicas: int | None, dtype: torch.dtype, num_bytes: int
) -> int:
    """By bisection: what is needed grows with the size, up to where tiles replace pairs."""
    low, high = 1, size
    while high - low > 1:
        middle = (low + high) // 2
        fits = _peak_bytes(order, middle, replicas, dtype) <= num_bytes
        low, high = (middle, high) if fits else (low, middle)
    return low
