"""Rows in groups."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Item = TypeVar("Item")


def by(key: str | Callable[[Item], Any], items: Iterable[Item]) -> dict[Any, list[Item]]:
    """Rows, or anything else, grouped by a column or a key, groups in order of first appearance."""
    groups: dict[Any, list[Item]] = defaultdict(list)
    for item in items:
        row: Any = item
        groups[row[key] if isinstance(key, str) else key(item)].append(item)
    return dict(groups)
