"""The verdicts: each claim with its checks, and remarks where the theorem does not speak."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from lossatlas.evidence import Check, Claim, Verdict

from ._claims import K1, K2, K3, K4, K5, K6, K7
from ._judge_broken import assumption_notes, broken_notes, cross_entropy_notes
from ._judge_labels import check_classification, check_values, unlabelled_notes
from ._judge_minima import check_curvature, check_minima, curvature_notes, minima_notes
from ._judge_saddles import check_depth, check_full_inner_rank, check_saddles
from ._rows import Rows

STUDY = "kawaguchi2016"

Checker: TypeAlias = Callable[[Rows], list[Check]]
Noter: TypeAlias = Callable[[Rows], list[str]]

_JUDGED: tuple[tuple[Claim, Checker, tuple[Noter, ...]], ...] = (
    (K1, check_curvature, (curvature_notes,)),
    (K2, check_minima, (minima_notes, broken_notes, assumption_notes, cross_entropy_notes)),
    (K3, check_saddles, ()),
    (K4, check_full_inner_rank, ()),
    (K5, check_depth, ()),
    (K6, check_values, (unlabelled_notes, broken_notes)),
    (K7, check_classification, ()),
)


def judge_rows(rows: Rows, *, seed: int) -> tuple[Verdict, ...]:
    """The verdict on each of the seven claims."""
    return tuple(
        Verdict.judge(claim, STUDY, check(rows), seed=seed, notes=_notes(noters, rows))
        for claim, check, noters in _JUDGED
    )


def _notes(noters: Sequence[Noter], rows: Rows) -> list[str]:
    return [note for noter in noters for note in noter(rows)]
