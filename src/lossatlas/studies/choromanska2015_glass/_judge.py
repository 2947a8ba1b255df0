"""The verdicts: each claim with its checks, and remarks that enter no ruling."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from lossatlas.evidence import Check, Claim, Verdict

from ._claims import C5, C7, C11, C12, C23
from ._judge_barriers import barrier_notes, check_barriers
from ._judge_concentration import check_concentration, concentration_notes
from ._judge_form import check_covariance, check_degree
from ._judge_minima import check_minima, minima_notes
from ._notes import bulk_notes, mapping_notes, saddle_notes
from ._rows import Rows

STUDY = "choromanska2015-glass"

Checker: TypeAlias = Callable[[Rows], list[Check]]
Noter: TypeAlias = Callable[[Rows], list[str]]

_JUDGED: tuple[tuple[Claim, Checker, tuple[Noter, ...]], ...] = (
    (C5, check_covariance, (mapping_notes,)),
    (C7, check_minima, (minima_notes, bulk_notes, saddle_notes)),
    (C11, check_barriers, (barrier_notes,)),
    (C12, check_concentration, (concentration_notes,)),
    (C23, check_degree, ()),
)


def judge_rows(rows: Rows, *, seed: int) -> tuple[Verdict, ...]:
    """The verdict on each of the five claims."""
    return tuple(
        Verdict.judge(claim, STUDY, check(rows), seed=seed, notes=_notes(noters, rows))
        for claim, check, noters in _JUDGED
    )


def _notes(noters: Sequence[Noter], rows: Rows) -> list[str]:
    return [note for noter in noters for note in noter(rows)]
