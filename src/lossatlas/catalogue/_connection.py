"""Opening a catalogue file: checked first, made if it is not there, never overwritten."""

import sqlite3
from pathlib import Path
from typing import final
from weakref import WeakSet

from lossatlas.errors import CatalogueError

from ._schema import check_header, check_tables, check_version, create_tables
from ._sqlite_errors import one_line, told

_BUSY_SECONDS = 20.0


@final
class Connection(sqlite3.Connection):
    """A connection that knows which file it has open."""

    file: tuple[int, int] = (0, 0)

    def close(self) -> None:
        _OPEN.discard(self)
        super().close()


_OPEN: WeakSet[Connection] = WeakSet()


def connect(path: Path, *, read_only: bool) -> Connection:
    """A connection to a catalogue file, every check passed.

    Args:
        path: The file; made when it is not there, unless `read_only`.
        read_only: Whether to open it for reading only, which also works in a folder that cannot be
            written.

    Raises:
        CatalogueError: If there is no catalogue, or it is foreign, damaged or of another schema.
        LossatlasError: If it cannot be opened.
    """
    if path.is_dir() or (read_only and not path.is_file()):
        raise CatalogueError(f"{path} is not a catalogue file. Name the run that holds one.")
    with told(path):
        try:
            _check_before_opening(path)
        except OSError as error:
            raise CatalogueError(f"{path} cannot be read ({error.strerror}).") from None
        connection = _reading(path) if read_only else _open(path, "mode=rwc")
        try:
            _prepare(connection, path, read_only=read_only)
        except BaseException:
            connection.close()
            raise
    connection.file = _identity(path)
    _OPEN.add(connection)
    return connection


def _open(path: Path, options: str) -> Connection:
    uri = f"{path.absolute().as_uri()}?{options}"
    return sqlite3.connect(
        uri, uri=True, isolation_level=None, timeout=_BUSY_SECONDS, factory=Connection
    )


def _check_before_opening(path: Path) -> None:
    """Look at the first bytes before SQLite does: it would replay a foreign file's journal.

    A file that this process has open was looked at then. It must not be looked at again: closing
    any handle on a file drops all of the process's POSIX locks on it, SQLite's among them.
    """
    if path.exists() and not any(connection.file == _identity(path) for connection in _OPEN):
        with path.open("rb") as file:
            header = file.read(100)
        check_header(header, path)


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _reading(path: Path) -> Connection:
    """A connection for a reader, which `query_only` will keep from writing.

    Opened for reading alone, SQLite would leave its side files behind. Where the folder cannot be
    written, it reads a file in WAL mode only as immutable.
    """
    connection = _open(path, "mode=rw")
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
    except sqlite3.OperationalError as error:
        connection.close()
        wal = path.with_name(path.name + "-wal")
        unwritable = error.sqlite_errorname.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY"))
        if not unwritable or (wal.exists() and wal.stat().st_size > 0):
            raise
        connection = _open(path, "mode=ro&immutable=1")
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: Connection, path: Path, *, read_only: bool) -> None:
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    # SQLite would otherwise put large sorts into files outside the run's folder.
    connection.execute("PRAGMA temp_store = MEMORY")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    elif not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        create_tables(connection)
    check_version(path, connection.execute("PRAGMA user_version").fetchone()[0])
    check_tables(connection, path)
    if not read_only:
        _check_pages(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        # In WAL mode NORMAL never damages the file; a power cut costs the last tasks at most.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")


def _check_pages(connection: Connection, path: Path) -> None:
    """Never add to a damaged file."""
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise CatalogueError(
            f"{path} is damaged ({one_line(found)}). "
            "It is left as it is; restore a copy, or run anew in another folder."
        )
