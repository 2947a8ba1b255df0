"""The four things that can be said of a statement."""

from enum import StrEnum


class Ruling(StrEnum):
    """The four things a verdict can say."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"
    NOT_APPLICABLE = "not applicable"
