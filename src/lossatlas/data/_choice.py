"""From a whole set of digits to the samples and features that a study asks for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, final

import numpy as np
from jaxtyping import Float, Int, UInt8
from numpy import ndarray

from lossatlas.errors import misuse

from ._area import area_average
from ._components import principal_components
from ._dataset import Dataset, one_hot, read_only
from ._selection import checked_classes, stratified


@final
@dataclass(frozen=True, eq=False)
class Whole:
    """All samples of a set at one size of the images, before any choice."""

    name: str
    inputs: Float[ndarray, "n d"]
    labels: Int[ndarray, " n"]
    about: str


def scaled(
    pixels: UInt8[ndarray, "n d"],
    labels: UInt8[ndarray, " n"],
    *,
    name: str,
    about: str,
    largest: int,
    size: int,
) -> Whole:
    """The set with images of `size` x `size` pixels in [0, 1]."""
    side = round(pixels.shape[1] ** 0.5)
    images = pixels.astype(np.float64)
    if size != side:
        images = area_average(images, size)
        about += f" Averaged over the cells of a {size} x {size} grid."
    images /= largest
    numbers = read_only(labels.astype(np.int64))
    return Whole(f"{name} {size}x{size}", read_only(images), numbers, about)


def check_size(size: Any, side: int) -> None:
    """Refuse a side of the images that is not a whole number up to their own side."""
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= side:
        raise misuse(
            "size",
            should=f"be a whole number in 1..{side}",
            got=size,
            remedy="Averaging can only make images smaller.",
        )


def chosen(
    whole: Whole,
    classes: Sequence[int] | None,
    samples: int | None,
    seed: int | Sequence[int],
    components: int | None,
    centred: bool,
) -> Dataset:
    """Classes first, then samples, then the components of those."""
    labels, columns = whole.labels, checked_classes(classes)
    targets = read_only(one_hot(labels, columns))
    data = Dataset(whole.name, whole.inputs, targets, labels, columns, whole.about)
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
