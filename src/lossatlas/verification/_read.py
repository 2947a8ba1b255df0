"""Reading a catalogue file that nobody needs to trust, with the standard library alone.

The file's header must carry the catalogue's mark; it is opened for reading only, checked page by
page, and must hold plain tables and nothing that runs. What a row says is checked before it is used.
"""

import sqlite3
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

Key = tuple[str, Any]

# A damaged schema is told in words that need not be UTF-8.
_DAMAGED = (sqlite3.Error, UnicodeDecodeError)
_MAGIC = b"SQLite format 3\0"
_APPLICATION, _SCHEMA = 0x4C415453, 1
_LONGEST = 64 * 2**20
_TABLES = {"records", "attributes"}
_BY_INSTANCE = """
SELECT r.id, r.study, a.type, a.value FROM records r JOIN attributes a ON a.record = r.id
WHERE r.kind = ? AND a.name = 'instance' ORDER BY r.id
"""
_CLAIMED = """
SELECT r.id, r.study FROM records r JOIN attributes a ON a.record = r.id
WHERE r.kind IN ('point', 'construction') AND a.name = 'certified' AND a.value IS NOT NULL AND a.value IS NOT 0
ORDER BY r.id
"""


class UnreadableCatalogueError(Exception):
    """The file is no catalogue, or damaged; the message says what is wrong."""


@final
@dataclass(frozen=True)
class Row:
    """One record: its attributes by name, and its point."""

    attributes: dict[str, Any]
    point: tuple[float, ...]


@final
class Catalogue:
    """An open catalogue, for reading.

    Raises:
        UnreadableCatalogueError: If the file is none, is damaged, or holds what could run.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        _check_header(path)
        # Opened as immutable, SQLite leaves no files beside it; a log that is there must be read.
        log = path.with_name(path.name + "-wal")
        fixed = "" if log.exists() and log.stat().st_size else "&immutable=1"
        try:
            uri = f"{path.absolute().as_uri()}?mode=ro{fixed}"
            self._connection = sqlite3.connect(uri, uri=True, isolation_level=None)
            self._connection.text_factory = lambda text: text.decode("utf-8", "replace")
            self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
            for pragma in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._check_tables()
        except _DAMAGED as error:
            raise self._unreadable(error) from None

    def instances(self, kind: str) -> Iterator[tuple[int, Key]]:
        """The records of a kind that belong to an instance: their numbers, and which it is."""
        for number, study, type_name, value in self._rows(_BY_INSTANCE, kind):
            if type_name in ("text", "integer") and isinstance(value, str | int):
                yield number, (str(study), value)

    def claimed(self) -> dict[int, str]:
        """The numbers of the points that say that they are certified, with their study."""
        return {number: str(study) for number, study in self._rows(_CLAIMED)}

    def row(self, number: int) -> Row:
        """One record.

        Raises:
            UnreadableCatalogueError: If the file is damaged.
            ValueError: If its point is none, or an attribute is given twice.
        """
        query = "SELECT name, type, value FROM attributes WHERE record = ?"
        found = list(self._rows(query, number))
        attributes = {name: _scalar(type_name, value) for name, type_name, value in found}
        if len(attributes) < len(found):
            raise ValueError("an attribute is given twice")
        rows = list(self._rows("SELECT point FROM records WHERE id = ?", number))
        blob = rows[0][0] if rows else None
        if blob is not None and (not isinstance(blob, bytes) or len(blob) % 8):
            raise ValueError("its point is no list of float64")
        return Row(attributes, struct.unpack(f"<{len(blob) // 8}d", blob) if blob else ())

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._connection.execute(query, values)
        except _DAMAGED as error:
            raise self._unreadable(error) from None

    def _check_tables(self) -> None:
        listed = self._connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        tables = {name for kind, name, _ in listed if kind == "table"}
        # Computed columns and virtual tables are tables that run code of the file's choosing.
        plain = all(
            kind in ("table", "index")
            and not any(word in (sql or "").upper() for word in (" AS ", "VIRTUAL"))
            for kind, _, sql in listed
        )
        if not plain or not tables >= _TABLES:
            raise sqlite3.DatabaseError("it does not have the tables of a catalogue")
        found = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(str(found)[:200])

    def _unreadable(self, error: Exception) -> UnreadableCatalogueError:
        return UnreadableCatalogueError(f"{self._path} cannot be checked ({error}).")


def _check_header(path: Path) -> None:
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError as error:
        raise UnreadableCatalogueError(f"{path} cannot be read ({error.strerror}).") from None
    marks = (_APPLICATION.to_bytes(4, "big"), _SCHEMA.to_bytes(4, "big"))
    if header[:16] != _MAGIC or (header[68:72], header[60:64]) != marks:
        raise UnreadableCatalogueError(f"{path} is not a catalogue of schema {_SCHEMA}.")


def _scalar(type_name: object, value: Any) -> Any:
    """The value of a row, None where it is not what it says that it is."""
    kinds = {"boolean": int, "integer": int, "real": float, "text": str}
    if not isinstance(type_name, str) or type(value) is not kinds.get(type_name):
        return None
    return bool(value) if type_name == "boolean" else value
