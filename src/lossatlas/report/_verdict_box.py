"""What a reader who stops at the verdict reads: the result first, and then how far the checks carry it.

The table of all checks stands below it, so a few sentences are enough here, and checks that ask only for
enough cases come last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from lossatlas.evidence import Check, Ruling, Verdict

from ._text import count

_MOST = 4


@final
@dataclass(frozen=True)
class Box:
    """The result in words where the study gives it, sentences of checks, and a remark on the others."""

    headline: str
    sentences: tuple[str, ...]
    remark: str


def verdict_box(verdict: Verdict) -> Box:
    """The words of a verdict, in the order in which they matter."""
    if not verdict.checks:
        return Box(verdict.headline, (verdict.sentence,), "")
    telling = [check for check in verdict.deciding if not check.procedural]
    told = telling or [check for check in verdict.deciding if not check.passed]
    # sentences that say only that all is well add nothing to a result in words
    needless = verdict.headline and verdict.ruling is Ruling.HOLDS
    shown = [] if needless else told[:_MOST]
    remarks = (_rest(verdict, len(shown)), _cases(verdict, shown))
    return Box(
        verdict.headline,
        tuple(check.sentence for check in shown),
        " ".join(part for part in remarks if part),
    )


def procedural_last(checks: tuple[Check, ...]) -> list[Check]:
    """The checks of a table: those on the subject before those on the number of cases."""
    return sorted(checks, key=lambda check: check.procedural)


def _rest(verdict: Verdict, num_shown: int) -> str:
    """How many checks there are and what became of them, where not all were told."""
    total = len(verdict.checks)
    if total in (1, num_shown):
        return "" if num_shown else f"The one check {_said(verdict.ruling, one=True)}."
    if verdict.ruling is Ruling.HOLDS:
        return f"All {count(total)} checks pass; they stand in the table of checks."
    same = len(verdict.deciding)
    return f"{count(same)} of {count(total, 'check')} {_said(verdict.ruling, one=same == 1)}."


def _said(ruling: Ruling, *, one: bool) -> str:
    if ruling is Ruling.FAILS:
        return "fails" if one else "fail"
    if ruling is Ruling.HOLDS:
        return "passes" if one else "pass"
    return "is undecided" if one else "are undecided"


def _cases(verdict: Verdict, shown: Sequence[Check]) -> str:
    """Whether the samples are as large as the rule asks, and which are not."""
    asked = [check for check in verdict.checks if check.procedural]
    short = [check for check in asked if not check.passed]
    if not short:
        return "Enough cases for the rule: yes." if asked else ""
    return " ".join(
        ["Too few cases for the rule.", *(check.sentence for check in short if check not in shown)]
    )
