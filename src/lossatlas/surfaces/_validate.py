"""What a caller handed over, checked once at the door."""

from collections.abc import Sequence

import torch
from torch import Tensor

from lossatlas.errors import misuse

FLOATS = (torch.float32, torch.float64)


def check_widths(widths: Sequence[int]) -> tuple[int, ...]:
    """Widths as a tuple of at least two integers, each at least 1."""
    checked = tuple(widths)
    if len(checked) < 2 or any(not isinstance(d, int) or d < 1 for d in checked):
        raise misuse(
            "widths",
            should="hold the input's, each layer's and the output's width, each at least 1",
            got=checked,
            remedy="Give (d_x, d_1, ..., d_y), for example (64, 8, 10).",
        )
    return checked


def check_samples(name: str, samples: Tensor, width: int) -> None:
    """A sample matrix (n, width) of finite floats with n at least 1."""
    if samples.dtype not in FLOATS:
        raise misuse(
            name, should="be float32 or float64", got=samples.dtype, remedy="Call `.double()`."
        )
    if samples.ndim != 2 or samples.shape[1] != width:
        raise misuse(
            name,
            should=f"have shape (n, {width}), samples as rows",
            got=tuple(samples.shape),
            remedy="Transpose the data or change `widths`.",
        )
    if samples.shape[0] == 0:
        raise misuse(
            name, should="hold at least one sample", got="none", remedy="Check the selection."
        )
    check_finite(name, samples)


def check_finite(name: str, samples: Tensor) -> None:
    """No NaN and no infinity."""
    bad = int((~samples.isfinite()).sum())
    if bad:
        raise misuse(
            name,
            should="be finite",
            got=f"{bad} of {samples.numel()} entries NaN or infinite",
            remedy="Drop or impute those samples.",
        )


def check_pair(inputs: Tensor, targets: Tensor) -> None:
    """Inputs and targets of equal number, type and place."""
    if inputs.shape[0] != targets.shape[0]:
        raise misuse(
            "targets",
            should=f"have one row for each of the {inputs.shape[0]} inputs",
            got=f"{targets.shape[0]} rows",
            remedy="Pass inputs and targets of the same samples.",
        )
    if inputs.device != targets.device:
        raise misuse(
            "targets",
            should=f"be on {inputs.device}, as the inputs are",
            got=targets.device,
            remedy="Move one of them with `.to(...)`.",
        )


def check_same_dtype(inputs: Tensor, targets: Tensor) -> None:
    """Real targets have the inputs' floating type."""
    if inputs.dtype != targets.dtype:
        raise misuse(
            "targets",
            should=f"have the inputs' type {inputs.dtype}",
            got=targets.dtype,
            remedy="Convert one of them with `.to(...)`.",
        )


def check_reduction(reduction: str) -> None:
    """One of the two words."""
    if reduction not in ("sum", "mean"):
        raise misuse(
            "reduction",
            should='be "sum" or "mean"',
            got=repr(reduction),
            remedy='The papers\' losses are "sum".',
        )


def check_point(
    name: str,
    w: Tensor,
    dimension: int,
    dtype: torch.dtype,
    *,
    remedy: str = "Pack matrices with `surface.point(...)`.",
) -> None:
    """A point or vector of the surface's length and type."""
    if w.ndim == 0 or w.shape[-1] != dimension:
        raise misuse(
            name,
            should=f"have {dimension} entries in its last axis",
            got=tuple(w.shape),
            remedy=remedy,
        )
    if w.dtype != dtype:
        raise misuse(
            name,
            should=f"have the surface's type {dtype}",
            got=w.dtype,
            remedy="Convert it with `.to(surface.dtype)`.",
        )
