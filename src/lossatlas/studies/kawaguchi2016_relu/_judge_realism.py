"""K9: how many trained networks are far from the model, in each of its numbers."""

from collections.abc import Callable, Mapping, Sequence

from lossatlas.evidence import Check, Ruling, Strength
from lossatlas.studies._share import Share

from ._claims import (
    BEST_PRESET,
    DEPTHS,
    FAR_DISPERSION,
    FAR_EXPLAINED,
    FAR_KAPPA,
    NETWORKS_NEEDED,
)
from ._names import END
from ._rows import Row, Rows, by_architecture, layers_in_words, of

MEASURED = Strength.MEASURED
Architecture = tuple[str, int]
_NUMBERS: tuple[tuple[str, str, Callable[[float], bool]], ...] = (
    (
        f"the dispersion of path activation probabilities is at least {FAR_DISPERSION:g}",
        "dispersion",
        lambda value: value >= FAR_DISPERSION,
    ),
    (
        f"the gates of two paths correlate by at least {FAR_KAPPA:g}",
        "kappa",
        lambda value: value >= FAR_KAPPA,
    ),
    (
        f"the reduced model explains at most {FAR_EXPLAINED:.0%} of the output",
        "explained",
        lambda value: value <= FAR_EXPLAINED,
    ),
)
_AT_THE_END = "At the end of training "
_AUDITS = {
    "A1p-m": "the audit of A1p-m fails (paths are not open equally often)",
    "A5u-m": "the audit of A5u-m fails (gates depend on inputs or weights)",
}


def check_realism(rows: Rows) -> list[Check]:
    """Enough networks of every architecture; most of them far, in every number."""
    ends = by_architecture(trained(rows))
    families = sorted({family for family, _ in ends})
    asked = {(family, depth) for family in families for depth in DEPTHS}
    ready = {key: own for key, own in ends.items() if len(own) >= NETWORKS_NEEDED}
    checks = [
        Check.enough(
            f"Architectures ({', '.join(map(str, DEPTHS))} hidden layers on each data set) with at "
            f"least {NETWORKS_NEEDED} networks ({BEST_PRESET})",
            needed=max(len(asked), len(DEPTHS)),
            counted=len(set(ready) & asked),
            strength=MEASURED,
        )
    ]
    audited = {id: by_architecture(of(rows.audits, stage=END, assumption=id)) for id in _AUDITS}
    checks += [
        _most(f"{_AT_THE_END}{words}", shares(audited[id], _rejected))
        for id, words in _AUDITS.items()
    ]
    checks += [
        _most(f"{_AT_THE_END}{words}", shares(ends, _of_column(column, far)))
        for words, column, far in _NUMBERS
    ]
    return checks


def trained(rows: Rows) -> list[Row]:
    """The finite networks at the end of training."""
    return of(rows.checkpoints, stage=END, finite=True)


def _of_column(column: str, far: Callable[[float], bool]) -> Callable[[Row], bool]:
    return lambda row: far(row[column])


def _rejected(row: Row) -> bool:
    return bool(row["verdict"] == Ruling.FAILS.value)


def shares(
    groups: Mapping[Architecture, Sequence[Row]], far: Callable[[Row], bool]
) -> dict[Architecture, Share]:
    """The share of networks of each architecture that are far."""
    return {key: Share(sum(far(row) for row in own), len(own)) for key, own in groups.items()}


def _most(what: str, found: Mapping[Architecture, Share]) -> Check:
    """Whether most networks of every architecture are so; three-valued."""
    lows = [share.interval[0] > 0.5 for share in found.values()]
    highs = [share.interval[1] < 0.5 for share in found.values()]
    passed = False if any(highs) else (True if found and all(lows) else None)
    count, total = (sum(getattr(s, name) for s in found.values()) for name in ("count", "total"))
    measured = f"{count} of {total}"
    word = {
        True: "in most networks of every architecture",
        False: "not in most networks of every architecture",
        None: "in how many networks is open for some architecture",
    }[passed]
    sentence = f"{what}, {word}: {measured}{_exceptions(found)}."
    return Check(what, "in most networks", measured, passed, sentence, total, MEASURED)


def _exceptions(found: Mapping[Architecture, Share]) -> str:
    """The architectures of which not all networks are so."""
    told = [
        f"{family}, {layers_in_words(layers)}: {share}"
        for (family, layers), share in found.items()
        if share.count < share.total
    ]
    return f" ({'; '.join(told)})" if told else ""


def realism_notes(checks: Sequence[Check]) -> list[str]:
    """Which numbers are far from the model: the claim asks for all of them, so that one may fail it."""
    asked = checks[1:]
    far = [check.what for check in asked if check.passed]
    others = [check.what for check in asked if not check.passed]
    start = "'Holds' would say that networks are far from the model in all of these numbers"
    if not asked or not far:
        return [f"{start}; none is far for certain."]
    if not others:
        return [f"{start}, and they are in all {len(far)}."]
    return [
        f"{start}. In most networks of every architecture it is so: {_listed(far)}. It is open or not "
        f"so: {_listed(others)}. One number that is near the model does not make the others so."
    ]


def _listed(sentences: Sequence[str]) -> str:
    return "; ".join(sentence.removeprefix(_AT_THE_END) for sentence in sentences)
