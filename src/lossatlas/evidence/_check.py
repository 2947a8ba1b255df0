"""One comparison of a predicted number with a measured one."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from math import isfinite
from re import search
from typing import Any, final

from lossatlas.errors import misuse


class Strength(StrEnum):
    """How a number was obtained."""

    PROVED = "proved"
    MEASURED = "measured"


@final
@dataclass(frozen=True)
class Check:
    """A comparison with its outcome: passed is true, false, or None for undecided.

    `sentence` is made from the numbers by the constructor that made the check, so that a number
    that changes changes the words. A `procedural` check asks only that a sample be large enough: it
    can leave a claim open and says nothing of the claim's subject.
    """

    what: str
    predicted: str
    measured: str
    passed: bool | None
    sentence: str
    sample_size: int
    strength: Strength
    tolerance: float | None = None
    procedural: bool = False

    @classmethod
    def no_exception(
        cls,
        what: str,
        *,
        exceptions: int,
        sample_size: int,
        strength: Strength,
        minimum: int = 1,
        tolerance: float | None = None,
    ) -> "Check":
        """Every one of a sample does as predicted; undecided below `minimum` cases, or with none.

        Raises:
            ValueError: If there are more exceptions than cases, or fewer than none.
        """
        if not 0 <= exceptions <= sample_size:
            raise misuse(
                "exceptions",
                should=f"lie between 0 and the {sample_size} cases",
                got=exceptions,
                remedy="Count exceptions among the same cases as `sample_size`.",
            )
        measured = f"{sample_size - exceptions} of {sample_size}"
        needed = max(1, minimum)
        passed = False if exceptions else (None if sample_size < needed else True)
        sentence = _counted(what, exceptions, sample_size, needed)
        return cls(what, "all", measured, passed, sentence, sample_size, strength, tolerance)

    @classmethod
    def enough(cls, what: str, *, needed: int, counted: int, strength: Strength) -> "Check":
        """A sample is as large as the rule asks; too small a one leaves the claim undecided."""
        passed = True if counted >= needed else None
        verb = "is" if needed == 1 else "are"
        tail = f"at least {needed} {verb} needed" + ("" if passed else " to judge")
        return cls(
            what,
            f"at least {needed}",
            str(counted),
            passed,
            f"{what}: {counted}; {tail}.",
            counted,
            strength,
            procedural=True,
        )

    @classmethod
    def within(
        cls,
        what: str,
        *,
        predicted: float,
        measured: float,
        tolerance: float,
        sample_size: int,
        strength: Strength,
    ) -> "Check":
        """A measured number lies within an absolute tolerance of the predicted one.

        Undecided when a number is not finite or nothing was looked at.
        """
        distance = abs(measured - predicted)
        judged = isfinite(distance) and isfinite(tolerance) and sample_size > 0
        passed = distance <= tolerance if judged else None
        word = {True: "agree", False: "differ", None: "cannot be compared"}[passed]
        sentence = (
            f"{what}: predicted {predicted:.9g}, measured {measured:.9g}; "
            f"they {word} (distance {distance:.2g}, tolerance {tolerance:.2g})."
        )
        return cls(
            what,
            f"{predicted:.9g}",
            f"{measured:.9g}",
            passed,
            sentence,
            sample_size,
            strength,
            tolerance,
        )

    @classmethod
    def at_least(
        cls, what: str, *, bound: float, measured: float, sample_size: int, strength: Strength
    ) -> "Check":
        """A measured number is not below a bound."""
        return cls._bounded(
            what, "at least", bound, measured, measured >= bound, sample_size, strength
        )

    @classmethod
    def at_most(
        cls, what: str, *, bound: float, measured: float, sample_size: int, strength: Strength
    ) -> "Check":
        """A measured number is not above a bound."""
        return cls._bounded(
            what, "at most", bound, measured, measured <= bound, sample_size, strength
        )

    @classmethod
    def _bounded(
        cls,
        what: str,
        relation: str,
        bound: float,
        measured: float,
        holds: bool,
        sample_size: int,
        strength: Strength,
    ) -> "Check":
        judged = isfinite(measured) and isfinite(bound) and sample_size > 0
        passed = holds if judged else None
        sentence = {
            True: f"{what}: {measured:.6g}, {relation} {bound:.6g} as predicted.",
            False: f"{what}: {measured:.6g}, and not {relation} {bound:.6g} as predicted.",
            None: f"{what}: {measured:.6g}; whether it is {relation} {bound:.6g} is open.",
        }[passed]
        return cls(
            what,
            f"{relation} {bound:.6g}",
            f"{measured:.6g}",
            passed,
            sentence,
            sample_size,
            strength,
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Check":
        """The inverse of `to_dict`; what an old catalogue did not mark is told by its sentence."""
        asks = search(r"; at least \d+ are needed( to judge)?\.$", values["sentence"]) is not None
        fields: dict[str, Any] = {
            "procedural": asks,
            **values,
            "strength": Strength(values["strength"]),
        }
        return cls(**fields)


def _counted(what: str, exceptions: int, sample_size: int, needed: int) -> str:
    """The sentence of a check that counts exceptions."""
    if exceptions:
        verb = "does" if exceptions == 1 else "do"
        return f"{what}: {exceptions} of {sample_size} {verb} not."
    if sample_size == 0:
        return f"{what}: no case, and at least {needed} {'is' if needed == 1 else 'are'} needed to judge."
    if sample_size < needed:
        cases = "case" if sample_size == 1 else "cases"
        return f"{what}: only {sample_size} {cases}, and {needed} needed to judge."
    return f"{what}: {'the only one does' if sample_size == 1 else f'all {sample_size} do'}."
