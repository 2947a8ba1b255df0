"""What a spin glass is asked to be made from, checked at the door."""

import torch
from torch import Tensor

from lossatlas.errors import misuse

from ._multi_indices import MAX_ORDER, count
from ._validate import FLOATS, check_finite


def check_spin_glass(order: int, size: int, dtype: torch.dtype, replicas: int | None) -> None:
    """An order from 2 on, a size from 2 on, a floating type, a number of replicas or none."""
    if not isinstance(order, int) or not 2 <= order <= MAX_ORDER:
        raise misuse(
            "order",
            should=f"be an integer from 2 to {MAX_ORDER}",
            got=order,
            remedy="Order 2 is a symmetric matrix, order 3 the first spin glass with many minima.",
        )
    if not isinstance(size, int) or size < 2:
        raise misuse(
            "size",
            should="be an integer, at least 2",
            got=size,
            remedy="The sphere in R^1 is two points without directions.",
        )
    if dtype not in FLOATS:
        raise misuse(
            "dtype", should="be float32 or float64", got=dtype, remedy="Leave it out for float64."
        )
    if replicas is not None and replicas < 1:
        raise misuse(
            "replicas",
            should="be at least 1",
            got=replicas,
            remedy="Leave it out where it is not known.",
        )


def check_entries(entries: Tensor, order: int, size: int, dtype: torch.dtype) -> None:
    """Independent entries of the right number and type, all of them finite."""
    expected = count(size, order)
    if entries.shape != (expected,) or entries.dtype != dtype:
        raise misuse(
            "given",
            should=f"have shape ({expected},) and type {dtype}",
            got=f"{tuple(entries.shape)}, {entries.dtype}",
            remedy="List the entries with i_1 <= ... <= i_p in lexicographic order.",
        )
    check_finite("given", entries)


def check_couplings(J: Tensor) -> None:
    """A finite tensor N x ... x N of two axes or more."""
    if J.ndim < 2 or len(set(J.shape)) != 1:
        raise misuse(
            "J",
            should="have shape (N, ..., N) with as many axes as the order, two or more",
            got=tuple(J.shape),
            remedy="A 3-spin of size 20 takes a tensor (20, 20, 20).",
        )
    check_spin_glass(J.ndim, len(J), torch.float64, None)
    if J.dtype not in FLOATS:
        raise misuse("J", should="be float32 or float64", got=J.dtype, remedy="Call `.double()`.")
    check_finite("J", J)


def check_rows(rows: Tensor, size: int) -> None:
    """Some indices of couplings, in range, none twice."""
    valid = rows.ndim == 1 and len(rows) > 0 and not rows.is_floating_point()
    if (
        not valid
        or int(rows.min()) < 0
        or int(rows.max()) >= size
        or len(rows.unique()) < len(rows)
    ):
        raise misuse(
            "rows",
            should=f"be distinct integers (m,) from 0 to {size - 1}, at least one",
            got=rows.tolist() if rows.numel() < 10 else f"shape {tuple(rows.shape)}",
            remedy="`torch.randperm(size, generator=generator)[:m]` draws some.",
        )
