"""One draw that parts a data set: what is trained on and what is held out never share a sample.

The held-out samples are drawn first, so they depend on the seed and on their own number alone:
studies that train on fewer samples are judged on the same held-out ones.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lossatlas.errors import misuse

from ._dataset import Dataset
from ._selection import draws_of, shares


def split(
    dataset: Dataset, *, train: int, test: int, seed: int | Sequence[int]
) -> tuple[Dataset, Dataset]:
    """Two parts of a data set with no sample in common, in both of which each class has its share.

    The seed names the same samples for good, whatever was drawn before.

    Args:
        dataset: What is parted. It need not be used up.
        train: How many samples the first part has.
        test: How many the second one has, at most those that `train` leaves.
        seed: One integer or several, not negative.

    Returns:
        The part to train on and the part to hold out, the rows of each in the order that they have
        in `dataset`.

    Raises:
        ValueError: If a part would be empty, or both together are more than there are samples.

    Example:
        >>> from lossatlas.data import mnist, split
        >>> train, test = split(mnist(10), train=4000, test=1000, seed=0)
        >>> train.inputs.shape, test.inputs.shape, test.targets.sum(axis=0).tolist()[:3]
        ((4000, 100), (1000, 100), [100.0, 100.0, 100.0])
    """
    labels, n = dataset.labels, len(dataset.labels)
    _check_sizes(train, test, n)
    draws = draws_of(n, seed)
    held_out = shares(labels, test, draws)
    # The draws that are left are the larger ones of each class; their order is still a fair draw.
    rest = np.setdiff1d(np.arange(n), held_out, assume_unique=True)
    taught = rest[shares(labels[rest], train, draws[rest])]
    parts = {"train": taught, "test": held_out}
    first, second = (
        replace(
            dataset.take(rows, remark=f"The {part} part of {train} + {test} of {n}, seed {seed}."),
            name=f"{dataset.name}, {part}",
        )
        for part, rows in parts.items()
    )
    return first, second


def _check_sizes(train: int, test: int, n: int) -> None:
    for argument, size, left in (("train", train, n - 1), ("test", test, n - train)):
        if not 1 <= size <= left:
            raise misuse(
                argument,
                should=f"be in 1..{left}, for both parts come from {n} samples",
                got=size,
                remedy="Take fewer samples, or a larger data set.",
            )
