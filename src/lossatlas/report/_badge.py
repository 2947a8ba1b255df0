"""A word with an icon and a colour: how a ruling and a strength are shown everywhere on the page."""

from dataclasses import dataclass
from typing import final

from lossatlas.evidence import Ruling

_RULING_CLASS = {
    Ruling.HOLDS: "holds",
    Ruling.FAILS: "fails",
    Ruling.UNDECIDED: "undecided",
    Ruling.NOT_APPLICABLE: "silent",
}


@final
@dataclass(frozen=True)
class Badge:
    """A word with the class of its icon and colour."""

    word: str
    kind: str


def ruling_badge(ruling: Ruling) -> Badge:
    """The badge of a ruling."""
    return Badge(ruling.value, _RULING_CLASS[ruling])
