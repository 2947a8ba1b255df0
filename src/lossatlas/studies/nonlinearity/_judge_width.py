"""N4: the share of bad minima of ReLU networks against the width."""

from collections.abc import Sequence

import numpy as np

from lossatlas.evidence import Check, Strength
from lossatlas.studies._trend import CONFIDENCE, Trend, mean, trend

from ._claims import BEST_PRESET, SEARCHES_NEEDED, WIDTHS_NEEDED
from ._rows import Row, Rows, by
from ._settings import RELU
from ._why import Share

_MEASURES = {
    "the share of bad minima": (Share.BAD,),
    "the share of ends above the best known value": (Share.BAD, Share.REST),
}


def check_widths(rows: Rows) -> list[Check]:
    """N4: enough widths, and both shares fall in every family."""
    families = {family: _counted(own) for family, own in sweeps(rows).items()}
    ready = {family: own for family, own in families.items() if len(own) >= WIDTHS_NEEDED}
    enough = Check.enough(
        f"Families of ReLU networks with at least {WIDTHS_NEEDED} widths, {SEARCHES_NEEDED} searches "
        f"each ({BEST_PRESET})",
        needed=max(1, len(families)),
        counted=len(ready),
        strength=Strength.MEASURED,
    )
    return [enough, *(check for family, own in ready.items() for check in _falls(family, own))]


def sweeps(rows: Rows) -> dict[str, list[Row]]:
    """The ends of ReLU networks that are held against each other by width, by family."""
    return by("family", (r for r in rows.ends if r["sweep"] and r["activation"] == RELU))


def _counted(rows: Sequence[Row]) -> dict[int, list[Row]]:
    return {w: own for w, own in by("width", rows).items() if len(own) >= SEARCHES_NEEDED}


def _falls(family: str, widths: dict[int, list[Row]]) -> list[Check]:
    return [
        share_falls(f"{family}: {what}", trend(_indicators(widths, shares), mean))
        for what, shares in _MEASURES.items()
    ]


def _indicators(widths: dict[int, list[Row]], shares: Sequence[Share]) -> dict[int, np.ndarray]:
    """1 for a search that ended in one of the shares, 0 for another, by width."""
    names = {share.value for share in shares}
    return {w: np.array([row["share"] in names for row in own], float) for w, own in widths.items()}


def share_falls(what: str, found: Trend) -> Check:
    """The check that a share falls; one that has reached zero need not fall any further.

    Args:
        what: What falls, the start of the sentence.
        found: Its trend.
    """
    passed = _ruled(found)
    word = {True: "falls", False: "rises", None: "has no certain trend"}[passed]
    places = ", ".join(map(str, found.places))
    measured = f"{found} at widths {places}; slope {found.slope}"
    sentence = f"{what} {word}: {measured}, {CONFIDENCE:.0%} interval over {found.runs} searches."
    return Check(what, "falls", measured, passed, sentence, found.runs, Strength.MEASURED)


def _ruled(found: Trend) -> bool | None:
    if not np.isfinite([found.slope.low, found.slope.high]).all():
        return None
    if any(step.low > 0 for step in (found.slope, *found.steps)):
        return False
    values = [value.value for value in found.values]
    falls = all(
        step.value < 0 or before == after == 0
        for step, before, after in zip(found.steps, values, values[1:], strict=False)
    )
    return True if found.slope.high < 0 and falls else None
