"""Histograms that can lie over each other: outlines of area 1, whatever the number of runs."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.evidence import Line, numbers

_MOST_BINS = 30


def outline(values: Float[ndarray, " n"], label: str) -> Line:
    """The outline of a histogram of area 1, from the axis up and back to it.

    Bins are as many as Rice's rule has it, 2 n^{1/3}, and at most 30.

    Args:
        values: At least one, all finite.
        label: What the legend calls it.
    """
    bins = min(_MOST_BINS, max(1, round(2 * len(values) ** (1 / 3))))
    density, edges = np.histogram(values, bins=bins, density=True)
    x = np.repeat(edges, 2)
    y = np.concatenate([[0.0], np.repeat(density, 2), [0.0]])
    return Line(numbers(x), numbers(y), label)
