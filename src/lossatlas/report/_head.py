"""The head of the page: which study was run how large, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from lossatlas.evidence import Ruling, summarise

from ._report import Report
from ._text import count

GENERAL_TITLE = "What theory says of the loss surface, and what was found"


@final
@dataclass(frozen=True)
class Head:
    """`tab` is what the browser calls the page, `studies` are names with what they ask."""

    title: str
    tab: str
    run: tuple[str, ...]
    studies: tuple[tuple[str, str], ...]
    summary: str
    tiles: tuple[tuple[str, str], ...]


def page_head(report: Report) -> Head:
    """The head of a report."""
    names = list(dict.fromkeys(verdict.study for verdict in report.verdicts))
    studies = tuple((name, report.titles.get(name, "")) for name in names)
    own = studies[0][1] if len(studies) == 1 else ""
    title = report.title or own or GENERAL_TITLE
    preset = report.settings.get("preset")
    sized = f" ({preset})" if isinstance(preset, str) else ""
    named = ", ".join(names) if len(names) <= _FEW else f"{len(names)} studies"
    return Head(
        title,
        f"{named}{sized}: {title}" if names else title,
        tuple(part for part in (_preset(preset), _work(report.provenance)) if part),
        studies,
        summarise(report.verdicts),
        _tiles(report),
    )


_FEW = 2


def _preset(preset: object) -> str:
    return f"{preset} preset" if isinstance(preset, str) else ""


def _work(provenance: Mapping[str, object]) -> str:
    """How long the tasks of the run took together."""
    seconds = provenance.get("seconds of work")
    if not isinstance(seconds, int | float):
        return ""
    for size, unit in ((3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.2g} {unit} of work"
    return f"{count(round(seconds), 'second')} of work"


def _tiles(report: Report) -> tuple[tuple[str, str], ...]:
    """The few numbers that a reader looks for first. Cases are no such number: checks share them."""
    verdicts = report.verdicts
    holding = sum(verdict.ruling is Ruling.HOLDS for verdict in verdicts)
    proved = sum(verdict.num_proved for verdict in verdicts)
    checks = sum(len(verdict.checks) for verdict in verdicts)
    tiles = [
        (f"{holding} of {len(verdicts)}", "claims hold"),
        (f"{count(proved)} of {count(checks)}", "checks are proofs"),
    ]
    if report.counts:
        tiles.append((count(sum(report.counts.values())), "records in the catalogue"))
    return tuple(tiles)
