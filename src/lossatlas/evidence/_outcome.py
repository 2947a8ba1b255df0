"""What a study's judgement consists of."""

from dataclasses import dataclass
from typing import final

from ._figure import Figure
from ._verdict import Verdict


@final
@dataclass(frozen=True)
class Outcome:
    """The verdicts of a study and the figures that show them."""

    verdicts: tuple[Verdict, ...]
    figures: tuple[Figure, ...]
