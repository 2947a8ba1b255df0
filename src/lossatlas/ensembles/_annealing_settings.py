"""The settings of annealing, checked where it is made and fitted to a surface where it begins."""

from collections.abc import Sequence
from math import isfinite

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from lossatlas.dynamics import AbstractCooling
from lossatlas.errors import misuse

from ._annealing_temperatures import check_cooling
from ._validate import check_count, check_nonnegative, check_positive


def check_settings(
    *,
    cooling: AbstractCooling,
    sweeps: float,
    block: int,
    scale: float | tuple[float, ...],
    target: float | None,
    burn_in: int | None,
    values: tuple[float, ...] | None,
    weight_decay: float,
) -> None:
    """Refuse what is out of range.

    Raises:
        ValueError: For the first such setting.
    """
    check_cooling(cooling)
    check_positive("sweeps", sweeps)
    check_count("block", block, least=1)
    for each in _all(scale):
        check_positive("scale", each)
    if target is not None and not 0 < target < 1:
        raise misuse(
            "target",
            should="lie between 0 and 1, or be None",
            got=target,
            remedy="About 0.3 moves fastest.",
        )
    if burn_in is not None:
        check_count("burn_in", burn_in)
    if values is not None:
        _check_values(values)
    check_nonnegative("weight_decay", weight_decay)


def scales_for(scale: float | tuple[float, ...], num_layers: int) -> Float[ndarray, " L"]:
    """One standard deviation a layer.

    Raises:
        ValueError: If another number of them was given.
    """
    each = _all(scale)
    if len(each) not in (1, num_layers) or (isinstance(scale, tuple) and len(each) != num_layers):
        raise misuse(
            "scale",
            should=f"be one number, or one for each of the {num_layers} layers",
            got=scale,
            remedy="Give a single number to all of them.",
        )
    return np.broadcast_to(np.array(each, dtype=np.float64), (num_layers,)).copy()


def snapped(points: Float[Tensor, "M P"], values: Sequence[float]) -> Float[Tensor, "M P"]:
    """The nearest allowed values, the lower of two as near; what is not finite stays."""
    allowed = torch.tensor(sorted(values), dtype=points.dtype, device=points.device)
    middles = (allowed[1:] + allowed[:-1]) / 2
    nearest = allowed[torch.bucketize(points, middles)]
    return torch.where(points.isfinite(), nearest, points)


def _all(scale: float | tuple[float, ...]) -> tuple[float, ...]:
    return scale if isinstance(scale, tuple) else (scale,)


def _check_values(values: tuple[float, ...]) -> None:
    if len(set(values)) != len(values) or len(values) < 2 or not all(map(isfinite, values)):
        raise misuse(
            "values",
            should="hold at least two different finite numbers, or be None",
            got=values,
            remedy="The three values of the published experiment are (-1.0, 0.0, 1.0).",
        )
