"""MNIST in full, 70,000 digits: fetched once over a network, then read from a file.

Fetching and reading are two verbs, so that no study downloads anything unasked, least of all from
many worker processes at once. Both compare the digits with the published files.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from jaxtyping import UInt8
from numpy import ndarray

from lossatlas.errors import DataError

from ._cache import read_cache, write_cache
from ._choice import Whole, check_size, chosen, scaled
from ._dataset import Dataset
from ._openml import from_openml
from ._original import FULL_MNIST, Original, check_original
from ._place import INSTEAD, fetch_command, full_mnist_path

Loader: TypeAlias = Callable[[Path], tuple[UInt8[ndarray, "n d"], UInt8[ndarray, " n"]]]

_ABOUT = (
    "All 70000 digits of MNIST in the order of the published files, 60000 for training and then "
    "10000 for testing, 28 x 28 pixels, divided by 255; the bytes have the published SHA-256."
)


def full_mnist(
    size: int = 28,
    *,
    classes: Sequence[int] | None = None,
    samples: int | None = None,
    seed: int | Sequence[int] = 0,
    components: int | None = None,
    centred: bool = True,
    folder: str | Path | None = None,
) -> Dataset:
    """All 70,000 digits of MNIST, which `fetch_full_mnist` has to fetch once.

    The order is that of the published files: 60,000 digits for training, then 10,000 for testing.
    At 28 x 28 the inputs alone are 439 MB. Classes are chosen first, then samples, and components
    are those of the samples chosen.

    Args:
        size: The side of the images, in 1..28; below 28 they are area averages.
        classes: Which digits, in the order of the target's columns; None for all ten.
        samples: How many, each class with its share; None for all.
        seed: Chooses the samples: one integer or several, not negative.
        components: How many principal components to reduce the inputs to; None for the pixels.
        centred: Whether the mean is taken out before the components; has no effect without them.
        folder: Where `fetch_full_mnist` was told to keep them; None for scikit-learn's data home.

    Returns:
        Inputs of shape (n, size^2) in [0, 1], or (n, components); one-hot targets.

    Raises:
        DataError: If the digits have not been fetched, or the file is not what was published.
        ValueError: If a choice is impossible.
    """
    whole = _whole(full_mnist_path(folder), size)
    return chosen(whole, classes, samples, seed, components, centred)


def fetch_full_mnist(*, folder: str | Path | None = None) -> Path:
    """Fetch MNIST from OpenML through scikit-learn, unless it is there; a damaged file is replaced.

    Args:
        folder: Where to keep it; None for scikit-learn's data home, which is `SCIKIT_LEARN_DATA`
            or else `~/scikit_learn_data`.

    Returns:
        The file, which holds what was published, bit by bit.

    Raises:
        DataError: If there is no network, or what comes back is not what was published.
        OSError: If the folder cannot be written to, or has no room.
    """
    return fetched(full_mnist_path(folder), from_openml, FULL_MNIST)


def fetched(path: Path, load: Loader, original: Original) -> Path:
    """Make the file at `path` hold the original set, by `load` unless it already does."""
    try:
        read_cache(path, original)
    except (FileNotFoundError, DataError):
        # A folder that cannot be made is better noticed before the download than after it.
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels, labels = load(path.parent.parent)
        check_original(
            pixels,
            labels,
            original,
            where="what was fetched",
            remedy=f"Nothing was kept. {INSTEAD}",
        )
        write_cache(path, pixels, labels)
    return path


@lru_cache(maxsize=2)
def _whole(path: Path, size: int) -> Whole:
    check_size(size, FULL_MNIST.side)
    pixels, labels = read_whole(path, FULL_MNIST)
    return scaled(pixels, labels, name="full MNIST", about=_ABOUT, largest=255, size=size)


def read_whole(
    path: Path, original: Original
) -> tuple[UInt8[ndarray, "n d"], UInt8[ndarray, " n"]]:
    """The arrays of the file; where it is missing, the message says how to get it."""
    try:
        return read_cache(path, original)
    except FileNotFoundError:
        raise DataError(
            f"MNIST in full has not been fetched: there is no {path}. Fetch it once: "
            f"{fetch_command(path)}. {INSTEAD}"
        ) from None
