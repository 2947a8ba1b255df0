"""What several figures share: histogram outlines, hover texts, and a fair choice of networks."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.evidence import Line, numbers

from ._rows import Row

_BINS = 30
SHOWN = 300
"""Networks of a width that a figure shows one by one."""


def outline(values: Float[ndarray, " n"], label: str) -> Line:
    """The outline of a histogram of area 1, from the axis up and back to it.

    Bins are as many as Rice's rule has it, 2 n^{1/3}.
    """
    bins = min(_BINS, max(1, round(2 * len(values) ** (1 / 3))))
    density, edges = np.histogram(values, bins=bins, density=True)
    x = np.repeat(edges, 2)
    y = np.concatenate([[0.0], np.repeat(density, 2), [0.0]])
    return Line(numbers(x), numbers(y), label)


def shown(rows: Sequence[Row]) -> Sequence[Row]:
    """The first networks of a width: they are numbered at random."""
    return rows[:SHOWN]


def hovers(rows: Sequence[Row]) -> tuple[str, ...]:
    """Which network stands behind each point, and what its record says."""
    return tuple(
        f"n1 = {row['width']}, network {row['network']}, seed {row['seed']}\n"
        f"training loss {row['train_loss']:.5g}, test loss {row['test_loss']:.5g}{_errors(row)}"
        for row in rows
    )


def _errors(row: Row) -> str:
    if "test_error" not in row:
        return ""
    return f"\ntraining error {row['train_error']:.2%}, test error {row['test_error']:.2%}"
