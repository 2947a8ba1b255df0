"""The study's name, and its shares in words."""

from collections.abc import Sequence

from lossatlas.evidence import Band, Line, Scatter, numbers
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


def share_marks(
    places: Sequence[float], ends: Sequence[Sequence[Row]]
) -> tuple[Line, Band, Scatter, Line]:
    """The share of bad minima at each place with its interval, and that of all ends above the best.

    Args:
        places: Where the networks stand.
        ends: The ends of each network.
    """
    shares = [part(own, Share.BAD) for own in ends]
    x, y = numbers(places), numbers(share.count / share.total for share in shares)
    low, high = zip(*(share.interval for share in shares), strict=True)
    hover = tuple(
        f"{own[0]['architecture']} with {own[0]['activation']}: {shares_in_words(own)}"
        for own in ends
    )
    above = numbers(1 - part(own, Share.BEST).count / len(own) for own in ends)
    return (
        Line(x, y, "bad minima"),
        Band(x, low, high, "bad minima"),
        Scatter(x, y, "bad minima", hover=hover),
        Line(x, above, "all ends above the best known value", dashed=True),
    )
