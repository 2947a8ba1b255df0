"""Which inputs the gates depend on, as a picture of the digits' own shape."""

from collections.abc import Sequence
from math import isqrt

import numpy as np

from lossatlas.evidence import Figure, Heatmap, Panel, numbers

from ._names import END, START
from ._rows import Row, Rows, by_architecture, layers_in_words, of


def dependence_figure(rows: Rows) -> Figure | None:
    """For the shallowest and the deepest networks of each data set, before and after training."""
    groups = by_architecture(rows.dependence)
    panels = tuple(
        panel
        for key in _ends(list(groups))
        for panel in _panels(f"{key[0]}, {layers_in_words(key[1])}", groups[key])
    )
    if not panels:
        return None
    independent = rows.dependence[0]["independent"]
    return Figure(
        id="gate-dependence",
        title="How gates depend on the inputs",
        claims=("K9",),
        caption=(
            "Each cell is a pixel of the digits, and its colour the squared correlation over digits of "
            "that pixel and a path's gate, averaged over all paths. If gates were independent of inputs "
            f"(A5u-m), every pixel would have about {independent:.2g}, one over the number of digits."
        ),
        limits=(
            "Correlation sees straight-line dependence alone, and pixels are related to each other: "
            "the audit of A5u-m tests dependence of every kind. Pixels that never change are drawn at 0."
        ),
        panels=panels,
    )


def _ends(keys: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """The fewest and the most hidden layers of each data set."""
    families = dict.fromkeys(family for family, _ in keys)
    depths = {family: [d for f, d in keys if f == family] for family in families}
    return [(f, d) for f in families for d in sorted({min(depths[f]), max(depths[f])})]


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
