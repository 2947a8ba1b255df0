"""A fetched set on disk: one compressed file of two arrays, whole or not there, never trusted.

It is written beside its place and then renamed, so that a process that dies leaves no half of it.
It is read as plain arrays, since a file from elsewhere must not run code, and must be the published
set each time that it is read.
"""

import io
import os
import tempfile
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from lossatlas.errors import DataError

from ._original import Original, check_original
from ._place import fetch_command

# What the readers of zip archives and of arrays raise for bytes that are not theirs.
_DAMAGE = (
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    EOFError,
    RuntimeError,
    MemoryError,
    OverflowError,
    zipfile.BadZipFile,
    zlib.error,
)


def write_cache(path: Path, pixels: UInt8[ndarray, "n d"], labels: UInt8[ndarray, " n"]) -> None:
    """Write the arrays to a file, which is there in full or not at all.

    Raises:
        OSError: If the folder cannot be written to, or has no room.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez_compressed(file, pixels=pixels, labels=labels)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(partial)
        raise


def read_cache(
    path: Path, original: Original
) -> tuple[UInt8[ndarray, "n d"], UInt8[ndarray, " n"]]:
    """The arrays of a file, after every checksum has been compared.

    Raises:
        FileNotFoundError: If there is no such file.
        DataError: If it is damaged, or holds another set.
    """
    anew = f"Fetch it anew: {fetch_command(path)}"
    # Read first: whatever goes wrong below is then the content's fault and not the disk's.
    content = io.BytesIO(path.read_bytes())
    try:
        arrays = np.load(content, allow_pickle=False)
        pixels, labels = arrays["pixels"], arrays["labels"]
    except _DAMAGE as error:
        raise DataError(f"{path} is damaged ({_reason(error)}). {anew}") from None
    check_original(pixels, labels, original, where=str(path), remedy=anew)
    return pixels, labels


def _reason(error: BaseException) -> str:
    """The first line of an error, or its name where it says nothing."""
    return (str(error).splitlines() or [type(error).__name__])[0]
