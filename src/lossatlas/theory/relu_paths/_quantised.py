"""Assumption A2p: the same network with few distinct weights (redundancy)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from jaxtyping import Float, Int, Real
from numpy import ndarray


@final
@dataclass(frozen=True, eq=False)
class Quantised:
    """A network whose N weights take s values only.

    Attributes:
        weights: The matrices with every weight replaced by its value.
        labels: Which value, one integer matrix a layer: what `tuple_counts` takes.
        values: The s values, ascending.
        share: s/N.
        error: |W - W_s| / |W| over all weights, 0 for a network of zeros.
    """

    weights: tuple[Float[ndarray, "_ _"], ...]
    labels: tuple[Int[ndarray, "_ _"], ...]
    values: Float[ndarray, " s"]
    share: float
    error: float


def quantised(weights: Sequence[Real[ndarray, "_ _"]], num_values: int) -> Quantised:
    """Replace all weights by at most `num_values` values (k-means in one dimension, no randomness)."""
    raise NotImplementedError
