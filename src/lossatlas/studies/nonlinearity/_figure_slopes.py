"""The share of searches that end in bad minima, against the slope below zero."""

from collections.abc import Sequence

from lossatlas.evidence import Figure, Panel, numbers

from ._rows import Row, Rows, by, networks_of
from ._words import share_marks


def slopes_figure(rows: Rows) -> Figure | None:
    """A panel a network that was searched at two slopes or more."""
    panels = tuple(
        panel
        for (family, architecture), own in networks_of(rows.ends).items()
        if (panel := _panel(f"{architecture}, {family}", own)) is not None
    )
    if not panels:
        return None
    return Figure(
        id="nonlinearity-slopes",
        title="Bad minima against the slope below zero",
        claims=("N1", "N2"),
        caption=(
            "The share of searches that end in bad minima, each minimum proved to be one and to have a "
            "lower point, against the slope of leaky ReLU below zero: 1 is the identity, 0 is ReLU. "
            "The band holds 95 % intervals after Wilson. Above it the share of all ends above the best known "
            "value."
        ),
        limits=(
            "The true share lies between the two curves, as far as the best known value is the least: "
            "what lies between them could not be proved either way, or is no minimum. Lines only join the "
            "dots: nothing is said about slopes in between, nor that shares come near to zero before "
            "slope 1. All is about searches from one law of starts."
        ),
        panels=panels,
    )


def _panel(title: str, rows: Sequence[Row]) -> Panel | None:
    steep = {
        ends[0]["slope"]: ends
        for ends in by("activation", rows).values()
        if ends[0]["slope"] is not None
    }
    if len(steep) < 2:
        return None
    slopes = sorted(steep)
    marks = share_marks(numbers(slopes), [steep[slope] for slope in slopes])
    return Panel(title, "slope below zero", "share of searches", marks)
