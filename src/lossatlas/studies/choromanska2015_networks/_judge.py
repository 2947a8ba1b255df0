"""The verdicts: each claim with its checks, and remarks that enter no ruling."""

from lossatlas.evidence import Check, Claim, Verdict

from ._claims import C13, C14, C15, C16, C17, C18
from ._judge_annealing import (
    annealing_notes,
    check_annealing,
    check_few_values,
    few_values_notes,
)
from ._judge_correlation import check_correlation, correlation_notes
from ._judge_index import check_index, index_notes
from ._judge_spread import check_law, check_spread, law_notes, spread_notes
from ._notes import broken_notes, protocol_notes
from ._rows import Rows
from ._settings import Choromanska2015NetworksSettings

STUDY = "choromanska2015-networks"


def judge_rows(rows: Rows, settings: Choromanska2015NetworksSettings) -> tuple[Verdict, ...]:
    """The verdict on each of the six claims."""
    drawn = {"resamples": settings.resamples, "seed": settings.seed}
    remarks = [*spread_notes(rows, **drawn), *broken_notes(rows), *protocol_notes(settings)]

    def verdict(claim: Claim, checks: list[Check], notes: list[str]) -> Verdict:
        return Verdict.judge(claim, STUDY, checks, seed=settings.seed, notes=notes)

    return (
        verdict(C13, check_spread(rows, **drawn), remarks),
        verdict(C14, check_index(rows), index_notes(rows)),
        verdict(C15, check_correlation(rows, **drawn), correlation_notes(rows)),
        verdict(C16, check_annealing(rows), annealing_notes(rows)),
        verdict(C17, check_few_values(rows), few_values_notes(rows)),
        verdict(C18, check_law(rows, **drawn), law_notes(rows, **drawn)),
    )
