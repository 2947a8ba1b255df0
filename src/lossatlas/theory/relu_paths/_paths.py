"""Paths taken one by one: all of them for a small network, a random sample of a large one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, final

from jaxtyping import Bool, Float, Int, Real
from numpy import ndarray
from numpy.random import Generator

from ._gates import Gates


@final
@dataclass(frozen=True, eq=False)
class Paths:
    """Some paths of a network: the unit that each visits in every layer, and its product of weights.

    `units[t]` is (i_0, ..., i_H); `products[t]` is prod_k W_k[i_k, i_{k-1}].
    """

    units: Int[ndarray, "m H+1"]
    products: Float[ndarray, " m"]

    def rates(self, gates: Gates) -> Float[ndarray, " m"]:
        """The activation probability pi of each path: the share of samples on which all its units fire."""
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self.units)


@final
@dataclass(frozen=True, eq=False)
class ListedPaths:
    """Every path of a network and its gate on every sample.

    `paths` in lexicographic order of their units; `open[t, x]` is A_t(x); `terms[t, x]` is what
    path t adds to its output at x: input times gate times product of weights.
    """

    paths: Paths
    open: Bool[ndarray, "m n"]
    terms: Float[ndarray, "m n"]


def listed(weights: Sequence[Real[ndarray, "_ _"]], X: Real[ndarray, "n d_0"]) -> ListedPaths:
    """Every path of a small network, by listing.

    Raises:
        MemoryForecastError: If they are too many to list; the message says how much they would take.
    """
    raise NotImplementedError


def sample(
    weights: Sequence[Real[ndarray, "_ _"]],
    number: int,
    rng: Generator,
    *,
    law: Literal["uniform", "weight"] = "uniform",
) -> Paths:
    """Independent random paths, drawn exactly from their law.

    Args:
        weights: [W_1, ..., W_H].
        number: How many.
        rng: The source of randomness.
        law: "uniform", every path alike, or "weight", proportional to |product of weights|.
    """
    raise NotImplementedError


def moment(
    weights: Sequence[Real[ndarray, "_ _"]],
    X: Real[ndarray, "n d_0"],
    order: int,
    *,
    number: int,
    rng: Generator,
    gates: Gates | None = None,
) -> tuple[float, float]:
    """E[pi^q] over all paths for the distribution of the samples: (unbiased estimate, standard error)."""
    raise NotImplementedError
