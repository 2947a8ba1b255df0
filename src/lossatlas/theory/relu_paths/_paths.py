"""Paths one by one: all of them, for a network small enough that the sums can be read off a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import final

import numpy as np
from jaxtyping import Bool, Float, Int, Real
from numpy import ndarray

from lossatlas.errors import MemoryForecastError

from ._checks import widths_of
from ._gates import Gates, prepared

_MOST_BYTES = 2**28


@final
@dataclass(frozen=True, eq=False)
class Paths:
    """Some paths of a network: the unit that each visits in every layer, and its product of weights.

    `units[t]` is (i_0, ..., i_H); `products[t]` is prod_k W_k[i_k, i_{k-1}].
    """

    units: Int[ndarray, "m layers"]
    products: Float[ndarray, " m"]

    def rates(self, gates: Gates) -> Float[ndarray, " m"]:
        """The activation probability pi of each path: the share of samples on which all its units fire.

        Args:
            gates: As `gates` returns them, of the network that the paths were taken from.

        Returns:
            One number a path, exact up to its division by n.
        """
        # eight samples a byte: a path's gate is the AND of its units' rows
        packed = [np.packbits(a.T, axis=1) for a in gates]
        open_ = packed[0][self.units[:, 1]]
        for k, rows in enumerate(packed[1:], start=2):
            open_ &= rows[self.units[:, k]]
        rates: ndarray = np.bitwise_count(open_).sum(axis=1) / len(gates[0])
        return rates

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

    Args:
        weights: [W_1, ..., W_H], W_k of shape (d_k, d_{k-1}).
        X: The samples, one a row.

    Returns:
        The paths to every output, with gates and terms.

    Raises:
        ValueError: If the arrays do not fit together or something is not finite.
        MemoryForecastError: If there are too many to list; nothing is allocated then.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory import relu_paths
        >>> found = relu_paths.listed([np.eye(2), np.ones((1, 2))], np.array([[1.0, -1.0]]))
        >>> found.paths.units.tolist()
        [[0, 0, 0], [0, 1, 0], [1, 0, 0], [1, 1, 0]]
        >>> found.terms[:, 0].tolist()
        [1.0, 0.0, -0.0, -0.0]
    """
    matrices, X, masks = prepared(weights, X, None)
    widths = widths_of(matrices)
    m = prod(widths)
    _check_forecast(m, len(widths), len(X))
    units = np.stack(np.unravel_index(np.arange(m), widths), axis=1)
    open_ = np.ones((m, len(X)), dtype=np.bool_)
    for k, a in enumerate(masks, start=1):
        open_ &= a.T[units[:, k]]
    paths = Paths(units, products(matrices, units))
    return ListedPaths(paths, open_, X.T[units[:, 0]] * open_ * paths.products[:, None])


def products(matrices: Sequence[ndarray], units: ndarray) -> ndarray:
    """The product of weights along each path."""
    factors = [W[units[:, k + 1], units[:, k]] for k, W in enumerate(matrices)]
    along: ndarray = np.prod(factors, axis=0)
    return along


def _check_forecast(m: int, layers: int, n: int) -> None:
    needed = m * (16 * layers + 17 * n)
    if needed > _MOST_BYTES:
        raise MemoryForecastError(
            f"A list of {m} paths on {n} samples needs {needed / 2**30:.3g} GiB and at most "
            f"{_MOST_BYTES / 2**30:.3g} GiB are used for lists. `statistics` needs no list, and "
            "`sample` draws paths of any network."
        )
