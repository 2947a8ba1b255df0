"""The ledger of claims as a table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ._output import print_table, say

if TYPE_CHECKING:
    from lossatlas.evidence import Verdict


def print_ledger(verdicts: Sequence["Verdict"]) -> None:
    """Print one row a claim, and one sentence on all of them."""
    from lossatlas.evidence import summarise

    if not verdicts:
        say("No claim has been judged in this run yet. Run its `lossatlas study` to the end first.")
        return
    print_table(
        ["claim", "verdict", "strength", "cases", "statement and what decided"],
        [_row(verdict) for verdict in verdicts],
        caption=summarise(verdicts),
        lines=True,
    )


def _row(verdict: "Verdict") -> list[object]:
    return [
        verdict.claim.id,
        verdict.ruling.value,
        verdict.strength.value,
        verdict.sample_size,
        f"{verdict.claim.statement}\n{verdict.sentence}",
    ]
