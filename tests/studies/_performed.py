"""Studies performed in this process, and records that are doctored."""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

from lossatlas.catalogue import MemoryStore, Record
from lossatlas.execution import Task
from lossatlas.studies import AbstractStudy

Change = Mapping[str, Any] | Callable[[Any], Mapping[str, Any]]


def performed(task: Task) -> list[Record]:
    """What a task records, computed in this process."""
    module, _, name = task.function.partition(":")
    records: list[Record] = getattr(import_module(module), name)(dict(task.settings), task.seed)
    return records


def whole(study: AbstractStudy, fields: Mapping[str, Any]) -> MemoryStore:
    """A store with all that the tasks of the quick preset record, with these fields replaced."""
    store = MemoryStore()
    for task in study.tasks(study.settings("quick", **fields)):
        store.commit(task.key, task.json, performed(task))
    return store


def planted(records: Iterable[Record]) -> MemoryStore:
    """A store with these records, as if one task had made them."""
    store = MemoryStore()
    store.commit("planted", "{}", list(records))
    return store


def doctored(
    records: Iterable[Record], kind: str, change: Change, /, **wanted: Any
) -> list[Record]:
    """The records, with new values in those of a kind that have the wanted ones.

    A change is the new values, or a function that gives them for a record's attributes.
    """
    new = change if callable(change) else lambda _: change

    def meets(r: Record) -> bool:
        return r.kind == kind and all(r.attributes[name] == wanted[name] for name in wanted)

    return [
        Record(r.study, r.kind, {**r.attributes, **new(r.attributes)}, r.point) if meets(r) else r
        for r in records
    ]


def having(**values: Any) -> dict[str, Any]:
    """The values by which records are chosen."""
    return values


def put(**values: Any) -> Change:
    """A change to these values."""
    return values


def moved(column: str, by: float) -> Change:
    """A change of one value by a difference."""
    return lambda row: {column: row[column] + by}
