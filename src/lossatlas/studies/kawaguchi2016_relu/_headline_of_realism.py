"""K9 in a few sentences: that the assumptions fail, how far, and what the ruling hangs on."""

from collections.abc import Sequence

from lossatlas.evidence import Check

from ._assumption_words import MEASURES
from ._audit_tables import readings
from ._claims import FAR_KAPPA, NETWORKS_NEEDED
from ._judge_realism import (
    AUDITED,
    NUMBERS,
    shares_of_audits,
    shares_of_numbers,
    together,
    trained,
)
from ._names import END
from ._numbers import listed, shares, spanned
from ._rows import Rows, by_architecture, of

_TOLD = {
    "A1p-m": "the spread of the paths' rates is {values} (A1p-m; up to {most:g} counts as true)",
    "A5u-m": "alike digits open alike paths, with a correlation of {values} (A5u-m; up to {most:g})",
}
_KAPPA = next(number for number in NUMBERS if number.column == "kappa")


def realism_headline(checks: Sequence[Check], rows: Rows) -> str:
    """The headline of K9."""
    ends = trained(rows)
    if not ends:
        return ""
    return " ".join([_assumptions(rows), _model(rows), *_ruling(checks, rows)])


def _assumptions(rows: Rows) -> str:
    """In how many networks each of the two fails, with the numbers."""
    found = {id: together(own) for id, own in shares_of_audits(rows).items()}
    told = [f"{id} fails in {share.count} of {share.total}" for id, share in found.items()]
    if all(share.count == share.total > 0 for share in found.values()):
        start = f"Both assumptions fail in all {found['A1p-m'].total} networks"
    else:
        start = f"Of the two assumptions {listed(told)} networks"
    return f"{start}{_how_far(rows)}."


def _how_far(rows: Rows) -> str:
    ends = of(rows.audits, stage=END)
    told = []
    for id in AUDITED:
        measure = next(m for m in MEASURES if m.assumption == id)
        if found := [r for r in readings(ends, measure) if r.measured is not None]:
            values = spanned(r.measured for r in found if r.measured is not None)
            told.append(_TOLD[id].format(values=values, most=found[0].tolerance))
    return f": {'; '.join(told)}" if told else ""


def _model(rows: Rows) -> str:
    told = shares(row["explained"] for row in trained(rows))
    return f"The reduced model explains {told} of the output's square."


def _ruling(checks: Sequence[Check], rows: Rows) -> list[str]:
    """What decides: the numbers that are not far, or that there are too few networks."""
    asked = checks[1:]
    near = [check for check in asked if check.passed is False]
    if [check.what for check in near] == [_KAPPA.what]:
        return [
            f"By its rule the claim fails all the same, by one of five numbers alone: {_tested(rows)}"
        ]
    if near:
        return [
            f"Most networks are near the model in {len(near)} of the rule's {len(asked)} numbers."
        ]
    if all(check.passed for check in checks):
        return [f"Most networks are far from the model in all {len(asked)} numbers of the rule."]
    largest = max((len(own) for own in by_architecture(trained(rows)).values()), default=0)
    told = (
        f"this run has at most {largest} networks of an architecture and the rule asks for "
        f"{NETWORKS_NEEDED}"
        if not checks[0].passed
        else "for some architecture it is open whether most networks are far in every number"
    )
    share = together(shares_of_numbers(rows)[_KAPPA.column])
    aside = [f"Of the rule's five numbers one is not far in all: {_tested(rows)}"]
    return [f"Undecided, because {told}.", *(aside if share.count < share.total else [])]


def _tested(rows: Rows) -> str:
    share = together(shares_of_numbers(rows)[_KAPPA.column])
    return (
        f"the correlation of two paths' gates, which belongs to neither assumption, reaches {FAR_KAPPA:g} "
        f"in {share.count} of {share.total} networks."
    )
