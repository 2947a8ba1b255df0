"""The words that the claims of a study explain, each once, and the background that its claims share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from lossatlas.evidence import Verdict

from ._anchors import anchors


@final
@dataclass(frozen=True)
class Word:
    """A word with its meaning and the place where the page explains it."""

    anchor: str
    word: str
    meaning: str


@final
@dataclass(frozen=True)
class Glossary:
    """The words of one study, in the order in which its claims need them."""

    anchor: str
    study: str
    words: tuple[Word, ...]

    def of(self, verdict: Verdict) -> tuple[Word, ...]:
        """The words that one claim needs."""
        needed = {word.casefold() for word, _ in verdict.claim.words}
        return tuple(entry for entry in self.words if entry.word.casefold() in needed)


def glossaries(verdicts: Sequence[Verdict]) -> dict[str, Glossary]:
    """The glossary of each study whose claims explain words."""
    studies = list(dict.fromkeys(v.study for v in verdicts if v.claim.words))
    return {
        study: _glossary(anchor, study, [v for v in verdicts if v.study == study])
        for anchor, study in zip(anchors("words", studies), studies, strict=True)
    }


def _glossary(anchor: str, study: str, verdicts: Sequence[Verdict]) -> Glossary:
    spelled: dict[str, str] = {}
    meanings: dict[str, list[str]] = {}
    for word, meaning in (pair for verdict in verdicts for pair in verdict.claim.words):
        key = word.casefold()
        spelled.setdefault(key, word)
        known = meanings.setdefault(key, [])
        known += [] if meaning in known else [meaning]
    names = anchors(f"{anchor}-word", list(spelled.values()))
    words = [
        Word(name, spelled[key], " Also: ".join(meanings[key]))
        for name, key in zip(names, spelled, strict=True)
    ]
    return Glossary(anchor, study, tuple(words))


def background_home(verdicts: Sequence[Verdict], place: int) -> int:
    """Which claim of a study tells the background that claims share: the first that has it."""
    mine = verdicts[place]
    return next(
        i
        for i, other in enumerate(verdicts)
        if (other.study, other.claim.background) == (mine.study, mine.claim.background)
    )
