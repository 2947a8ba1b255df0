"""What data there are, for a reader who wants to choose."""

from typing import Any

import numpy as np

from ._dataset import Dataset
from ._digits import digits, mnist


def describe() -> list[dict[str, Any]]:
    """The data sets as they come, each with its numbers.

    Returns:
        For each set its name, the call that gives it, samples, features, classes, samples a class,
        range, rank of the data matrix, features that are never anything but 0, checksum, and
        description.

    Raises:
        DataError: If a set is not there, or not the one that this version knows.
    """
    calls = {"digits()": digits(), "mnist(28)": mnist(28), "mnist(10)": mnist(10)}
    return [{"call": call, **data.to_dict(), **_rank(data)} for call, data in calls.items()]


def _rank(data: Dataset) -> dict[str, int]:
    """Kawaguchi's theorem assumes the rank full; pixels that are always 0 are why it is not."""
    zero = int((data.inputs == 0).all(axis=0).sum())
    return {"rank": int(np.linalg.matrix_rank(data.inputs)), "zero_features": zero}
