"""One audit: numbers held against what an assumption says they are, and what follows.

No assumption is exactly true of a network, and with enough samples every test rejects it. So an
audit asks how far from true. Each number has a value under the assumption and a tolerance, both fixed
before anything was measured. It holds when its whole 95 % interval lies within the tolerance, fails
when the whole interval lies outside, and is undecided else. An audit fails when one of its numbers
does and holds when all of them do. Tests are reported beside and decide nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, isnan
from typing import Any, final

from lossatlas.evidence import Ruling

from ._assumptions import Assumption, Kind


@final
@dataclass(frozen=True)
class Part:
    """One number of an audit.

    Attributes:
        statistic: What it is.
        under: Its value under the assumption.
        tolerance: How far from it the number may be.
        measured: What it is here; None where the samples do not suffice to say.
        low: The lower end of its 95 % interval; None where there is none.
        high: The upper end.
    """

    statistic: str
    under: float
    tolerance: float
    measured: float | None
    low: float | None = None
    high: float | None = None

    @property
    def verdict(self) -> Ruling:
        """Where the interval lies."""
        if self.measured is None or self.low is None or self.high is None:
            return Ruling.UNDECIDED
        least, most = self.under - self.tolerance, self.under + self.tolerance
        if least <= self.low and self.high <= most:
            return Ruling.HOLDS
        return Ruling.FAILS if self.low > most or self.high < least else Ruling.UNDECIDED

    @property
    def interval(self) -> tuple[float, float] | None:
        """The ends of the interval."""
        return None if self.low is None or self.high is None else (self.low, self.high)

    def __str__(self) -> str:
        if self.measured is None:
            return "not measurable"
        if self.interval is None or self.low == self.high:
            return f"{self.measured:.3g}"
        return f"{self.measured:.3g} ({self.low:.3g} to {self.high:.3g})"

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""
        return {
            "statistic": self.statistic,
            "under": self.under,
            "tolerance": self.tolerance,
            "measured": self.measured,
            "interval": self.interval,
            "verdict": self.verdict.value,
        }


@final
@dataclass(frozen=True)
class Audit:
    """How far one assumption is from true of one network on one sample.

    Attributes:
        about: The assumption.
        parts: The numbers that the verdict follows from; none where the audit does not apply.
        verdict: Holds, fails, undecided or not applicable.
        sentence: What was found, for a reader who has not read the papers.
        test: The test behind the p-value; "" where there is none.
        p_value: Of the assumption taken literally; small means that chance does not explain the
            difference, not that it is large.
        details: More numbers and words, by name; they decide nothing.
    """

    about: Assumption
    parts: tuple[Part, ...]
    verdict: Ruling
    sentence: str
    test: str = ""
    p_value: float | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def assumption(self) -> str:
        """The assumption's id."""
        return self.about.id

    @property
    def kind(self) -> Kind:
        """Reshaping, distributional, remaining, or behind them."""
        return self.about.kind

    @property
    def theorem(self) -> str:
        """What needs the assumption."""
        return self.about.theorem

    @property
    def droppable(self) -> bool | None:
        """Whether Kawaguchi's paper does without it."""
        return self.about.droppable

    @property
    def ours(self) -> bool:
        """Whether the label is ours."""
        return self.about.ours

    @property
    def deciding(self) -> Part | None:
        """The first number that the verdict follows from."""
        return next((p for p in self.parts if p.verdict is self.verdict), None)

    @property
    def statistic(self) -> str:
        """What the deciding number is."""
        return self.deciding.statistic if self.deciding else ""

    @property
    def under(self) -> float | None:
        """The deciding number's value under the assumption."""
        return self.deciding.under if self.deciding else None

    @property
    def measured(self) -> float | None:
        """The deciding number."""
        return self.deciding.measured if self.deciding else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Its 95 % interval."""
        return self.deciding.interval if self.deciding else None

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON: what is not finite is a word."""
        values: dict[str, Any] = {
            "assumption": self.assumption,
            "kind": self.kind.value,
            "content": self.about.content,
            "statistic": self.statistic,
            "under": self.under,
            "measured": self.measured,
            "interval": self.interval,
            "test": self.test,
            "p_value": self.p_value,
            "verdict": self.verdict.value,
            "sentence": self.sentence,
            "theorem": self.theorem,
            "droppable": self.droppable,
            "ours": self.ours,
            "parts": [part.to_dict() for part in self.parts],
            "details": dict(self.details),
        }
        return {key: _in_words(value) for key, value in values.items()}


def ruled(parts: Sequence[Part]) -> Ruling:
    """What follows from the numbers together."""
    verdicts = [part.verdict for part in parts]
    if Ruling.FAILS in verdicts:
        return Ruling.FAILS
    return Ruling.UNDECIDED if not parts or Ruling.UNDECIDED in verdicts else Ruling.HOLDS


def not_applicable(about: Assumption, reason: str) -> Audit:
    """The audit of an assumption that says nothing of this network."""
    return Audit(about, (), Ruling.NOT_APPLICABLE, f"Does not apply: {reason}.")


def _in_words(value: Any) -> Any:
    """The same with "Infinity", "-Infinity" and "NaN", which JSON has no numbers for, as strings."""
    if isinstance(value, dict):
        return {key: _in_words(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_in_words, value))
    if not isinstance(value, float) or isfinite(value):
        return value
    return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"
