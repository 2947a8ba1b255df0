"""The plain store: dictionaries, gone with the process. Every other store does as this one does."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, final

from ._canonical import canonical_json
from ._condition import Where, checked_limit, checked_where, satisfies
from ._record import Record
from ._store import AbstractStore


@final
@dataclass(frozen=True, eq=False)
class MemoryStore(AbstractStore):
    """A store that lives in memory.

    Example:
        >>> from lossatlas.catalogue import MemoryStore, Range, Record
        >>> store = MemoryStore()
        >>> store.commit("a", "{}", [Record("s", "saddle", {"index": i}) for i in range(5)])
        True
        >>> [r.attributes["index"] for r in store.records(where={"index": Range(low=3)})]
        [3, 4]
    """

    _tasks: dict[str, str] = field(default_factory=dict)
    _records: dict[str, tuple[Record, ...]] = field(default_factory=dict)
    _provenance: dict[str, str] = field(default_factory=dict)
    _outcomes: dict[str, str] = field(default_factory=dict)

    def commit(
        self,
        task_key: str,
        task_json: str,
        records: Sequence[Record],
        *,
        provenance: Mapping[str, Any] | None = None,
    ) -> bool:
        if task_key in self._tasks:
            return False
        kept = tuple(replace(r, origin=(task_key, i)) for i, r in enumerate(records))
        text = None if provenance is None else canonical_json(dict(provenance), name="provenance")
        self._tasks[task_key], self._records[task_key] = task_json, kept
        if text is not None:
            self._provenance[task_key] = text
        return True

    def completed(self) -> set[str]:
        return set(self._tasks)

    def tasks(self) -> Iterator[tuple[str, str]]:
        yield from sorted(self._tasks.items())

    def records(
        self,
        study: str | None = None,
        kind: str | None = None,
        *,
        where: Where | None = None,
        limit: int | None = None,
        points: bool = True,
    ) -> Iterator[Record]:
        conditions = checked_where(where)
        chosen = (
            record if points else replace(record, point=None)
            for key in sorted(self._records)
            for record in self._records[key]
            if study in (None, record.study)
            and kind in (None, record.kind)
            and all(
                name in record.attributes and satisfies(record.attributes[name], condition)
                for name, condition in conditions.items()
            )
        )
        return islice(chosen, checked_limit(limit))

    def count(
        self, study: str | None = None, kind: str | None = None, *, where: Where | None = None
    ) -> int:
        return sum(1 for _ in self.records(study, kind, where=where))

    def kinds(self) -> dict[tuple[str, str], int]:
        counts: dict[tuple[str, str], int] = {}
        for record in self.records():
            counts[record.study, record.kind] = counts.get((record.study, record.kind), 0) + 1
        return dict(sorted(counts.items()))

    def save_outcome(
        self,
        study: str,
        verdicts: Sequence[Mapping[str, Any]],
        figures: Sequence[Mapping[str, Any]],
    ) -> None:
        outcome = {"verdicts": list(verdicts), "figures": list(figures)}
        self._outcomes[study] = canonical_json(outcome, name="outcome")

    def verdicts(self, study: str | None = None) -> list[dict[str, Any]]:
        return self._outcome("verdicts", study)

    def figures(self, study: str | None = None) -> list[dict[str, Any]]:
        return self._outcome("figures", study)

    def outcomes(self) -> list[str]:
        return sorted(self._outcomes)

    def provenance(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for key, text in sorted(self._provenance.items()):
            yield key, json.loads(text)

    def close(self) -> None:
        pass

    def _outcome(self, part: str, study: str | None) -> list[dict[str, Any]]:
        chosen = [s for s in self.outcomes() if study in (None, s)]
        return [item for s in chosen for item in json.loads(self._outcomes[s])[part]]
