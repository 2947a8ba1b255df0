"""A report as what its page shows: every sentence, badge, anchor and cell, and no mark-up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from lossatlas.evidence import Check, Figure, Globe, Ruling, Strength, Verdict, summarise

from ._anchors import anchors
from ._badge import Badge, ruling_badge
from ._describe import DataTable, data_tables, panel_description
from ._finite import left_out
from ._globe import value_range
from ._report import Report
from ._table import TableView, table_views
from ._text import count, grouped, minus, number, value

_PASSED = {True: Ruling.HOLDS, False: Ruling.FAILS, None: Ruling.UNDECIDED}


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
    """A numbered figure."""

    anchor: str
    number: int
    home: str | None
    figure: Figure
    panels: tuple[PanelView, ...]
    left_out: tuple[str, ...]


@final
@dataclass(frozen=True)
class CheckView:
    """A row of a table of checks."""

    what: str
    predicted: str
    measured: str
    tolerance: str
    sample_size: str
    strength: Badge
    badge: Badge


@final
@dataclass(frozen=True)
class ClaimView:
    """A row of the ledger and the section that it links to."""

    anchor: str
    verdict: Verdict
    sentences: tuple[str, ...]
    badge: Badge
    strength: Badge
    sample_size: str
    checks: tuple[CheckView, ...]
    tables: tuple[TableView, ...]
    figures: tuple[FigureView, ...]
    elsewhere: tuple[FigureView, ...]


def page_view(report: Report) -> dict[str, Any]:
    """Everything that the template is allowed to know."""
    figures = figure_views(report)
    claims = _claims(report.verdicts, figures)
    return {
        "title": report.title,
        "summary": summarise(report.verdicts),
        "tiles": _tiles(report),
        "claims": claims,
        "studies": len({verdict.study for verdict in report.verdicts}) > 1,
        "unclaimed": [view for view in figures if view.home is None],
        "counts": [(kind, count(number)) for kind, number in report.counts.items()],
        "points": _points_table(report.points),
        "settings": grouped(report.settings),
        "provenance": grouped(report.provenance),
        "repeat": report.repeat,
    }


def figure_views(report: Report) -> list[FigureView]:
    """The figures in the order of the page, numbered, each with an anchor of its own."""
    ids = [verdict.claim.id for verdict in report.verdicts]
    placed = [(_home(figure, ids), figure) for figure in report.figures]
    placed.sort(key=lambda pair: len(ids) if pair[0] is None else ids.index(pair[0]))
    names = anchors("figure", [figure.id for _, figure in placed])
    return [
        FigureView(anchor, place, home, figure, _panels(anchor, figure), _left_out(figure))
        for place, (anchor, (home, figure)) in enumerate(zip(names, placed, strict=True), start=1)
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
    low, high = (minus(f"{end:.3g}") for end in value_range(globe))
    return globe.label or "value", low, high


def _left_out(figure: Figure) -> tuple[str, ...]:
    return tuple(sentence for panel in figure.panels for sentence in left_out(panel))


def _claims(verdicts: Sequence[Verdict], figures: Sequence[FigureView]) -> list[ClaimView]:
    """Each claim with the figures drawn there, and those that it shares with another claim."""
    names = anchors("claim", [verdict.claim.id for verdict in verdicts])
    drawn: set[str] = set()
    claims = []
    for anchor, verdict, tables in zip(names, verdicts, table_views(verdicts), strict=True):
        own = [view for view in figures if verdict.claim.id in view.figure.claims]
        here = [v for v in own if v.home == verdict.claim.id and v.anchor not in drawn]
        drawn |= {view.anchor for view in here}
        there = [view for view in own if view not in here]
        claims.append(_claim(anchor, verdict, tables, here, there))
    return claims


def _claim(
    anchor: str,
    verdict: Verdict,
    tables: tuple[TableView, ...],
    here: Sequence[FigureView],
    elsewhere: Sequence[FigureView],
) -> ClaimView:
    return ClaimView(
        anchor,
        verdict,
        tuple(minus(check.sentence) for check in verdict.deciding) or (verdict.sentence,),
        ruling_badge(verdict.ruling),
        Badge(verdict.basis, _basis_class(verdict)),
        count(verdict.sample_size),
        tuple(_check(check) for check in verdict.checks),
        tables,
        tuple(here),
        tuple(elsewhere),
    )


def _check(check: Check) -> CheckView:
    tolerance = "none" if check.tolerance is None else number(check.tolerance)
    return CheckView(
        check.what,
        minus(check.predicted),
        minus(check.measured),
        tolerance,
        count(check.sample_size),
        _strength(check.strength),
        ruling_badge(_PASSED[check.passed]),
    )


def _basis_class(verdict: Verdict) -> str:
    mixed = 0 < verdict.num_proved < len(verdict.checks)
    return "mixed" if mixed else verdict.strength.value


def _strength(strength: Strength) -> Badge:
    return Badge(strength.value, strength.value)


def _tiles(report: Report) -> list[tuple[str, str]]:
    """The few numbers that a reader looks for first."""
    verdicts = report.verdicts
    holding = sum(verdict.ruling is Ruling.HOLDS for verdict in verdicts)
    proved = sum(verdict.num_proved for verdict in verdicts)
    checks = sum(len(verdict.checks) for verdict in verdicts)
    tiles = [
        (f"{holding} of {len(verdicts)}", "claims hold"),
        (f"{proved} of {checks}", "checks are proofs"),
        (count(sum(verdict.sample_size for verdict in verdicts)), "cases looked at"),
    ]
    if report.counts:
        tiles.append((count(sum(report.counts.values())), "records in the catalogue"))
    return tiles


def _points_table(points: Sequence[Mapping[str, object]]) -> DataTable | None:
    """The rows with every column that one of them has; what a row lacks is a dash."""
    if not points:
        return None
    columns = tuple(dict.fromkeys(name for point in points for name in point))
    rows = tuple(tuple(value(point.get(name)) for name in columns) for point in points)
    return DataTable(f"{count(len(points), 'record')} of the catalogue", columns, rows)
