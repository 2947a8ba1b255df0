"""The 5000 embedded digits as if they were a published set: real arrays for the layer of files.

The checksums are computed here from the bytes of IDX files written out by hand, not by the code
under test.
"""

import hashlib

import numpy as np

from lossatlas.data._original import Original, Part
from lossatlas.data._sources import MNIST, raw


def idx_images(images: np.ndarray) -> bytes:
    """An IDX file of 28 x 28 images, as its specification says."""
    header = b"\x00\x00\x08\x03" + len(images).to_bytes(4, "big") + b"\x00\x00\x00\x1c" * 2
    return header + b"".join(bytes(row) for row in images.tolist())


def idx_labels(labels: np.ndarray) -> bytes:
    """An IDX file of labels."""
    return b"\x00\x00\x08\x01" + len(labels).to_bytes(4, "big") + bytes(labels.tolist())


def part(name: str, images: np.ndarray, labels: np.ndarray) -> Part:
    """A part whose checksums are those of its files."""
    files = (idx_images(images), idx_labels(labels))
    return Part(name, len(images), *(hashlib.sha256(file).hexdigest() for file in files))


def published(first: int = 30, second: int = 20) -> tuple[np.ndarray, np.ndarray, Original]:
    """Images and labels of some embedded digits in two parts, and what they should be."""
    rows = np.arange(first + second) * 97
    images, labels = (array[rows] for array in raw(MNIST))
    parts = (
        part("train", images[:first], labels[:first]),
        part("t10k", images[first:], labels[first:]),
    )
    return images, labels, Original(parts, side=28)
