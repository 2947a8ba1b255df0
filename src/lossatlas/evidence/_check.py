"""One comparison of a predicted number with a measured one."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from math import isfinite
from typing import Any, Self, final


class Strength(StrEnum):
    """How a number was obtained."""

    PROVED = "proved"
    MEASURED = "measured"


@final
@dataclass(frozen=True)
class Check:
    """A comparison with its outcome: passed is true, false, or None for undecided.

    `sentence` is made from the numbers by the constructor that made the check, so that a number
    that changes changes the words.
    """

    what: str
    predicted: str
    measured: str
    passed: bool | None
    sentence: str
    sample_size: int
    strength: Strength
    tolerance: float | None = None

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
    ) -> Self:
        """Every one of a sample does as predicted; undecided below `minimum` cases."""
        measured = f"{sample_size - exceptions} of {sample_size}"
        passed = False if exceptions else (None if sample_size < minimum else True)
        if exceptions:
            sentence = f"{what}: {exceptions} of {sample_size} do not."
        elif passed is None:
            sentence = f"{what}: only {sample_size} cases, and {minimum} are needed to judge."
        else:
            sentence = f"{what}: all {sample_size} do."
        return cls(what, "all", measured, passed, sentence, sample_size, strength, tolerance)

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
    ) -> Self:
        """A measured number lies within an absolute tolerance of the predicted one."""
        distance = abs(measured - predicted)
        passed = distance <= tolerance if isfinite(distance) else None
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
    ) -> Self:
        """A measured number is not below a bound."""
        return cls._bounded(
            what, "at least", bound, measured, measured >= bound, sample_size, strength
        )

    @classmethod
    def at_most(
        cls, what: str, *, bound: float, measured: float, sample_size: int, strength: Strength
    ) -> Self:
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
    ) -> Self:
        passed = holds if isfinite(measured) and sample_size > 0 else None
        tail = {True: "as predicted", False: "which it is not", None: "which cannot be judged"}[
            passed
        ]
        sentence = f"{what}: {measured:.6g}, should be {relation} {bound:.6g}, {tail}."
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
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        fields: dict[str, Any] = {**values, "strength": Strength(values["strength"])}
        return cls(**fields)
