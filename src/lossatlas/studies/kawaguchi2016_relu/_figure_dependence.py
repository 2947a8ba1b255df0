"""Which inputs the gates depend on, as a picture of the digits' own shape."""

from collections.abc import Sequence
from math import isqrt

import numpy as np

from lossatlas.evidence import Figure, Heatmap, Panel, numbers

from ._names import END, START
from ._rows import Row, Rows, by, by_architecture, depth_in_words, of


def dependence_figures(rows: Rows) -> tuple[Figure, ...]:
    """A figure a data set, so that its pictures share a scale: the shallowest and the deepest networks."""
    return tuple(_figure(family, own) for family, own in by("family", rows.dependence).items())


def _figure(family: str, rows: Sequence[Row]) -> Figure:
    groups = by_architecture(rows)
    return Figure(
        id=f"gate-dependence-{family}",
        title=f"How gates depend on the pixels: networks on {family}",
        claims=("K9",),
        caption=(
            "Each cell is a pixel of the digits, and its colour the squared correlation over digits of "
            "that pixel and a path's gate, averaged over all paths. If gates were independent of the pixels "
            f"(A5u-m), every pixel would have about {rows[0]['independent']:.2g}, one over the number of "
            "digits. The networks with the fewest and the most hidden layers are shown, one of each."
        ),
        limits=(
            "Correlation sees straight-line dependence alone, and pixels are related to each other: "
            "the audit of A5u-m tests dependence of every kind. Pixels that never change are drawn at 0."
        ),
        panels=tuple(
            panel
            for key in _ends(list(groups))
            for panel in _panels(depth_in_words(key[1]), groups[key])
        ),
    )


def _ends(keys: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """The fewest and the most hidden layers."""
    return list(dict.fromkeys((min(keys), max(keys))))


def _panels(title: str, rows: Sequence[Row]) -> list[Panel]:
    return [
        Panel(
            f"{title}, at the {stage}", "column", "row, from the bottom", (_picture(row["array"]),)
        )
        for stage in (START, END)
        for row in of(rows, stage=stage)
    ]


def _picture(values: np.ndarray) -> Heatmap:
    """As an image where the inputs are its pixels, else in one row; the first row on top."""
    side = isqrt(len(values))
    square = side * side == len(values)
    grid = values.reshape(side, side) if square else values.reshape(1, -1)
    height, width = grid.shape
    rows = numbers(range(height, 0, -1)) if square else (1.0,)
    ascending = sorted(zip(rows, grid, strict=True), key=lambda pair: pair[0])
    return Heatmap(
        numbers(range(1, width + 1)),
        tuple(place for place, _ in ascending),
        tuple(numbers(row) for _, row in ascending),
        "squared correlation",
    )
