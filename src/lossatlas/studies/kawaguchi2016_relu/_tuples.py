"""C4: synthetic tables of counts, and the correlation of the output with its uniform stand-in, drawn.

In the model of Theorem 3.3 each path has an input and a gate of its own. The t paths with a tuple of
weights add up to the tuple's product times a sum of independent terms; the stand-in keeps min(t, tau)
of them and draws the others anew. Given how many gates are open, the sum is normal: so that is drawn.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor, sqrt
from typing import Any, final

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from lossatlas.catalogue import Record
from lossatlas.execution import numpy_generator
from lossatlas.theory import relu_paths

from ._names import STUDY
from ._pieces import TuplesPiece

_EVEN = 12
"""tau: the paths of every tuple in the stand-in."""
_GROUPS = 50


@final
@dataclass(frozen=True, eq=False)
class CountTable:
    """How many paths carry each tuple, and the product of weights of each."""

    counts: Int[ndarray, " k"]
    products: Float[ndarray, " k"]
    depth: int
    values: int

    @property
    def spread(self) -> float:
        """C, the largest factor between a count and tau."""
        t = self.counts / _EVEN
        return float(max(t.max(), 1 / t.min())) if t.min() > 0 else float("inf")

    @property
    def correlation(self) -> float:
        """Exact: sum w^2 min(t, tau) / sqrt(sum w^2 t sum w^2 tau)."""
        w, t = np.square(self.products), self.counts
        own, even = float(w @ t), float(w.sum()) * _EVEN
        return float(w @ np.minimum(t, _EVEN)) / sqrt(own * even)


def draw_tables(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Measure the correlation on synthetic tables of counts.

    Args:
        settings: A `TuplesPiece`.
        seed: The entropy of tables, inputs and gates.

    Returns:
        A record of kind "tuples" a table.
    """
    piece = TuplesPiece.model_validate(settings)
    rng = numpy_generator(seed)
    return [Record(STUDY, "tuples", told) for told in _measured(piece, rng)]


def _measured(piece: TuplesPiece, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    for i in range(piece.tables):
        table = draw_table(rng, wanted=1 + 3 * i / max(1, piece.tables - 1))
        rho = float(rng.uniform(0.1, 1.0))
        measured, error = measured_correlation(table, rho, piece.draws, rng)
        yield {
            "depth": table.depth,
            "values": table.values,
            "tuples": len(table.counts),
            "rho": rho,
            "spread": table.spread,
            "bound": relu_paths.uniformity_bound(table.spread),
            "sharp_bound": relu_paths.sharp_uniformity_bound(table.spread),
            "exact": table.correlation,
            "measured": measured,
            "standard_error": error,
            "draws": piece.draws,
        }


def draw_table(rng: np.random.Generator, *, wanted: float) -> CountTable:
    """A table whose counts lie between tau / c and c tau for the wanted c, with mean tau.

    Pairs of tuples hand paths to each other as far as the bounds let them, so that no path is lost.
    """
    depth, values = int(rng.integers(2, 5)), int(rng.integers(2, 4))
    number = values**depth
    least, most = ceil(_EVEN / wanted), floor(_EVEN * wanted)
    counts = np.full(number, _EVEN)
    for _ in range(4 * number):
        giver, taker = rng.choice(number, 2, replace=False)
        room = min(counts[giver] - least, most - counts[taker])
        given = int(rng.integers(0, room + 1))
        counts[giver] -= given
        counts[taker] += given
    weight = rng.standard_normal(values)
    products = np.ones(())
    for _ in range(depth):
        products = np.multiply.outer(products, weight)
    return CountTable(counts, products.ravel(), depth, values)


def measured_correlation(
    table: CountTable, rho: float, draws: int, rng: np.random.Generator
) -> tuple[float, float]:
    """The correlation over draws of inputs and gates, with a standard error from groups of draws."""
    shared = np.minimum(table.counts, _EVEN)
    common = _sums(shared, rho, draws, rng)
    own = common + _sums(table.counts - shared, rho, draws, rng)
    even = common + _sums(_EVEN - shared, rho, draws, rng)
    a, b = own @ table.products, even @ table.products
    groups = [
        np.corrcoef(x, y)[0, 1]
        for x, y in zip(*(np.array_split(c, _GROUPS) for c in (a, b)), strict=True)
    ]
    return float(np.corrcoef(a, b)[0, 1]), float(np.std(groups, ddof=1)) / sqrt(_GROUPS)


def _sums(
    paths: Int[ndarray, " k"], rho: float, draws: int, rng: np.random.Generator
) -> Float[ndarray, "draws k"]:
    """Sums of so many independent terms, each normal and there with probability rho."""
    open_ = rng.binomial(paths, rho, size=(draws, len(paths)))
    return np.sqrt(open_) * rng.standard_normal(open_.shape)
