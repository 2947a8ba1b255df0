"""A data set as a study takes it: samples as rows, classes one-hot, and a checksum of both."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, final

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray


@final
@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples with their classes.

    Args:
        name: Which data, with what was done to them.
        inputs: One sample a row, shape (n, d).
        targets: One-hot, shape (n, c): column j stands for `classes[j]`.
        labels: The digit that each sample shows, shape (n,).
        classes: The digits, in the order of the columns of `targets`.
        description: Where the samples come from and what was done to them.
    """

    name: str
    inputs: Float[ndarray, "n d"]
    targets: Float[ndarray, "n c"]
    labels: Int[ndarray, " n"]
    classes: tuple[int, ...]
    description: str

    @property
    def checksum(self) -> str:
        """SHA-256 of inputs, targets and labels: equal for equal bits, in 64 hexadecimal digits."""
        return array_checksum(self.inputs, self.targets, self.labels)

    def take(self, rows: Int[ndarray, " m"], *, remark: str) -> "Dataset":
        """The samples of some rows, in that order.

        Args:
            rows: The rows' numbers.
            remark: What the description adds about the choice.
        """
        return replace(
            self,
            inputs=read_only(self.inputs[rows]),
            targets=read_only(self.targets[rows]),
            labels=read_only(self.labels[rows]),
            description=f"{self.description} {remark}",
        )

    def to_dict(self) -> dict[str, Any]:
        """What the data set is, in plain values; without the samples."""
        counts = [int((self.labels == digit).sum()) for digit in self.classes]
        return {
            "name": self.name,
            "samples": len(self.inputs),
            "features": self.inputs.shape[1],
            "classes": list(self.classes),
            "samples_per_class": counts,
            "smallest": float(self.inputs.min()),
            "largest": float(self.inputs.max()),
            "checksum": self.checksum,
            "description": self.description,
        }


def one_hot(labels: Int[ndarray, " n"], classes: Sequence[int]) -> Float[ndarray, "n c"]:
    """One column a class, 1 where the label is the class and 0 elsewhere."""
    columns: ndarray = labels[:, None] == np.asarray(classes)[None, :]
    return columns.astype(np.float64)


def array_checksum(*arrays: ndarray) -> str:
    """SHA-256 of the arrays' shapes and values, the same on machines of either byte order."""
    sha = hashlib.sha256()
    for array in arrays:
        little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"))
        sha.update(f"{little.dtype.str}{little.shape}".encode())
        sha.update(little.tobytes())
    return sha.hexdigest()


def read_only(array: ndarray) -> ndarray:
    """The array, closed to writing: data sets are cached, and one user must not change another's."""
    array.setflags(write=False)
    return array
