"""N1: the identity has no bad minimum, ReLU has some."""

from collections.abc import Sequence

from lossatlas.evidence import Check, Strength

from ._claims import BEST_PRESET, IDENTIFIED_SHARE_NEEDED, SEARCHES_NEEDED, VALUE_TOLERANCE
from ._rows import Row, Rows, by, networks_of
from ._settings import IDENTITY, RELU
from ._why import PASSES_FOR_A_MINIMUM, Why

_MINIMA = {Why.BEST.value, *(why.value for why in PASSES_FOR_A_MINIMUM)}


def check_nonlinearity(rows: Rows) -> list[Check]:
    """N1: enough searches of pairs of networks, and what they ended in."""
    known = _known(rows)
    pairs = [
        pair
        for network, own in networks_of(rows.ends).items()
        if network in known and (pair := _pair(own)) is not None
    ]
    return [
        Check.enough(
            f"Networks searched at least {SEARCHES_NEEDED} times both with the identity, "
            f"{IDENTIFIED_SHARE_NEEDED:.0%} of whose ends are at the global value or pass for minima, and "
            f"with ReLU ({BEST_PRESET})",
            needed=1,
            counted=sum(_is_enough(*pair) for pair in pairs),
            strength=Strength.MEASURED,
        ),
        *_identity_checks(rows, known),
        *([_relu_check(rows)] if pairs else []),
    ]


def _pair(rows: Sequence[Row]) -> tuple[list[Row], list[Row]] | None:
    """The ends of a network with the identity and with ReLU, where there are both."""
    activations = by("activation", rows)
    if IDENTITY not in activations or RELU not in activations:
        return None
    return activations[IDENTITY], activations[RELU]


def _is_enough(linear: Sequence[Row], relu: Sequence[Row]) -> bool:
    identified = sum(map(_is_identified, linear))
    needed = max(SEARCHES_NEEDED, len(linear)) * IDENTIFIED_SHARE_NEEDED
    return min(len(linear), len(relu)) >= SEARCHES_NEEDED and identified >= needed


def _known(rows: Rows) -> set[tuple[str, str]]:
    """The networks on data of which the theorem speaks."""
    return {
        (row["family"], row["architecture"])
        for row in rows.networks
        if row["activation"] == IDENTITY and row["theorem"]
    }


def _identity_checks(rows: Rows, known: set[tuple[str, str]]) -> list[Check]:
    """Every end of a linear network that passes for a minimum has the global value."""
    return [
        Check.no_exception(
            f"{architecture} with the identity ({family}): ends that are at the global value or pass for "
            "minima are at the global value",
            exceptions=sum(not abs(row["above"]) <= VALUE_TOLERANCE for row in passing),
            sample_size=len(passing),
            strength=Strength.MEASURED,
            tolerance=VALUE_TOLERANCE,
        )
        for (family, architecture), own in networks_of(
            row for row in rows.ends if row["activation"] == IDENTITY
        ).items()
        if (family, architecture) in known
        for passing in [[row for row in own if _is_identified(row)]]
    ]


def _is_identified(row: Row) -> bool:
    """Whether an end of a linear network says something about its minima.

    One at the global value is a global minimum. One below it does too: the value would be wrong.
    """
    return bool(row["passes"]) or row["why"] in _MINIMA


def _relu_check(rows: Rows) -> Check:
    """At least one bad minimum of a ReLU network is proved."""
    relu = [row for row in rows.points if row["activation"] == RELU]
    ends = sum(
        row["activation"] == RELU and row["why"] == Why.BAD_MINIMUM.value for row in rows.ends
    )
    return Check.at_least(
        f"Bad minima of ReLU networks that are proved, {ends} searches ended in them",
        bound=1.0,
        measured=float(sum(bool(row["proved"] and row["bad"]) for row in relu)),
        sample_size=sum(row["activation"] == RELU for row in rows.ends),
        strength=Strength.PROVED,
    )
