"""MNIST as it was published: four files, known by their SHA-256, rebuilt here from arrays.

Every copy of MNIST in the world claims to be those files. The IDX format is a header of big-endian
numbers before the raw bytes, so the files can be written again from a copy's arrays, and the copy
is the original, bit by bit and in its order, when the checksums agree.
"""

import hashlib
import struct
from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from lossatlas.errors import DataError

# The first two bytes are 0, the third says "unsigned bytes", the last counts the axes.
_IMAGES, _LABELS = 0x0803, 0x0801


@final
@dataclass(frozen=True)
class Part:
    """A pair of files, images and labels, with the SHA-256 of each, not compressed."""

    name: str
    samples: int
    images: str
    labels: str


@final
@dataclass(frozen=True)
class Original:
    """A set as it was published: its parts in order, and the side of its images."""

    parts: tuple[Part, ...]
    side: int

    @property
    def samples(self) -> int:
        """How many images all parts have together."""
        return sum(part.samples for part in self.parts)


FULL_MNIST = Original(
    parts=(
        Part(
            name="train",
            samples=60_000,
            images="ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            labels="65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        Part(
            name="t10k",
            samples=10_000,
            images="0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            labels="ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
    side=28,
)


def images_checksum(images: UInt8[ndarray, "n d"], side: int) -> str:
    """SHA-256 of the IDX file that holds these images."""
    return _checksum(struct.pack(">IIII", _IMAGES, len(images), side, side), images)


def labels_checksum(labels: UInt8[ndarray, " n"]) -> str:
    """SHA-256 of the IDX file that holds these labels."""
    return _checksum(struct.pack(">II", _LABELS, len(labels)), labels)


def _checksum(header: bytes, values: UInt8[ndarray, "..."]) -> str:
    sha = hashlib.sha256(header)
    sha.update(np.ascontiguousarray(values).data)
    return sha.hexdigest()


def check_original(
    pixels: ndarray, labels: ndarray, original: Original, *, where: str, remedy: str
) -> None:
    """Refuse arrays that are not the set as it was published.

    Args:
        pixels: One image a row, which should be bytes of shape (n, side^2).
        labels: The label of each image, which should be bytes of shape (n,).
        original: What they should be.
        where: Where they come from, for the message.
        remedy: What to do, a full sentence.

    Raises:
        DataError: If types, shapes or any checksum differ; the message names what does.
    """
    n, d = original.samples, original.side**2
    for what, array, shape in (("images", pixels, (n, d)), ("labels", labels, (n,))):
        if array.dtype != np.uint8 or array.shape != shape:
            raise DataError(
                f"{where} holds {what} of shape {array.shape} and type {array.dtype}, should be "
                f"{shape} and uint8. {remedy}"
            )
    start = 0
    for part in original.parts:
        rows = slice(start, start := start + part.samples)
        found = {
            "images": (images_checksum(pixels[rows], original.side), part.images),
            "labels": (labels_checksum(labels[rows]), part.labels),
        }
        for what, (checksum, expected) in found.items():
            if checksum != expected:
                raise DataError(
                    f"The {part.name} {what} of {where} are not those that were published: SHA-256 "
                    f"{checksum[:16]}..., should be {expected[:16]}.... {remedy}"
                )
