"""The share of searches that end in bad minima, against the slope below zero."""

from collections.abc import Sequence

from lossatlas.evidence import Figure, Levels, Line, Mark, Panel, Scatter, numbers

from ._rows import Row, Rows, by, networks_of
from ._why import Share
from ._words import intervals, part, shares_in_words


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
            "Bars are 95 % intervals after Wilson. Above it the share of all ends above the best known "
            "value. Smooth activations are levels."
        ),
        limits=(
            "The true share lies between the two curves, as far as the best known value is the least: "
            "what lies between them could not be proved either way, or is no minimum. All is about "
            "searches from one law of starts."
        ),
        panels=panels,
    )


def _panel(title: str, rows: Sequence[Row]) -> Panel | None:
    steep = {
        ends[0]["slope"]: ends
        for ends in by("activation", rows).values()
        if ends[0]["slope"] is not None
    }
    smooth = {
        name: ends for name, ends in by("activation", rows).items() if ends[0]["slope"] is None
    }
    if len(steep) < 2:
        return None
    slopes = sorted(steep)
    shares = [part(steep[slope], Share.BAD) for slope in slopes]
    dots = Scatter(
        numbers(slopes),
        numbers(share.count / share.total for share in shares),
        "bad minima",
        hover=tuple(
            f"{steep[slope][0]['activation']}: {shares_in_words(steep[slope])}" for slope in slopes
        ),
    )
    above = Line(
        numbers(slopes),
        numbers(1 - part(steep[s], Share.BEST).count / len(steep[s]) for s in slopes),
        "all ends above the best known value",
        dashed=True,
    )
    marks: list[Mark] = [dots, above, intervals(numbers(slopes), shares)]
    if smooth:
        marks.append(_levels(smooth))
    return Panel(title, "slope below zero", "share of searches", tuple(marks))


def _levels(smooth: dict[str, list[Row]]) -> Levels:
    shares = {name: part(ends, Share.BAD) for name, ends in smooth.items()}
    return Levels(
        numbers(share.count / share.total for share in shares.values()),
        tuple(f"{name}, {share}" for name, share in shares.items()),
        "smooth activations",
    )
