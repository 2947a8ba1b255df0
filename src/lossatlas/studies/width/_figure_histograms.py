"""Histograms of the final losses, those of all widths over each other: raw, and over their means."""

from collections.abc import Iterator, Sequence

from lossatlas.evidence import Figure, Line, Panel
from lossatlas.studies._outline import outline

from ._judge_losses import LOSSES, finite
from ._rows import Ensembles, Row, Rows, by, depth_in_words, large

_LEAST = 2
_LIMITS = (
    "Each outline has bins of its own, as many as its networks allow, so jags of neighbours do not "
    "compare; areas and widths do. Networks that became infinite are left out here and counted in "
    "the remarks of W1. A click in the legend takes a width away."
)


def histograms_figure(rows: Rows) -> Figure | None:
    """The losses as they are: a panel for each number of hidden layers and each loss."""
    return _figure(
        rows,
        id="width-histograms",
        title="Histograms of the losses at the end of training",
        caption=(
            "How the final losses of the networks of a width are distributed: an outline of area 1 "
            "a width. Outlines that move left are lower losses; that they narrow says little where "
            "they also move, which the next figure takes out."
        ),
    )


def scaled_histograms_figure(rows: Rows) -> Figure | None:
    """The losses divided by the mean of their width."""
    return _figure(
        rows,
        id="width-histograms-scaled",
        title="Histograms of the losses over their means",
        caption=(
            "The same with each loss divided by the mean of its width, so that all outlines lie "
            "about 1: those that grow narrower with the width are the concentration that W1 judges."
        ),
        scaled=True,
    )


def _figure(
    rows: Rows, *, id: str, title: str, caption: str, scaled: bool = False
) -> Figure | None:
    panels = tuple(_panels(rows.networks, scaled=scaled))
    if not panels:
        return None
    return Figure(
        id=id, title=title, claims=("W1",), caption=caption, limits=_LIMITS, panels=panels
    )


def _panels(rows: Sequence[Row], *, scaled: bool) -> Iterator[Panel]:
    for layers, own in by("hidden_layers", rows).items():
        for column, name in LOSSES.items():
            marks = tuple(_outlines(large(finite(own, column), _LEAST), scaled=scaled))
            if marks:
                axis = f"{name} over its mean" if scaled else name
                yield Panel(f"{name}, {depth_in_words(layers)}", axis, "density", marks)


def _outlines(ensembles: Ensembles, *, scaled: bool) -> Iterator[Line]:
    for width, losses in ensembles.items():
        mean = losses.mean() if scaled else 1.0
        if mean > 0:  # losses that are all zero have no scale
            yield outline(losses / mean, f"width {width}")
