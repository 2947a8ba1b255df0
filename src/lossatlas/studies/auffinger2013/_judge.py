"""The verdicts: each claim with its checks, and remarks that enter no ruling."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from lossatlas.evidence import Check, Claim, Verdict

from ._claims import C6, C8, C9, C10, C19, C21
from ._judge_counts import (
    check_headline,
    check_windows,
    count_notes,
    globe_notes,
)
from ._judge_levels import check_floor, check_layers, floor_notes, layer_notes
from ._judge_minima import check_band, check_dominance, dominance_notes
from ._judge_rates import check_rates
from ._rows import Rows

STUDY = "auffinger2013"

Checker: TypeAlias = Callable[[Rows], list[Check]]
Noter: TypeAlias = Callable[[Rows], list[str]]

_JUDGED: tuple[tuple[Claim, Checker, tuple[Noter, ...]], ...] = (
    (C21, check_headline, (count_notes, globe_notes)),
    (C6, check_floor, (floor_notes,)),
    (C8, check_layers, (layer_notes,)),
    (C9, check_dominance, (dominance_notes,)),
    (C10, lambda rows: [*check_rates(rows), *check_windows(rows)], ()),
    (C19, check_band, ()),
)


def judge_rows(rows: Rows, *, seed: int) -> tuple[Verdict, ...]:
    """The verdict on each of the six claims."""
    return tuple(
        Verdict.judge(claim, STUDY, check(rows), seed=seed, notes=_notes(noters, rows))
        for claim, check, noters in _JUDGED
    )


def _notes(noters: Sequence[Noter], rows: Rows) -> list[str]:
    return [note for noter in noters for note in noter(rows)]
