"""The loss along straight lines and elastic bands, one pair of networks a width."""

from collections.abc import Iterator, Sequence

import numpy as np

from lossatlas.evidence import Figure, Line, Panel, numbers

from ._rows import Row, Rows, by, depth_in_words


def ways_figure(rows: Rows) -> Figure | None:
    """A panel for each number of hidden layers: straight lines, then bands."""
    panels = (
        *_panels("straight lines", rows.lines),
        *_panels("elastic bands between small networks", rows.bands),
    )
    if not panels:
        return None
    return Figure(
        id="width-ways",
        title="From one solution to another",
        claims=("W2",),
        caption=(
            "The training loss on the way from one trained network to another of the same width, "
            "for the first pair of each width: straight ahead, and along an elastic band."
        ),
        limits=(
            "One pair a width; the means over all pairs are in the figure of smoothness. The way is "
            "measured in shares of its own length."
        ),
        panels=panels,
    )


def _panels(title: str, rows: Sequence[Row]) -> Iterator[Panel]:
    drawn = [row for row in rows if row["array"] is not None]
    for layers, own in by("hidden_layers", drawn).items():
        marks = tuple(_line(width, its[0]["array"]) for width, its in by("width", own).items())
        yield Panel(
            f"{title}, {depth_in_words(layers)}", "share of the way", "training loss", marks
        )


def _line(width: int, losses: np.ndarray) -> Line:
    return Line(numbers(np.linspace(0, 1, len(losses))), numbers(losses), f"width {width}")
