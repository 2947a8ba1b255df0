"""A training's audits to look at: checkpoints side by side, then what became of each assumption.

Every number is shown at all checkpoints as the one that decides at the last, so that a row can be
compared from left to right; the verdict beside it is that of the whole audit.
"""

from collections.abc import Sequence
from itertools import groupby

from lossatlas.evidence import Ruling

from ._audit import Audit
from ._report import AuditReport, page, wrapped

_MOST_COLUMNS = 5


def course_text(labels: Sequence[str], reports: Sequence[AuditReport]) -> str:
    """For the terminal."""
    head, *rows = _table(labels, reports)
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    ]
    lines.insert(1, "-" * max(map(len, lines)))
    words = [
        wrapped(f"{last.about.label}{_number(last)}: {_fate(labels, audits)}{last.sentence}")
        for audits in zip(*reports, strict=True)
        for last in (audits[-1],)
    ]
    notes = [wrapped(note) for note in _notes(labels, reports)]
    over = "" if len(labels) == 1 else "How each verdict came about over the checkpoints, and "
    above = wrapped(f"{over}{'what' if over else 'What'} {labels[-1]} looks like:")
    return "\n".join([f"{_heading(labels, reports)}:", *lines, "", above, "", *words, *notes])


def course_page(labels: Sequence[str], reports: Sequence[AuditReport]) -> str:
    """For a notebook."""
    head, *rows = _table(labels, reports)
    wide = [
        (
            audits[-1].about.label,
            _number(audits[-1]).removeprefix(", "),
            *row[1:],
            _fate(labels, audits).strip(),
            audits[-1].sentence,
        )
        for row, audits in zip(rows, zip(*reports, strict=True), strict=True)
    ]
    titles = (head[0], "number", *head[1:], "verdict", f"in words, at {labels[-1]}")
    return page(_heading(labels, reports), titles, wide, _notes(labels, reports))


def _heading(labels: Sequence[str], reports: Sequence[AuditReport]) -> str:
    number = "1 checkpoint" if len(labels) == 1 else f"{len(labels)} checkpoints"
    return f"{reports[0].heading}, {number}"


def _table(labels: Sequence[str], reports: Sequence[AuditReport]) -> list[tuple[str, ...]]:
    shown = _shown(len(labels))
    rows = [
        (audits[-1].assumption, *(_cell(audits[k], audits[-1]) for k in shown))
        for audits in zip(*reports, strict=True)
    ]
    return [("assumption", *(labels[k] for k in shown)), *rows]


def _shown(number: int) -> list[int]:
    """The first, the last, and what lies evenly between."""
    columns = min(number, _MOST_COLUMNS)
    return [round(k * (number - 1) / max(1, columns - 1)) for k in range(columns)]


def _cell(audit: Audit, last: Audit) -> str:
    part = next((p for p in audit.parts if p.statistic == last.statistic), None)
    value = "" if part is None or part.measured is None else f"{part.measured:.3g} "
    return f"{value}{audit.verdict.value}"


def _number(audit: Audit) -> str:
    part = audit.deciding
    return "" if part is None else f", {part.statistic} ({part.under:g} if true)"


def _fate(labels: Sequence[str], audits: Sequence[Audit]) -> str:
    """The verdicts in their order, runs of the same one together, as the start of a sentence."""
    runs = [
        (verdict, next(run)[0])
        for verdict, run in groupby(
            zip(labels, audits, strict=True), key=lambda pair: pair[1].verdict
        )
    ]
    if len(runs) > 1:
        return f"{', then '.join(f'{verdict.value} from {label}' for verdict, label in runs)}. "
    verdict = runs[0][0]
    if verdict is Ruling.NOT_APPLICABLE:
        return ""  # the sentence says so
    return f"{verdict.value}. " if len(labels) == 1 else f"{verdict.value} throughout. "


def _notes(labels: Sequence[str], reports: Sequence[AuditReport]) -> list[str]:
    notes = list(dict.fromkeys(remark for report in reports for remark in report.remarks))
    if len(labels) > _MOST_COLUMNS:
        notes.append(
            f"{_MOST_COLUMNS} of {len(labels)} checkpoints are shown; `to_frame()` has all."
        )
    return notes
