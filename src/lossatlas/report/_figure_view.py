"""Figures as the page shows them: numbered, placed with a claim, and told to who does not see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from lossatlas.evidence import Figure, Globe

from ._anchors import anchors
from ._describe import DataTable, data_tables, panel_description
from ._finite import left_out
from ._globe import value_range
from ._report import Report
from ._text import told


@final
@dataclass(frozen=True)
class PanelView:
    """A panel's heading, what it is called aloud, and the element it is drawn in.

    `scale` names a globe's colours: what they show, and the values at their ends.
    """

    element: str
    title: str
    description: str
    tables: tuple[DataTable, ...]
    scale: tuple[str, str, str] | None = None


@final
@dataclass(frozen=True)
class FigureView:
    """A numbered figure; `file` is the name, without ending, under which a run keeps it for papers."""

    anchor: str
    number: int
    home: str | None
    file: str
    figure: Figure
    panels: tuple[PanelView, ...]
    left_out: tuple[str, ...]


def figure_views(report: Report) -> list[FigureView]:
    """The figures in the order of the page, numbered, each with an anchor of its own."""
    ids = [verdict.claim.id for verdict in report.verdicts]
    files = anchors("", [figure.id for figure in report.figures])
    placed = [
        (_home(figure, ids), file, figure)
        for file, figure in zip(files, report.figures, strict=True)
    ]
    placed.sort(key=lambda entry: len(ids) if entry[0] is None else ids.index(entry[0]))
    names = anchors("figure", [figure.id for _, _, figure in placed])
    return [
        FigureView(anchor, place, home, file, figure, _panels(anchor, figure), _left_out(figure))
        for place, (anchor, (home, file, figure)) in enumerate(
            zip(names, placed, strict=True), start=1
        )
    ]


def _home(figure: Figure, ids: Sequence[str]) -> str | None:
    """The claim that a figure is drawn with: the first that it names and the ledger has."""
    return next((claim for claim in figure.claims if claim in ids), None)


def _panels(anchor: str, figure: Figure) -> tuple[PanelView, ...]:
    return tuple(
        PanelView(
            f"{anchor}-panel-{place}",
            panel.title,
            panel_description(panel),
            tuple(data_tables(panel)),
            _scale(panel.globe) if panel.globe else None,
        )
        for place, panel in enumerate(figure.panels, start=1)
    )


def _scale(globe: Globe) -> tuple[str, str, str]:
    low, high = (told(f"{end:.3g}") for end in value_range(globe))
    return globe.label or "value", low, high


def _left_out(figure: Figure) -> tuple[str, ...]:
    return tuple(sentence for panel in figure.panels for sentence in left_out(panel))
