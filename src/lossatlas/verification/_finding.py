"""What the checker says of one statement: proved again, refuted, or undecided."""

from dataclasses import dataclass
from enum import StrEnum
from typing import final


class Outcome(StrEnum):
    """Three values: what is not proved again is refuted only if its opposite is proved."""

    PROVED = "proved again"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


@final
@dataclass(frozen=True)
class Finding:
    """The answer to one statement; true as a condition only if it was proved again."""

    outcome: Outcome
    reason: str = ""

    def __bool__(self) -> bool:
        return self.outcome is Outcome.PROVED


PROVED = Finding(Outcome.PROVED)


def refuted(reason: str) -> Finding:
    """The opposite is proved."""
    return Finding(Outcome.REFUTED, reason)


def undecided(reason: str) -> Finding:
    """Neither the statement nor its opposite is proved."""
    return Finding(Outcome.UNDECIDED, reason)
