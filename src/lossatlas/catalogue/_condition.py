"""What records are asked for: equalities, ranges and sets of values of their attributes.

Not-a-number equals not-a-number here, since a reader who asks for it wants to see it, and lies in
no range. Booleans are not numbers: `True` does not find 1. A record without the attribute is not
found.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeGuard, final

from lossatlas.errors import misuse

from ._record import Number, Scalar, check_name, plain_scalar


@final
@dataclass(frozen=True)
class Range:
    """The numbers between two bounds; a bound of None is no bound.

    Example:
        >>> from lossatlas.catalogue import Range
        >>> 2.0 in Range(high=2.0), 2.0 in Range(high=2.0, closed=False), float("nan") in Range()
        (True, False, False)
    """

    low: Number | None = None
    high: Number | None = None
    closed: bool = True

    def __contains__(self, value: object) -> bool:
        if not is_number(value):
            return False
        above = self.low is None or value > self.low or (self.closed and value == self.low)
        below = self.high is None or value < self.high or (self.closed and value == self.high)
        return above and below


Where: TypeAlias = Mapping[str, Any]


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number that can be compared: no boolean, no not-a-number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def checked_where(where: Where | None) -> dict[str, Range | tuple[Scalar, ...]]:
    """Every condition as a range or a tuple of values.

    Raises:
        ValueError: If a name or a value cannot be one of an attribute.
    """
    return {check_name(name): _checked(name, item) for name, item in (where or {}).items()}


def _checked(name: str, condition: Any) -> Range | tuple[Scalar, ...]:
    if isinstance(condition, Range):
        for bound in (condition.low, condition.high):
            if bound is not None and not is_number(bound):
                raise misuse(
                    f"where[{name!r}]",
                    should="have numbers as bounds",
                    got=bound,
                    remedy="Ask for `float('nan')` itself, without a range, to find it.",
                )
        return condition
    if isinstance(condition, list | tuple | set | frozenset):
        return tuple(plain_scalar(name, value) for value in condition)
    return (plain_scalar(name, condition),)


def checked_limit(limit: int | None) -> int | None:
    """The limit itself.

    Raises:
        ValueError: If it is negative.
    """
    if limit is not None and limit < 0:
        raise misuse("limit", should="not be negative", got=limit, remedy="Pass None for all.")
    return limit


def satisfies(value: Scalar, condition: Range | tuple[Scalar, ...]) -> bool:
    """Whether one attribute meets one condition."""
    if isinstance(condition, Range):
        return value in condition
    return any(_same(value, wanted) for wanted in condition)


def _same(value: Scalar, wanted: Scalar) -> bool:
    if is_nan(wanted) or is_nan(value):
        return is_nan(wanted) and is_nan(value)
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    return value == wanted


def is_nan(value: object) -> bool:
    """Whether a value is the float that is not a number."""
    return isinstance(value, float) and math.isnan(value)
