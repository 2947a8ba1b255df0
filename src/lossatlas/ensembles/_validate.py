"""What a caller handed over, checked once at the door."""

from collections.abc import Sequence
from math import isfinite
from operator import index

import numpy as np
from jaxtyping import UInt64
from numpy import ndarray

from lossatlas.errors import misuse
from lossatlas.surfaces import Perceptron


def check_positive(name: str, value: float) -> None:
    """A finite number above zero."""
    if not (isfinite(value) and value > 0):
        raise misuse(
            name, should="be a number above 0", got=value, remedy="Choose a positive number."
        )


def check_nonnegative(name: str, value: float) -> None:
    """A finite number, zero or above."""
    if not (isfinite(value) and value >= 0):
        raise misuse(name, should="be a number, at least 0", got=value, remedy="Choose 0 for none.")


def check_count(name: str, value: int, *, least: int = 0) -> None:
    """A whole number, `least` or above."""
    if isinstance(value, bool) or value != int(value) or value < least:
        raise misuse(
            name,
            should=f"be a whole number, at least {least}",
            got=value,
            remedy=f"Choose {least} or more.",
        )


def check_seeds(seeds: Sequence[int]) -> UInt64[ndarray, " M"]:
    """Whole numbers from 0 to below 2^64, at least one, as an array."""
    try:
        numbers = [index(seed) for seed in seeds]
    except TypeError as wrong:
        raise _bad_seeds(seeds) from wrong
    if not numbers or min(numbers) < 0 or max(numbers) >= 2**64:
        raise _bad_seeds(numbers)
    return np.array(numbers, dtype=np.uint64)


def _bad_seeds(seeds: object) -> ValueError:
    shown = repr(seeds)
    return misuse(
        "seeds",
        should="hold one whole number a network, from 0 to below 2^64",
        got=shown if len(shown) <= 60 else f"{shown[:57]}...",
        remedy="Pass `range(M)` for M networks.",
    )


def check_surface(surface: Perceptron) -> None:
    """A perceptron whose loss is a mean over its samples."""
    if not isinstance(surface, Perceptron):
        raise misuse(
            "surface",
            should="be a Perceptron",
            got=type(surface).__name__,
            remedy="Build one with `surfaces.Perceptron`.",
        )
    if surface.reduction != "mean":
        raise misuse(
            "surface",
            should='have the reduction "mean": a step follows the mean over its batch',
            got=repr(surface.reduction),
            remedy='Build it with `reduction="mean"`.',
        )
