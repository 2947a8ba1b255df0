"""Choosing classes and samples, with the shares of the classes kept.

The draw uses the raw bits of PCG64, whose stream NumPy promises not to change, so a seed names the
same samples for good.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Int, UInt64
from numpy import ndarray

from lossatlas.errors import misuse


def checked_classes(classes: Sequence[int] | None) -> tuple[int, ...]:
    """The digits asked for; None means all ten.

    Raises:
        ValueError: If one is not a digit, or is named twice, or none is named.
    """
    chosen = tuple(range(10)) if classes is None else tuple(int(digit) for digit in classes)
    if not chosen or len(set(chosen)) < len(chosen) or not set(chosen) <= set(range(10)):
        raise misuse(
            "classes",
            should="be different digits from 0 to 9, at least one",
            got=chosen,
            remedy="Pass None for all ten.",
        )
    return chosen


def stratified(
    labels: Int[ndarray, " n"], samples: int, seed: int | Sequence[int]
) -> Int[ndarray, " m"]:
    """Rows of a sample in which each class has its share.

    Shares are rounded by largest remainder, a tie going to the smaller label.

    Args:
        labels: The class of each row.
        samples: How many rows to choose.
        seed: One integer or several, not negative.

    Returns:
        The chosen rows, ascending.

    Raises:
        ValueError: If `samples` is not in 1..n.
    """
    if not 1 <= samples <= len(labels):
        raise misuse(
            "samples",
            should=f"be in 1..{len(labels)}",
            got=samples,
            remedy="Pass None for all of them.",
        )
    return shares(labels, samples, draws_of(len(labels), seed))


def draws_of(n: int, seed: int | Sequence[int]) -> UInt64[ndarray, " n"]:
    """One random word a row: a function of the seed alone, with no generator in between."""
    entropy: Any = seed
    words: ndarray = np.random.PCG64(np.random.SeedSequence(entropy)).random_raw(n)
    return words


def shares(
    labels: Int[ndarray, " n"], samples: int, draws: UInt64[ndarray, " n"]
) -> Int[ndarray, " m"]:
    """The rows with the smallest draws of each class, as many as its share, ascending."""
    classes, sizes = np.unique(labels, return_counts=True)
    chosen = [
        rows[np.argsort(draws[rows], kind="stable")[:quota]]
        for digit, quota in zip(classes, _quotas(sizes, samples), strict=True)
        for rows in [np.flatnonzero(labels == digit)]
    ]
    return np.sort(np.concatenate(chosen))


def _quotas(sizes: Int[ndarray, " c"], samples: int) -> Int[ndarray, " c"]:
    """Whole shares of `samples` in proportion to the sizes; in integers, so no tie is rounding."""
    quotas, remainders = np.divmod(sizes * samples, sizes.sum())
    order = np.argsort(-remainders, kind="stable")
    quotas[order[: samples - quotas.sum()]] += 1
    return quotas
