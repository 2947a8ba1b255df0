"""The study's name, and its shares in words."""

from collections.abc import Sequence
from math import nan

from lossatlas.evidence import Line, numbers
from lossatlas.studies._share import Share as Part

from ._rows import Row, by
from ._why import Share

STUDY = "nonlinearity"


def part(rows: Sequence[Row], share: Share) -> Part:
    """How many of the searches ended in a share, with their interval."""
    return Part(sum(row["share"] == share.value for row in rows), len(rows))


def shares_in_words(rows: Sequence[Row]) -> str:
    """The three shares, the third with what it is made of."""
    rest = [row for row in rows if row["share"] == Share.REST.value]
    reasons = ", ".join(f"{len(own)} {why}" for why, own in by("why", rest).items())
    return "; ".join(
        f"{share.value} {part(rows, share)}"
        + (f" ({reasons})" if share is Share.REST and rest else "")
        for share in Share
    )


def intervals(places: Sequence[float], shares: Sequence[Part]) -> Line:
    """The intervals of shares as upright lines, with gaps between them."""
    ends = [share.interval for share in shares]
    return Line(
        numbers(x for place in places for x in (place, place, nan)),
        numbers(y for low, high in ends for y in (low, high, nan)),
        "95 % intervals",
    )
