"""What a caller handed over, checked once at the door."""

from collections.abc import Mapping, Sequence
from math import isfinite
from operator import index

import numpy as np
from jaxtyping import UInt64
from numpy import ndarray
from torch import Tensor

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


def check_momentum(value: float) -> None:
    """The share of a velocity that a step keeps."""
    if not 0 <= value < 1:
        raise misuse(
            "momentum",
            should="be from 0 to below 1",
            got=value,
            remedy="0.9 is the usual choice; 0 is none.",
        )


def check_count(name: str, value: int, *, least: int = 0) -> None:
    """A whole number, `least` or above."""
    if isinstance(value, bool) or value != int(value) or value < least:
        raise misuse(
            name,
            should=f"be a whole number, at least {least}",
            got=value,
            remedy=f"Choose {least} or more.",
        )


def check_seeds(
    seeds: Sequence[int] | UInt64[ndarray, " M"], *, num_networks: int | None = None
) -> UInt64[ndarray, " M"]:
    """Whole numbers from 0 to below 2^64, at least one, as an array; as many as networks."""
    try:
        numbers = [index(seed) for seed in seeds]
    except TypeError as wrong:
        raise _bad_seeds(seeds) from wrong
    if not numbers or min(numbers) < 0 or max(numbers) >= 2**64:
        raise _bad_seeds(numbers)
    if num_networks is not None and len(numbers) != num_networks:
        raise misuse(
            "seeds",
            should=f"hold one number for each of the {num_networks} networks",
            got=f"{len(numbers)} numbers",
            remedy="Pass the seeds that the starts were drawn with.",
        )
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


def check_starts(surface: Perceptron, starts: Tensor) -> None:
    """A batch of points of the surface, of its type, where it is."""
    if starts.ndim != 2 or starts.shape[-1] != surface.dimension or not len(starts):
        raise misuse(
            "starts",
            should=f"have the shape (M, {surface.dimension}) with M at least 1",
            got=tuple(starts.shape),
            remedy="Draw them with `ensembles.draw_starts`; one start needs a leading axis too.",
        )
    if starts.dtype != surface.dtype or starts.device != surface.device:
        raise misuse(
            "starts",
            should=f"be {surface.dtype} on {surface.device}, as the surface is",
            got=f"{starts.dtype} on {starts.device}",
            remedy="Convert them with `.to(surface.inputs)`.",
        )


def check_held_out(surface: Perceptron, held_out: Mapping[str, Perceptron]) -> None:
    """Losses of the same networks, of the same type, in the same place."""
    for name, other in held_out.items():
        if not isinstance(other, Perceptron) or _network(other) != _network(surface):
            raise misuse(
                "held_out",
                should=f"hold losses of the same networks: {_network(surface)}",
                got=f"{_network(other) if isinstance(other, Perceptron) else other} as {name!r}",
                remedy="Build it as the training loss, with other samples.",
            )


def _network(surface: Perceptron) -> str:
    s = surface
    biases = "biases" if s.biases else "no biases"
    return f"{s.widths}, {s.activation}, {biases}, {s.dtype} on {s.device}"
