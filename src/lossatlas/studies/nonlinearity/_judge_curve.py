"""N2: the share of bad minima against the slope below zero, and for smooth activations."""

from collections.abc import Sequence

from lossatlas.evidence import Check, Strength

from ._claims import BEST_PRESET, SEARCHES_NEEDED, SLOPES_NEEDED, SMOOTH
from ._rows import Row, Rows, by, networks_of
from ._settings import IDENTITY
from ._why import Share


def check_curve(rows: Rows) -> list[Check]:
    """N2: enough of the curve, and none at slope 1."""
    networks = networks_of(rows.ends)
    linear = [row for row in rows.ends if row["activation"] == IDENTITY]
    return [
        Check.enough(
            f"Networks with at least {SLOPES_NEEDED} slopes, 1 and 0 among them, and with "
            f"{' and '.join(SMOOTH)}, {SEARCHES_NEEDED} searches each ({BEST_PRESET})",
            needed=1,
            counted=sum(is_curve(own) for own in networks.values()),
            strength=Strength.MEASURED,
        ),
        Check.no_exception(
            "Searches at slope 1 that do not end in a bad minimum",
            exceptions=sum(row["share"] == Share.BAD.value for row in linear),
            sample_size=len(linear),
            strength=Strength.MEASURED,
        ),
    ]


def is_curve(rows: Sequence[Row]) -> bool:
    """Whether a network was searched with all the activations that the rule asks for."""
    counted = {
        name: own[0]["slope"]
        for name, own in by("activation", rows).items()
        if len(own) >= SEARCHES_NEEDED
    }
    slopes = {slope for slope in counted.values() if slope is not None}
    return len(slopes) >= SLOPES_NEEDED and {0.0, 1.0} <= slopes and set(SMOOTH) <= set(counted)
