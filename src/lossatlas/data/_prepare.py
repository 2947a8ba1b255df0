"""Named data as a study takes them: a size of the images, a part to train on, a part held out."""

from collections.abc import Callable, Sequence

from lossatlas.errors import misuse

from ._dataset import Dataset
from ._digits import digits, mnist
from ._full_mnist import full_mnist
from ._split import split

SETS: dict[str, tuple[Callable[..., Dataset], int]] = {
    "digits": (digits, 8),
    "mnist": (mnist, 28),
    "full_mnist": (full_mnist, 28),
}


def prepare(
    name: str,
    *,
    size: int | None = None,
    classes: Sequence[int] | None = None,
    train: int,
    test: int,
    seed: int | Sequence[int],
) -> tuple[Dataset, Dataset]:
    """The two parts of a named data set, at a size of the images.

    The split is `split`'s: the parts share no sample, each class has its share of both, and the
    part held out does not depend on `train`.

    Args:
        name: "digits", "mnist" (the 5000 embedded digits) or "full_mnist".
        size: The side of the images, averaged over areas; None for their own.
        classes: Which digits, in the order of the target's columns; None for all ten.
        train: How many samples to train on.
        test: How many to hold out.
        seed: One integer or several, not negative.

    Returns:
        The part to train on and the part held out.

    Raises:
        DataError: If the data are not there: "full_mnist" has to be fetched once.
        ValueError: If there is no such set, or a choice is impossible.

    Example:
        >>> from lossatlas.data import prepare
        >>> train, test = prepare("mnist", size=10, train=4000, test=1000, seed=0)
        >>> train.inputs.shape, test.inputs.shape
        ((4000, 100), (1000, 100))
    """
    if name not in SETS:
        raise misuse(
            "name", should=f"be one of {', '.join(SETS)}", got=name, remedy="Choose one of them."
        )
    load, side = SETS[name]
    dataset = load(side if size is None else size, classes=classes)
    return split(dataset, train=train, test=test, seed=seed)
