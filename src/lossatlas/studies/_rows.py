"""The records of a run as rows: read by kind, sorted, grouped, counted, and what of them all say.

A row is the attribute table of one record, and nothing of how or when the record was made. What a
study judges is sorted by what it is about, since tasks end in any order.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from math import isfinite
from typing import Any, TypeAlias, TypeVar

from lossatlas.catalogue import AbstractStore

Row: TypeAlias = Mapping[str, Any]
Item = TypeVar("Item")


def read_kinds(
    store: AbstractStore,
    study: str,
    kinds: Iterable[str],
    *,
    arrays: Collection[str] = (),
    only: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, list[Row]]:
    """The rows of a study, by the kind of their records.

    Args:
        store: Where the records are.
        study: The study's name.
        kinds: The kinds to read.
        arrays: Those whose arrays are read too, to stand under `array`; the others' stay in the store.
        only: For a kind, the condition that its records must meet.
    """
    conditions = only or {}
    rows: dict[str, list[Row]] = {}
    for kind in kinds:
        wanted = kind in arrays
        records = store.records(study, kind, where=conditions.get(kind), points=wanted)
        rows[kind] = [{**r.attributes, **({"array": r.point} if wanted else {})} for r in records]
    return rows


def sort_kinds(
    rows: Mapping[str, Sequence[Row]], fields: Mapping[str, str], place: Callable[[Row], Any]
) -> dict[str, tuple[Row, ...]]:
    """The rows of each kind in the order of their places, under the field that holds the kind."""
    return {field: tuple(sorted(rows.get(kind, ()), key=place)) for kind, field in fields.items()}


def by(key: str | Callable[[Item], Any], items: Iterable[Item]) -> dict[Any, list[Item]]:
    """Rows, or anything else, grouped by a column or a key, groups in order of first appearance."""
    groups: dict[Any, list[Item]] = defaultdict(list)
    for item in items:
        row: Any = item
        groups[row[key] if isinstance(key, str) else key(item)].append(item)
    return dict(groups)


def count(rows: Iterable[Row], test: Callable[[Row], bool]) -> int:
    """How many rows pass a test."""
    return sum(map(test, rows))


def is_finite(row: Row) -> bool:
    """Whether a network and both its losses are finite."""
    return bool(row["finite"]) and isfinite(row["train_loss"]) and isfinite(row["test_loss"])


def depth_in_words(layers: int) -> str:
    """For example "2 hidden layers"."""
    return f"{layers} hidden layer{'' if layers == 1 else 's'}"
