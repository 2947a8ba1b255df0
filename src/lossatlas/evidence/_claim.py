"""A numbered statement of a paper."""

from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True)
class Claim:
    """A statement that a study tests.

    `statement` is the paper's sentence in our words, `plain` says it to a newcomer, `rule` is the
    pass rule in words, fixed before anything is measured.
    """

    id: str
    statement: str
    plain: str
    source: str
    rule: str
