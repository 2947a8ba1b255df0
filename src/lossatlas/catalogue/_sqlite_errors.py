"""SQLite's errors in words that say what to do."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from lossatlas.errors import CatalogueError, LossatlasError

_RESUME = "What was committed is kept: run the same command again to resume."


@contextmanager
def told(path: Path) -> Generator[None]:
    """Turn what SQLite raises inside into one clear error.

    Args:
        path: The file, for the message.

    Raises:
        CatalogueError: If the file is corrupt or holds what no catalogue holds.
        LossatlasError: If the disk is full, the file cannot be written, or another process has it.
    """
    try:
        yield
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        raise _told(path, error) from error


def one_line(text: object) -> str:
    """A text out of a file, cut short and on one line, fit for an error."""
    return " ".join(str(text).split())[:200]


def _told(path: Path, error: Exception) -> LossatlasError:
    name = str(getattr(error, "sqlite_errorname", ""))
    if name == "SQLITE_FULL":
        return LossatlasError(f"The disk is full: {path} cannot grow. Free some space. {_RESUME}")
    if name.startswith("SQLITE_IOERR"):
        return LossatlasError(
            f"{path} cannot be read or written ({one_line(error)}; {name}). "
            f"Check the disk, its free space and your quota. {_RESUME}"
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return LossatlasError(f"{path} is in use by another process. Let it end first. {_RESUME}")
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return LossatlasError(
            f"{path} cannot be opened for this ({one_line(error)}). Check its permissions, or use a folder "
            "that you can write to."
        )
    return CatalogueError(
        f"{path} is damaged or holds what no catalogue holds ({one_line(error)}). "
        "It is left as it is; restore a copy, or run anew in another folder."
    )
