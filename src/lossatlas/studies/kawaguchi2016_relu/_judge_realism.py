"""K9: how many trained networks are far from the model, in each of its numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import final

from lossatlas.evidence import Check, Ruling, Strength
from lossatlas.studies._share import Share

from ._claims import (
    DEPTHS,
    FAR_DISPERSION,
    FAR_EXPLAINED,
    FAR_KAPPA,
    NETWORKS_NEEDED,
)
from ._names import END
from ._numbers import with_interval
from ._rows import Row, Rows, by_architecture, depth_in_words, of

MEASURED = Strength.MEASURED
Architecture = tuple[str, int]
Shares = dict[Architecture, Share]


@final
@dataclass(frozen=True)
class Number:
    """A number of the rule: how a sentence and a column name it, and when a network is far."""

    column: str
    what: str
    heading: str
    far: Callable[[float], bool]


NUMBERS = (
    Number(
        "dispersion",
        f"The dispersion D of the paths' rates is at least {FAR_DISPERSION:g}",
        f"dispersion D, far from {FAR_DISPERSION:g} on",
        lambda value: value >= FAR_DISPERSION,
    ),
    Number(
        "kappa",
        f"The gates of two paths correlate by at least {FAR_KAPPA:g} (part of neither assumption)",
        f"correlation of two paths' gates, far from {FAR_KAPPA:g} on",
        lambda value: value >= FAR_KAPPA,
    ),
    Number(
        "explained",
        f"The reduced model explains at most {FAR_EXPLAINED:.0%} of the output",
        f"output explained by the reduced model, far up to {FAR_EXPLAINED:g}",
        lambda value: value <= FAR_EXPLAINED,
    ),
)
AUDITED = {
    "A1p-m": "A1p-m (all paths are open equally often) fails",
    "A5u-m": "A5u-m (gates have nothing to do with digits or weights) fails",
}


def check_realism(rows: Rows) -> list[Check]:
    """Enough networks of every architecture; most of them far, in every number."""
    ends = by_architecture(trained(rows))
    families = sorted({family for family, _ in ends})
    asked = {(family, depth) for family in families for depth in DEPTHS}
    ready = {key: own for key, own in ends.items() if len(own) >= NETWORKS_NEEDED}
    audited, numbers = shares_of_audits(rows), shares_of_numbers(rows)
    return [
        Check.enough(
            f"Architectures ({', '.join(map(str, DEPTHS))} hidden layers on each data set) with at "
            f"least {NETWORKS_NEEDED} trained networks",
            needed=max(len(asked), len(DEPTHS)),
            counted=len(set(ready) & asked),
            strength=MEASURED,
        ),
        *(_most(what, audited[id]) for id, what in AUDITED.items()),
        *(_most(number.what, numbers[number.column]) for number in NUMBERS),
    ]


def trained(rows: Rows) -> list[Row]:
    """The finite networks at the end of training."""
    return of(rows.checkpoints, stage=END, finite=True)


def shares_of_audits(rows: Rows) -> dict[str, Shares]:
    """In how many networks of each architecture each of the two assumptions fails."""
    ends = {id: by_architecture(of(rows.audits, stage=END, assumption=id)) for id in AUDITED}
    return {
        id: shares(groups, lambda row: bool(row["verdict"] == Ruling.FAILS.value))
        for id, groups in ends.items()
    }


def shares_of_numbers(rows: Rows) -> dict[str, Shares]:
    """In how many networks of each architecture each of the other numbers is far."""
    ends = by_architecture(trained(rows))
    return {number.column: shares(ends, _of_column(number)) for number in NUMBERS}


def _of_column(number: Number) -> Callable[[Row], bool]:
    return lambda row: number.far(row[number.column])


def shares(
    groups: Mapping[Architecture, Sequence[Row]], far: Callable[[Row], bool]
) -> dict[Architecture, Share]:
    """The share of networks of each architecture that are far."""
    return {key: Share(sum(far(row) for row in own), len(own)) for key, own in groups.items()}


def together(found: Shares) -> Share:
    """Over all architectures."""
    return Share(sum(s.count for s in found.values()), sum(s.total for s in found.values()))


def _most(what: str, found: Shares) -> Check:
    """Whether most networks of every architecture are so; three-valued."""
    lows = [share.interval[0] > 0.5 for share in found.values()]
    highs = [share.interval[1] < 0.5 for share in found.values()]
    passed = False if any(highs) else (True if found and all(lows) else None)
    all_of_them = together(found)
    measured = f"{all_of_them.count} of {all_of_them.total}"
    sentence = f"{what} in {measured} trained networks{_exceptions(found)}; {_word(passed, found)}."
    return Check(what, "in most networks", measured, passed, sentence, all_of_them.total, MEASURED)


def _word(passed: bool | None, found: Shares) -> str:
    if passed is not None:
        return f"{'most' if passed else 'not most'} networks of every architecture"
    if any(share.total < NETWORKS_NEEDED for share in found.values()):
        return "too few networks of an architecture to call it most"
    return "whether it is most is open for some architecture"


def _exceptions(found: Shares) -> str:
    """The architectures of which not all networks are so."""
    told = [
        f"{family}, {depth_in_words(layers)}: {with_interval(share)}"
        for (family, layers), share in found.items()
        if share.count < share.total
    ]
    return f" ({'; '.join(told)})" if told else ""
