"""A report as what its page shows: every sentence, badge, anchor and cell, and no mark-up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from lossatlas.evidence import Check, Ruling, Verdict

from ._anchors import anchors
from ._badge import Badge, ruling_badge
from ._describe import DataTable
from ._figure_view import FigureView, figure_views
from ._glossary import Glossary, Word, background_home, glossaries
from ._head import page_head
from ._prose import paragraphs
from ._report import Report
from ._settings import grouped
from ._table import TableView, table_views
from ._text import count, short, value
from ._verdict_box import Box, procedural_last, verdict_box

_PASSED = {True: Ruling.HOLDS, False: Ruling.FAILS, None: Ruling.UNDECIDED}


@final
@dataclass(frozen=True)
class CheckView:
    """A row of a table of checks; a check without a tolerance has an empty one."""

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
    """A row of the ledger and the section that it links to.

    A background that several claims of a study share is told with the first of them: `told_in` is the
    id and the anchor of that one where it is another. `glossary` stands after a study's last claim.
    """

    anchor: str
    verdict: Verdict
    box: Box
    badge: Badge
    strength: Badge
    num_checks: str
    background: tuple[str, ...]
    told_in: tuple[str, str] | None
    words: tuple[Word, ...]
    glossary: Glossary | None
    checks: tuple[CheckView, ...]
    has_tolerance: bool
    has_basis: bool
    tables: tuple[TableView, ...]
    figures: tuple[FigureView, ...]
    elsewhere: tuple[FigureView, ...]


def page_view(report: Report) -> dict[str, Any]:
    """Everything that the template is allowed to know."""
    figures = figure_views(report)
    return {
        "head": page_head(report),
        "claims": _claims(report.verdicts, figures),
        "studies": len({verdict.study for verdict in report.verdicts}) > 1,
        "unclaimed": [view for view in figures if view.home is None],
        "counts": [(kind, count(amount)) for kind, amount in report.counts.items()],
        "points": _points_table(report.points),
        "settings": grouped(report.settings),
        "provenance": grouped(report.provenance),
        "repeat": report.repeat,
    }


def _claims(verdicts: Sequence[Verdict], figures: Sequence[FigureView]) -> list[ClaimView]:
    """Each claim with the figures drawn there, and those that it shares with another claim."""
    names = anchors("claim", [verdict.claim.id for verdict in verdicts])
    tables = table_views(verdicts)
    words = glossaries(verdicts)
    last = {verdict.study: place for place, verdict in enumerate(verdicts)}
    drawn: set[str] = set()
    claims = []
    for place, verdict in enumerate(verdicts):
        own = [view for view in figures if verdict.claim.id in view.figure.claims]
        here = [v for v in own if v.home == verdict.claim.id and v.anchor not in drawn]
        drawn |= {view.anchor for view in here}
        home = background_home(verdicts, place)
        glossary = words.get(verdict.study)
        claims.append(
            ClaimView(
                anchor=names[place],
                verdict=verdict,
                box=verdict_box(verdict),
                badge=ruling_badge(verdict.ruling),
                strength=Badge(verdict.basis, _basis_class(verdict)),
                num_checks=count(len(verdict.checks)),
                background=tuple(paragraphs(verdict.claim.background)),
                told_in=None if home == place else (verdicts[home].claim.id, names[home]),
                words=glossary.of(verdict) if glossary else (),
                glossary=glossary if last[verdict.study] == place else None,
                checks=tuple(_check(check) for check in procedural_last(verdict.checks)),
                has_tolerance=verdict.tolerance is not None,
                has_basis=len({check.strength for check in verdict.checks}) > 1,
                tables=tables[place],
                figures=tuple(here),
                elsewhere=tuple(view for view in own if view not in here),
            )
        )
    return claims


def _check(check: Check) -> CheckView:
    return CheckView(
        check.what,
        check.predicted,
        check.measured,
        "" if check.tolerance is None else short(check.tolerance),
        count(check.sample_size),
        Badge(check.strength.value, check.strength.value),
        ruling_badge(_PASSED[check.passed]),
    )


def _basis_class(verdict: Verdict) -> str:
    mixed = 0 < verdict.num_proved < len(verdict.checks)
    return "mixed" if mixed else verdict.strength.value


def _points_table(points: Sequence[Mapping[str, object]]) -> DataTable | None:
    """The rows with every column that one of them has; what a row lacks is a dash."""
    if not points:
        return None
    columns = tuple(dict.fromkeys(name for point in points for name in point))
    rows = tuple(tuple(_entry(point.get(name)) for name in columns) for point in points)
    return DataTable(f"{count(len(points), 'record')} of the catalogue", columns, rows)


def _entry(item: object) -> str:
    """What is measured to four digits: the catalogue has all of them."""
    return short(item) if isinstance(item, float) else value(item)
