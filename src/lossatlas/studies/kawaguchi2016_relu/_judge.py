"""The verdicts: each claim's checks, its remarks and its tables."""

from typing import TypeAlias

from lossatlas.evidence import Check, Claim, Table, Verdict

from ._audit_tables import audit_tables
from ._claims import C1, C2, C3, C4, G1, G2, K8, K9
from ._headline_of_realism import realism_headline
from ._headlines import (
    few_values_headline,
    path_sum_headline,
    reduction_headline,
    signal_headline,
    size_headline,
    spectrum_headline,
    tuple_headline,
)
from ._judge_paths import (
    check_few_values,
    check_path_sums,
    check_sizes,
    check_tuples,
    few_values_notes,
    size_notes,
    tuple_notes,
)
from ._judge_realism import check_realism
from ._judge_reduction import check_reduction, reduction_notes
from ._judge_signals import check_signals, signal_notes
from ._judge_spectra import check_spectra, spectrum_notes, spectrum_tables
from ._meaning_tables import meaning_tables
from ._model_tables import model_tables
from ._names import STUDY
from ._notes import CAVEATS, linear_notes, lost_notes
from ._rows import Rows
from ._rule_table import rule_tables
from ._signal_tables import signal_tables
from ._training_table import training_tables

_Judged: TypeAlias = tuple[Claim, list[Check], str, list[str], tuple[Table, ...]]


def judge_rows(rows: Rows, *, seed: int) -> tuple[Verdict, ...]:
    """One verdict a claim, in the order of the claims."""
    realism, signals = check_realism(rows), check_signals(rows)
    tables = (
        *training_tables(rows),
        *meaning_tables(),
        *audit_tables(rows),
        *rule_tables(rows),
        *model_tables(rows),
    )
    remarks = [*CAVEATS, *linear_notes(rows), *lost_notes(rows)]
    judged: tuple[_Judged, ...] = (
        (K8, check_reduction(rows), reduction_headline(rows), reduction_notes(rows), ()),
        (K9, realism, realism_headline(realism, rows), remarks, tables),
        (C1, check_path_sums(rows), path_sum_headline(rows), [], ()),
        (C2, check_sizes(rows), size_headline(rows), size_notes(rows), ()),
        (C3, check_few_values(rows), few_values_headline(rows), few_values_notes(rows), ()),
        (C4, check_tuples(rows), tuple_headline(rows), tuple_notes(rows), ()),
        (G1, signals, signal_headline(signals, rows), signal_notes(rows), signal_tables(rows)),
        (
            G2,
            check_spectra(rows),
            spectrum_headline(rows),
            spectrum_notes(rows),
            spectrum_tables(rows),
        ),
    )
    return tuple(
        Verdict.judge(claim, STUDY, checks, seed=seed, notes=notes, tables=shown, headline=headline)
        for claim, checks, headline, notes, shown in judged
    )
