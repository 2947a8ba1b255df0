"""What a report is made of, before it is a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import final

from lossatlas.evidence import Figure, Verdict


@final
@dataclass(frozen=True, eq=False)
class Report:
    """The contents of one page, as data.

    `verdicts` stand in the order of the ledger; a figure is drawn with the first claim that it
    names. `titles` says what each study asks; without a `title` of its own the page of one study has
    that study's. `settings` and `provenance` (versions, seeds, processor, times) may be nested;
    `repeat` holds the commands that make the run again; `counts` says how many catalogue records
    there are of each kind, and `points` shows some of them, one mapping a row.
    """

    verdicts: tuple[Verdict, ...]
    figures: tuple[Figure, ...] = ()
    title: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)
    provenance: Mapping[str, object] = field(default_factory=dict)
    repeat: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    points: tuple[Mapping[str, object], ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
