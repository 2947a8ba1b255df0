"""Files of a run: written whole or not at all, and never outside the run's folder."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from lossatlas.errors import RunError

PARTIAL = ".partial-"


def inside(folder: Path, *parts: str) -> Path:
    """The path of something in a folder, made sure to lie there.

    A run that someone else made may hold links that lead elsewhere; following one would write, or
    show, a file that is none of the run's.

    Args:
        folder: The run's folder.
        *parts: Where in it.

    Raises:
        RunError: If the path leads out of the folder, or is a link.
    """
    path = folder.joinpath(*parts)
    leads_out = not path.resolve().is_relative_to(folder.resolve())
    if leads_out or path.is_symlink():
        raise RunError(
            f"{path} is a link or leads out of the run's folder, and is not followed. "
            "Remove it, or use another folder."
        )
    return path


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, and nothing between.

    Args:
        path: The file; its folder must be there.
        content: Text is written as UTF-8.

    Raises:
        RunError: If it cannot be written; then nothing is changed.
    """
    data = content.encode() if isinstance(content, str) else content
    partial = ""
    try:
        handle, partial = tempfile.mkstemp(prefix=PARTIAL, dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files that only their owner can read; a report is made to be passed on.
        os.chmod(partial, 0o666 & ~_umask())
        os.replace(partial, path)
    except OSError as error:
        with suppress(OSError):
            if partial:
                os.unlink(partial)
        raise RunError(
            f"{path} cannot be written ({error.strerror}). Free some space or check the folder's "
            "permissions, then run the same command again."
        ) from error


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
