"""From rows to verdicts: each claim with its checks and its remarks."""

from collections.abc import Callable
from typing import TypeAlias

from lossatlas.evidence import Check, Claim, Verdict

from ._claims import W1, W2
from ._judge_landscape import check_landscape, landscape_notes
from ._judge_losses import check_losses, loss_notes
from ._rows import Rows

STUDY = "width"

Checker: TypeAlias = Callable[[Rows], list[Check]]
Noter: TypeAlias = Callable[[Rows], list[str]]

_JUDGED: tuple[tuple[Claim, Checker, Noter], ...] = (
    (W1, check_losses, loss_notes),
    (W2, check_landscape, landscape_notes),
)


def judge_rows(rows: Rows, *, seed: int) -> tuple[Verdict, ...]:
    """The verdict on each of the two claims."""
    return tuple(
        Verdict.judge(claim, STUDY, check(rows), seed=seed, notes=note(rows))
        for claim, check, note in _JUDGED
    )
