"""What a study says of a claim."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

from ._check import Check, Strength
from ._claim import Claim
from ._ruling import Ruling
from ._table import Table


@final
@dataclass(frozen=True)
class Verdict:
    """The ruling on a claim, with the checks that it follows from.

    `headline` is the result in a sentence or two with its numbers, for a reader who stops there.
    `notes` are remarks that do not enter the ruling: assumptions that were broken on purpose, what
    was seen where the theorem does not speak. `tables` are remarks with too many numbers for a
    sentence.
    """

    claim: Claim
    study: str
    ruling: Ruling
    checks: tuple[Check, ...]
    seed: int
    notes: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    headline: str = ""

    @classmethod
    def judge(
        cls,
        claim: Claim,
        study: str,
        checks: Sequence[Check],
        *,
        seed: int,
        notes: Sequence[str] = (),
        tables: Sequence[Table] = (),
        headline: str = "",
    ) -> "Verdict":
        """The verdict that follows from the checks; without checks it is undecided."""
        ruling = _ruling(checks)
        return cls(claim, study, ruling, tuple(checks), seed, tuple(notes), tuple(tables), headline)

    @classmethod
    def not_applicable(cls, claim: Claim, study: str, reason: str, *, seed: int) -> "Verdict":
        """The verdict where the statement says nothing, with the reason why."""
        return cls(claim, study, Ruling.NOT_APPLICABLE, (), seed, (reason,))

    @property
    def strength(self) -> Strength:
        """Proved only when every check is."""
        proved = bool(self.checks) and self.num_proved == len(self.checks)
        return Strength.PROVED if proved else Strength.MEASURED

    @property
    def num_proved(self) -> int:
        """How many of the checks are proofs."""
        return sum(check.strength is Strength.PROVED for check in self.checks)

    @property
    def basis(self) -> str:
        """What stands behind the ruling, in two to four words."""
        if 0 < self.num_proved < len(self.checks):
            return f"{self.num_proved} of {len(self.checks)} proved"
        return self.strength.value

    @property
    def sample_size(self) -> int:
        """The cases looked at, over all checks."""
        return sum(check.sample_size for check in self.checks)

    @property
    def tolerance(self) -> float | None:
        """The widest tolerance used, None when the checks are exact."""
        given = [check.tolerance for check in self.checks if check.tolerance is not None]
        return max(given) if given else None

    @property
    def deciding(self) -> tuple[Check, ...]:
        """The checks that the ruling follows from: all of them where none stands out."""
        deciding = tuple(check for check in self.checks if _decides(check, self.ruling))
        return deciding or self.checks

    @property
    def sentence(self) -> str:
        """The verdict in words: what decided it first, then how much stands behind it."""
        words = " ".join(check.sentence for check in self.deciding)
        if self.ruling is Ruling.NOT_APPLICABLE:
            return words or "The statement does not apply here."
        return words or "Nothing was measured."

    @property
    def reason(self) -> str:
        """The sentence and the notes."""
        return " ".join([self.sentence, *self.notes])

    def summary(self) -> dict[str, Any]:
        """The row of the ledger, with the keys that `lossatlas claims --json` promises."""
        return {
            "id": self.claim.id,
            "statement": self.claim.statement,
            "study": self.study,
            "verdict": self.ruling.value,
            "strength": self.strength.value,
            "predicted": "; ".join(f"{c.what}: {c.predicted}" for c in self.checks),
            "measured": "; ".join(f"{c.what}: {c.measured}" for c in self.checks),
            "tolerance": self.tolerance,
            "sample_size": self.sample_size,
            "seed": self.seed,
            "reason": self.reason,
            "headline": self.headline,
        }

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON; `from_dict` is the inverse."""
        return {
            "claim": self.claim.to_dict(),
            "study": self.study,
            "ruling": self.ruling.value,
            "checks": [check.to_dict() for check in self.checks],
            "seed": self.seed,
            "notes": list(self.notes),
            "tables": [table.to_dict() for table in self.tables],
            "headline": self.headline,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Verdict":
        """The inverse of `to_dict`."""
        return cls(
            Claim.from_dict(values["claim"]),
            values["study"],
            Ruling(values["ruling"]),
            tuple(Check.from_dict(check) for check in values["checks"]),
            values["seed"],
            tuple(values["notes"]),
            # catalogues from before there were tables have none
            tuple(Table.from_dict(table) for table in values.get("tables", ())),
            values.get("headline", ""),
        )


def _ruling(checks: Sequence[Check]) -> Ruling:
    outcomes = [check.passed for check in checks]
    if False in outcomes:
        return Ruling.FAILS
    if not outcomes or None in outcomes:
        return Ruling.UNDECIDED
    return Ruling.HOLDS


def _decides(check: Check, ruling: Ruling) -> bool:
    return {
        Ruling.FAILS: check.passed is False,
        Ruling.UNDECIDED: check.passed is None,
    }.get(ruling, True)
