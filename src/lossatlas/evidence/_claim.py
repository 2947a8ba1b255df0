"""A numbered statement of a paper."""

from dataclasses import asdict, dataclass
from typing import Any, final


@final
@dataclass(frozen=True)
class Claim:
    """A statement that a study tests.

    `statement` is the paper's sentence in our words, `plain` says it to a newcomer, `rule` is the
    pass rule in words, fixed before anything is measured. `background` says what a newcomer must know
    to see why anybody asks, and `words` explains the words of the claim: pairs of a word and its meaning.
    """

    id: str
    statement: str
    plain: str
    source: str
    rule: str
    background: str = ""
    words: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON; `from_dict` is the inverse."""
        return {**asdict(self), "words": [list(pair) for pair in self.words]}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Claim":
        """The inverse of `to_dict`; catalogues from before there were words have none."""
        words = tuple((word, meaning) for word, meaning in values.get("words", ()))
        fields: dict[str, Any] = {**values, "words": words}
        return cls(**fields)
