"""What the study found, claim by claim, in a sentence or two with the numbers."""

from collections.abc import Sequence

from ._judge_width import sweeps
from ._rows import Row, Rows, by, networks_of
from ._settings import IDENTITY, RELU
from ._why import Share, Why
from ._words import part

_AWAY = {Why.ON_ITS_WAY.value, Why.DRIFTING.value}


def pairs_headline(rows: Rows) -> str:
    """N1: stuck without a bend, and with ReLU."""
    linear = _of(rows, IDENTITY)
    relu = [
        own[RELU]
        for ends in networks_of(rows.ends).values()
        if {IDENTITY, RELU} <= set(own := by("activation", ends))
    ]
    if not linear or not relu:
        return ""
    stuck = part(linear, Share.BAD)
    return (
        f"Without a bend {stuck.count} of {stuck.total:,} searches ended in a bad minimum; with ReLU, from "
        f"the same starts on the same data, {_range(relu)} did, each minimum proved."
    )


def curve_headline(rows: Rows) -> str:
    """N2: the range of the share over the networks, slope by slope."""
    networks = [by("activation", own) for own in networks_of(rows.ends).values()]
    curves = [own for own in networks if len(own) > 2]
    if not curves:
        return ""
    names = dict.fromkeys(
        name for own in curves for name, ends in own.items() if ends[0]["slope"] is not None
    )
    told = [f"{name}: {_range([own[name] for own in curves if name in own])}" for name in names]
    networks_in_words = f"{len(curves)} network{'s' if len(curves) > 1 else ''}"
    said = f"Searches in bad minima, over {networks_in_words}: {'; '.join(told)}."
    return f"{said} A sharper bend is not worse throughout." if _falls_somewhere(curves) else said


def constructions_headline(rows: Rows) -> str:
    """N3: how many, and what the linear network reaches."""
    built = rows.constructions
    if not built:
        return ""
    proved = sum(bool(row["proved"] and row["bad"]) for row in built)
    worse = sum(row["twin_least"] > row["loss_high"] for row in built)
    return (
        f"{proved} of {len(built)} constructions are proved to be bad minima. Without the bends the trap is "
        f"gone, not the loss: in {worse} of {len(built)} the linear network's best is worse than the trap."
    )


def widths_headline(rows: Rows) -> str:
    """N4: the share of the narrowest and of the widest network, family by family."""
    told = []
    for family, own in sweeps(rows).items():
        widths = by("width", own)
        least, most = min(widths), max(widths)
        bad = [f"{_share(widths[w], Share.BAD):.0%}" for w in (least, most)]
        above = [f"{1 - _share(widths[w], Share.BEST):.0%}" for w in (least, most)]
        told.append(
            f"{family.capitalize()}: from {least} to {most} hidden units the share of searches in bad minima goes from "
            f"{bad[0]} to {bad[1]}, that of all searches above the best known value from {above[0]} to "
            f"{above[1]}."
        )
    return " ".join(told)


def unarrived_notes(rows: Rows) -> list[str]:
    """Smooth activations whose searches mostly had not arrived: their share of bad minima says little."""
    notes = []
    for (family, architecture), own in networks_of(rows.ends).items():
        for name, ends in by("activation", own).items():
            away = sum(row["why"] in _AWAY for row in ends)
            if ends[0]["slope"] is None and 2 * away > len(ends):
                notes.append(
                    f"{architecture} with {name} ({family}): {away} of {len(ends)} searches had not arrived, "
                    "and their share of bad minima says little. The least value may lie at infinity."
                )
    return notes


def _of(rows: Rows, activation: str) -> list[Row]:
    return [row for row in rows.ends if row["activation"] == activation]


def _share(ends: Sequence[Row], share: Share) -> float:
    found = part(ends, share)
    return found.count / found.total


def _range(groups: Sequence[Sequence[Row]]) -> str:
    """The share of bad minima, from the network with the least to that with the greatest."""
    shares = [_share(ends, Share.BAD) for ends in groups]
    low, high = f"{min(shares):.0%}", f"{max(shares):.0%}"
    return low if low == high else f"{low} to {high}"


def _falls_somewhere(curves: Sequence[dict[str, list[Row]]]) -> bool:
    """Whether for some network a share falls, by more than its interval, from a slope to a smaller one."""
    return any(
        part(before, Share.BAD).interval[0] > part(after, Share.BAD).interval[1]
        for own in curves
        for steep in [[ends for ends in own.values() if ends[0]["slope"] is not None]]
        for place, before in enumerate(steep)
        for after in steep[place + 1 :]
    )
