"""The verdicts: each claim's checks, its remarks and its tables."""

from typing import TypeAlias

from lossatlas.evidence import Check, Claim, Table, Verdict

from ._audit_tables import audit_tables
from ._claims import C1, C2, C3, C4, G1, G2, K8, K9
from ._judge_paths import (
    check_few_values,
    check_path_sums,
    check_sizes,
    check_tuples,
    few_values_notes,
    size_notes,
    tuple_notes,
)
from ._judge_realism import check_realism, realism_notes
from ._judge_reduction import check_reduction, reduction_notes
from ._judge_signals import check_signals, signal_notes
from ._judge_spectra import check_spectra, spectrum_notes
from ._model_tables import model_tables
from ._names import STUDY
from ._notes import CAVEATS, linear_notes, lost_notes
from ._rows import Rows

_Judged: TypeAlias = tuple[Claim, list[Check], list[str], tuple[Table, ...]]


def judge_rows(rows: Rows, *, seed: int) -> tuple[Verdict, ...]:
    """One verdict a claim, in the order of the claims."""
    realism = check_realism(rows)
    remarks = [*realism_notes(realism), *CAVEATS, *linear_notes(rows), *lost_notes(rows)]
    tables = (*audit_tables(rows), *model_tables(rows))
    judged: tuple[_Judged, ...] = (
        (K8, check_reduction(rows), reduction_notes(rows), ()),
        (K9, realism, remarks, tables),
        (C1, check_path_sums(rows), [], ()),
        (C2, check_sizes(rows), size_notes(rows), ()),
        (C3, check_few_values(rows), few_values_notes(rows), ()),
        (C4, check_tuples(rows), tuple_notes(rows), ()),
        (G1, check_signals(rows), signal_notes(rows), ()),
        (G2, check_spectra(rows), spectrum_notes(rows), ()),
    )
    return tuple(
        Verdict.judge(claim, STUDY, checks, seed=seed, notes=notes, tables=shown)
        for claim, checks, notes, shown in judged
    )
