"""The share of searches that end in bad minima, against the width."""

from collections.abc import Sequence

from lossatlas.evidence import Figure, Panel, numbers

from ._judge_width import sweeps
from ._rows import Row, Rows, by
from ._words import share_marks


def widths_figure(rows: Rows) -> Figure | None:
    """A panel a family of ReLU networks with one hidden layer."""
    panels = tuple(_panel(family, own) for family, own in sweeps(rows).items())
    if not panels:
        return None
    return Figure(
        id="nonlinearity-widths",
        title="Bad minima of ReLU networks against width",
        claims=("N4",),
        caption=(
            "The share of searches of ReLU networks that end in bad minima, each minimum proved to be "
            "one and to have a lower point, against the number of hidden units, with 95 % intervals "
            "after Wilson; above it the share of all ends above the best known value."
        ),
        limits=(
            "The best known value is that of the network of the same width. A wide network has more "
            "directions in which nothing changes, so that more of its ends may escape the proof: only "
            "where both curves fall is the fall one of bad minima."
        ),
        panels=panels,
    )


def _panel(family: str, rows: Sequence[Row]) -> Panel:
    widths = by("width", rows)
    places = sorted(widths)
    marks = share_marks(numbers(places), [widths[width] for width in places])
    return Panel(family, "hidden units", "share of searches", marks, x_log=True)
