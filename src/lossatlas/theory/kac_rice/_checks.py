"""Checks of order, size, index and energies, in one place so that every door refuses alike."""

from operator import index as as_integer

import numpy as np

from lossatlas.errors import misuse

_FARTHEST = 1e4


def checked_order(order: int) -> int:
    """The order p, checked to be at least 2."""
    order = as_integer(order)
    if order < 2:
        raise misuse(
            "order",
            should="be at least 2",
            got=order,
            remedy="A form of order 1 is linear and has two critical points on the sphere.",
        )
    return order


def checked_size(size: int) -> int:
    """The size N, checked to be at least 2."""
    size = as_integer(size)
    if size < 2:
        raise misuse(
            "size",
            should="be at least 2",
            got=size,
            remedy="The sphere of size 1 is two points.",
        )
    return size


def checked_index(index: int, size: int | None = None) -> int:
    """The index, checked to be one that the size allows (any from 0 where there is no size)."""
    index = as_integer(index)
    if index < 0 or (size is not None and index >= size):
        upper = "or more" if size is None else f"to {size - 1}"
        raise misuse(
            "index",
            should=f"be 0 {upper}",
            got=index,
            remedy="It counts negative eigenvalues of a Hessian of N - 1 rows.",
        )
    return index


def checked_window(between: tuple[float, float]) -> tuple[float, float]:
    """The energy window (low, high), checked to be neither empty nor reversed."""
    low, high = (float(end) for end in between)
    if low > _FARTHEST or high < -_FARTHEST:
        raise misuse(
            "between",
            should=f"reach into -{_FARTHEST:g}..{_FARTHEST:g}",
            got=(low, high),
            remedy="Out there the number is below exp(-1e8): zero for every purpose.",
        )
    if not low < high:
        raise misuse(
            "between",
            should="be (low, high) with low below high",
            got=(low, high),
            remedy="Energies are per spin, u = H/N; use -inf or inf for an open end.",
        )
    return low, high


def checked_energy(energy: float) -> float:
    """One energy per spin, checked to be finite."""
    if not np.isfinite(energy):
        raise misuse(
            "energy", should="be finite", got=energy, remedy="Energies are per spin, u = H/N."
        )
    return float(energy)
