"""The ledger of claims as a table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ._output import print_table, say

if TYPE_CHECKING:
    from lossatlas.evidence import Verdict


def print_ledger(verdicts: Sequence["Verdict"], *, reasons: bool = True) -> None:
    """Print one row a claim, and one sentence on all of them.

    Args:
        verdicts: The verdicts, in the order of the ledger.
        reasons: Say below every statement what decided it; else only where it does not hold.
    """
    from lossatlas.evidence import summarise

    if not verdicts:
        say("No claim has been judged in this run yet. Run its `lossatlas study` to the end first.")
        return
    print_table(
        [
            "claim",
            "verdict",
            "basis",
            "checks",
            "statement and what decided it" if reasons else "statement",
        ],
        [_row(verdict, reasons) for verdict in verdicts],
        caption=summarise(verdicts),
        lines=True,
    )


def _row(verdict: "Verdict", reasons: bool) -> list[object]:
    """The statement, then the result where the study put it into words, then what decided it."""
    told = reasons or verdict.ruling != "holds"
    parts = (verdict.claim.statement, verdict.headline, verdict.sentence if told else "")
    return [
        verdict.claim.id,
        verdict.ruling.value,
        verdict.basis,
        len(verdict.checks),
        "\n".join(part for part in parts if part),
    ]
