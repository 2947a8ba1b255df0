"""The verdicts on the four claims."""

from lossatlas.evidence import Table, Verdict

from ._claims import N1, N2, N3, N4
from ._headlines import (
    constructions_headline,
    curve_headline,
    pairs_headline,
    unarrived_notes,
    widths_headline,
)
from ._judge_constructions import check_constructions, constructions_table
from ._judge_curve import check_curve
from ._judge_nonlinearity import check_nonlinearity
from ._judge_width import check_widths
from ._kinds_table import kinds_table
from ._rows import Rows
from ._settings import IDENTITY, RELU
from ._table import shares_table
from ._words import STUDY as STUDY


def judge_rows(rows: Rows, *, seed: int) -> tuple[Verdict, ...]:
    """A verdict on each claim."""
    pairs = _tables(rows, "nonlinearity-pairs", "With and without a bend", (IDENTITY, RELU), False)
    curve = _tables(rows, "nonlinearity-curve", "From the identity to ReLU, and smooth", (), False)
    widths = _tables(rows, "nonlinearity-by-width", "ReLU networks by width", (RELU,), True)
    return (
        Verdict.judge(
            N1,
            STUDY,
            check_nonlinearity(rows),
            seed=seed,
            tables=pairs + _kinds(rows, "nonlinearity-kinds", sweep=False),
            headline=pairs_headline(rows),
        ),
        Verdict.judge(
            N2,
            STUDY,
            check_curve(rows),
            seed=seed,
            notes=unarrived_notes(rows),
            tables=curve,
            headline=curve_headline(rows),
        ),
        Verdict.judge(
            N3,
            STUDY,
            check_constructions(rows),
            seed=seed,
            tables=constructions_table(rows),
            headline=constructions_headline(rows),
        ),
        Verdict.judge(
            N4,
            STUDY,
            check_widths(rows),
            seed=seed,
            tables=widths + _kinds(rows, "nonlinearity-kinds-by-width", sweep=True),
            headline=widths_headline(rows),
        ),
    )


def _kinds(rows: Rows, id: str, *, sweep: bool) -> tuple[Table, ...]:
    """What the bad minima of ReLU are, in the networks that are swept over width or in the others."""
    return kinds_table(
        rows,
        id=id,
        kept=lambda row: row["activation"] == RELU and bool(row["sweep"]) is sweep,
    )


def _tables(
    rows: Rows, id: str, title: str, activations: tuple[str, ...], sweep: bool
) -> tuple[Table, ...]:
    """The table of the networks that are swept over width, or of the others; no table of nothing."""
    found = shares_table(
        rows,
        id=id,
        title=title,
        kept=lambda row: (
            bool(row["sweep"]) is sweep and (not activations or row["activation"] in activations)
        ),
    )
    return () if found is None else (found,)
