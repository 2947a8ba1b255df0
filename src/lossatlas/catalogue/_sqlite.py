"""The store in a file: SQLite with a write-ahead log, one transaction a task.

A process that is killed at any moment leaves a file that opens again with every committed task in
it and no part of any other.
"""

import json
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, final

from lossatlas.errors import CatalogueError

from ._canonical import canonical_json
from ._condition import Where, checked_limit, checked_where
from ._connection import connect
from ._record import Record
from ._rows import condition_sql, point_bytes, read_record, scalar_row
from ._sqlite_errors import told
from ._store import AbstractStore

_CHUNK = 500
_COLUMNS = "r.id, t.key, r.ordinal, r.study, r.kind, "


@final
class SqliteStore(AbstractStore):
    """A store in one SQLite file.

    Args:
        path: The file; it is made when it is not there. Keep it on a local disk: SQLite's
            write-ahead log does not work on network file systems.
        read_only: Whether only to read it; then it must be there.

    Raises:
        CatalogueError: If the file is not a catalogue, is damaged or has another schema.
        LossatlasError: If it cannot be opened or written.
    """

    def __init__(self, path: str | Path, *, read_only: bool = False) -> None:
        self.path = Path(path)
        self._connection = connect(self.path, read_only=read_only)

    def commit(
        self,
        task_key: str,
        task_json: str,
        records: Sequence[Record],
        *,
        provenance: Mapping[str, Any] | None = None,
    ) -> bool:
        facts = canonical_json(dict(provenance or {}), name="provenance")
        with self._transaction() as sql:
            if sql.execute("SELECT 1 FROM tasks WHERE key = ?", (task_key,)).fetchone():
                return False
            added = sql.execute(
                "INSERT INTO tasks (key, task) VALUES (?, ?)", (task_key, task_json)
            )
            task = added.lastrowid
            if provenance is not None:
                sql.execute("INSERT INTO provenance VALUES (?, ?)", (task, facts))
            first = sql.execute("SELECT coalesce(max(id), 0) + 1 FROM records").fetchone()[0]
            rows = list(enumerate(records, start=first))
            sql.executemany(
                "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)",
                ((i, task, i - first, *_record_row(record)) for i, record in rows),
            )
            sql.executemany("INSERT INTO attributes VALUES (?, ?, ?, ?, ?)", _attribute_rows(rows))
        return True

    def completed(self) -> set[str]:
        return {key for (key,) in self._texts("SELECT key FROM tasks")}

    def tasks(self) -> Iterator[tuple[str, str]]:
        return self._texts("SELECT key, task FROM tasks ORDER BY key")

    def records(
        self,
        study: str | None = None,
        kind: str | None = None,
        *,
        where: Where | None = None,
        limit: int | None = None,
        points: bool = True,
    ) -> Iterator[Record]:
        tail, bound = _chosen(study, kind, where)
        most = checked_limit(limit)
        # The ids are sorted alone: sorting whole rows would hold every point in memory.
        query = f"SELECT r.id {tail} ORDER BY t.key, r.ordinal LIMIT ?"
        ids = [i for (i,) in self._select(query, [*bound, -1 if most is None else most])]
        chunks = (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))
        return (record for chunk in chunks for record in self._read(chunk, points=points))

    def count(
        self, study: str | None = None, kind: str | None = None, *, where: Where | None = None
    ) -> int:
        tail, bound = _chosen(study, kind, where)
        (row,) = self._select(f"SELECT count(*) {tail}", bound)
        return int(row[0])

    def kinds(self) -> dict[tuple[str, str], int]:
        query = "SELECT study, kind, CAST(count(*) AS TEXT) FROM records GROUP BY study, kind ORDER BY study, kind"
        return {(study, kind): int(number) for study, kind, number in self._texts(query)}

    def save_outcome(
        self,
        study: str,
        verdicts: Sequence[Mapping[str, Any]],
        figures: Sequence[Mapping[str, Any]],
    ) -> None:
        row = (study, *(canonical_json(list(part), name="outcome") for part in (verdicts, figures)))
        with self._transaction() as sql:
            sql.execute("INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?)", row)

    def verdicts(self, study: str | None = None) -> list[dict[str, Any]]:
        query = "SELECT verdicts FROM outcomes WHERE study = ? OR ? ORDER BY study"
        return self._dictionaries(query, study)

    def figures(self, study: str | None = None) -> list[dict[str, Any]]:
        query = "SELECT figures FROM outcomes WHERE study = ? OR ? ORDER BY study"
        return self._dictionaries(query, study)

    def outcomes(self) -> list[str]:
        return [study for (study,) in self._texts("SELECT study FROM outcomes ORDER BY study")]

    def provenance(self) -> Iterator[tuple[str, dict[str, Any]]]:
        query = (
            "SELECT t.key, p.facts FROM provenance p JOIN tasks t ON t.id = p.task ORDER BY t.key"
        )
        for key, text in self._texts(query):
            yield key, self._parsed(text, dict)

    def close(self) -> None:
        with told(self.path):
            self._connection.close()

    def _read(self, ids: list[int], *, points: bool) -> Iterator[Record]:
        """The records of a few ids, in the order of the ids."""
        columns = _COLUMNS + ("r.dimension, r.point" if points else "NULL, NULL")
        places = ", ".join("?" * len(ids))
        rows = self._select(
            f"SELECT {columns} FROM records r JOIN tasks t ON t.id = r.task "
            f"WHERE r.id IN ({places})",
            ids,
        )
        by_id = {row[0]: row[1:] for row in rows}
        attributes: dict[int, list[Sequence[Any]]] = {i: [] for i in ids}
        query = f"SELECT record, name, type, value FROM attributes WHERE record IN ({places}) ORDER BY record, place"
        for record, *attribute in self._select(query, ids):
            attributes[record].append(attribute)
        for i in ids:
            yield read_record(self.path, by_id[i], attributes[i])

    def _select(self, query: str, bound: Sequence[Any] = ()) -> Iterator[Any]:
        """All rows at once, so that no open cursor holds up a checkpoint or a commit."""
        with told(self.path):
            return iter(self._connection.execute(query, bound).fetchall())

    def _texts(self, query: str, bound: Sequence[Any] = ()) -> Iterator[Any]:
        """Rows in which everything must be text: SQLite lets any column hold anything."""
        for row in self._select(query, bound):
            if not all(isinstance(cell, str) for cell in row):
                raise self._damaged("something else where a name should be")
            yield row

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection]:
        with told(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk has rolled the transaction back already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _dictionaries(self, query: str, study: str | None) -> list[dict[str, Any]]:
        found = self._texts(query, (study, study is None))
        items = [item for (text,) in found for item in self._parsed(text, list)]
        if not all(isinstance(item, dict) for item in items):
            raise self._damaged("an outcome that is not a list of tables")
        return items

    def _parsed(self, text: str, wanted: type) -> Any:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            raise self._damaged("text that is not JSON") from None
        if not isinstance(value, wanted):
            raise self._damaged(f"JSON of another form ({type(value).__name__})")
        return value

    def _damaged(self, what: str) -> CatalogueError:
        return CatalogueError(
            f"{self.path} holds {what}. The file is damaged or was not made by lossatlas."
        )


def _record_row(record: Record) -> tuple[Any, ...]:
    dimension = None if record.point is None else len(record.point)
    return record.study, record.kind, dimension, point_bytes(record.point)


def _attribute_rows(rows: Iterable[tuple[int, Record]]) -> Iterator[tuple[Any, ...]]:
    for i, record in rows:
        for place, (name, value) in enumerate(record.attributes.items()):
            yield i, place, name, *scalar_row(value)


def _chosen(study: str | None, kind: str | None, where: Where | None) -> tuple[str, list[Any]]:
    """The FROM and WHERE of a query and what is bound to its places."""
    clauses, bound = condition_sql(checked_where(where))
    for column, wanted in (("study", study), ("kind", kind)):
        if wanted is not None:
            clauses.append(f"r.{column} = ?")
            bound.append(wanted)
    tail = "FROM records r JOIN tasks t ON t.id = r.task"
    return (f"{tail} WHERE {' AND '.join(clauses)}" if clauses else tail), bound
