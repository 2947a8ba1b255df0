"""Plain numbers, as marks hold them, and the refusal of ragged ones."""

from collections.abc import Iterable, Sequence
from typing import SupportsFloat, TypeAlias

from lossatlas.errors import misuse

Numbers: TypeAlias = tuple[float, ...]


def numbers(values: Iterable[SupportsFloat]) -> Numbers:
    """Any run of numbers (an array, a tensor, a generator) as a mark wants it.

    Example:
        >>> from lossatlas.evidence import numbers
        >>> numbers(x / 2 for x in range(3))
        (0.0, 0.5, 1.0)
    """
    return tuple(float(value) for value in values)


def same_length(
    name: str,
    values: Sequence[object],
    like: str,
    others: Sequence[object],
    *,
    may_be_empty: bool = False,
) -> None:
    """Refuse a ragged mark where it is made, not where it is drawn."""
    if len(values) != len(others) and (values or not may_be_empty):
        raise misuse(
            name,
            should=f"have the length {len(others)} of `{like}`",
            got=f"length {len(values)}",
            remedy="Mark a missing number by `nan`.",
        )
