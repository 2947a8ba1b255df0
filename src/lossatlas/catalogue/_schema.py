"""The tables of a catalogue file, and the check that a file has these tables and nothing else.

A file that someone else made is not trusted: before SQLite sees it, its header must carry our mark;
before a row is read, every table, index, view and trigger in it must be one that we would make.
"""

import sqlite3
from pathlib import Path

from lossatlas.errors import CatalogueError

from ._sqlite_errors import one_line

APPLICATION_ID = 0x4C415453
SCHEMA_VERSION = 1

# `value` has no declared type, so SQLite converts nothing; `type` tells what SQLite cannot:
# booleans from integers, and not-a-number (which SQLite stores as NULL) from none.
_TABLES = """
CREATE TABLE tasks (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  task TEXT NOT NULL
);
CREATE TABLE records (
  id INTEGER PRIMARY KEY,
  task INTEGER NOT NULL REFERENCES tasks (id),
  ordinal INTEGER NOT NULL,
  study TEXT NOT NULL,
  kind TEXT NOT NULL,
  dimension INTEGER,
  point BLOB,
  UNIQUE (task, ordinal)
);
CREATE INDEX records_by_kind ON records (study, kind);
CREATE TABLE attributes (
  record INTEGER NOT NULL REFERENCES records (id),
  place INTEGER NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  value,
  PRIMARY KEY (record, place)
) WITHOUT ROWID;
CREATE INDEX attributes_by_value ON attributes (name, value, type);
CREATE TABLE provenance (
  task INTEGER PRIMARY KEY REFERENCES tasks (id),
  facts TEXT NOT NULL
);
CREATE TABLE outcomes (
  study TEXT PRIMARY KEY,
  verdicts TEXT NOT NULL,
  figures TEXT NOT NULL
) WITHOUT ROWID;
"""
_STATEMENTS = tuple(part.strip() for part in _TABLES.split(";") if part.strip())
_LISTING = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT GLOB 'sqlite_stat*'"


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of a new file, all or none; the caller's connection commits by itself."""
    connection.execute("BEGIN EXCLUSIVE")
    try:
        if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            for statement in _STATEMENTS:
                connection.execute(statement)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def check_header(header: bytes, path: Path) -> None:
    """Refuse a file that is no catalogue of this schema, from its first 100 bytes alone.

    Args:
        header: The bytes; none is a new file.
        path: The file, for the message.

    Raises:
        CatalogueError: If the file is not SQLite, not ours, or of another schema.
    """
    if not header:
        return
    if len(header) < 100 or header[:16] != b"SQLite format 3\0":
        raise CatalogueError(
            f"{path} is not a catalogue: it is no SQLite file. "
            "It is left as it is; name another folder."
        )
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise CatalogueError(
            f"{path} is an SQLite file of another program, not a catalogue. "
            "It is left as it is; name another folder."
        )
    check_version(path, int.from_bytes(header[60:64], "big"))


def check_version(path: Path, version: int) -> None:
    """Refuse another schema version."""
    if version != SCHEMA_VERSION:
        raise CatalogueError(
            f"{path} is a catalogue of schema {version}; this lossatlas reads schema "
            f"{SCHEMA_VERSION}. It is left as it is; use the lossatlas that made it, or run anew."
        )


def check_tables(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file whose tables, indices, views or triggers are not exactly ours.

    A trigger in a foreign file would run when we write to it.

    Raises:
        CatalogueError: If they are not.
    """
    expected, found = _expected(), set(connection.execute(_LISTING))
    if expected != found:
        names = sorted(str(row[1]) for row in expected ^ found)
        raise CatalogueError(
            f"{path} does not have the tables of a catalogue (different: {one_line(', '.join(names))}). "
            "It is left as it is; name another folder."
        )


def _expected() -> set[tuple[str | None, ...]]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        create_tables(connection)
        return set(connection.execute(_LISTING))
    finally:
        connection.close()
