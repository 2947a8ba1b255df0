"""Area averaging: a smaller image whose pixels are the means of the larger one over equal cells.

A cell of the small image covers n/m pixels of the large one along each side, whole or in part, and
each pixel counts with the area that the cell covers of it (10/28 of a side for MNIST at 10 x 10).
The map is linear, takes the mean to the mean, and is computed in integers, hence exactly.
"""

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from lossatlas.errors import misuse


def overlaps(large: int, small: int) -> Int[ndarray, "m n"]:
    """How much of each large pixel each small one covers along one side, in parts of `small`.

    In units where a large pixel has width `small`, a small one has width `large`: all ends are
    integers. Rows sum to `large`, columns to `small`.
    """
    cell, pixel = np.arange(small)[:, None], np.arange(large)[None, :]
    low = np.maximum(cell * large, pixel * small)
    high = np.minimum((cell + 1) * large, (pixel + 1) * small)
    covered: ndarray = np.maximum(high - low, 0)
    return covered


def area_average_matrix(large: int, small: int) -> Float[ndarray, "mm nn"]:
    """The matrix A of area averaging, for images flattened row by row: small = A large.

    Args:
        large: The side n of the given images.
        small: The side m of the averaged ones, at most n.

    Returns:
        A, of shape (m^2, n^2). Its rows sum to 1 and its columns to (m/n)^2.

    Raises:
        ValueError: If the sides are not 1 <= small <= large.
    """
    _check_sides(large, small)
    side = overlaps(large, small)
    return np.kron(side, side) / large**2


def area_average(images: Float[ndarray, "n d"], size: int) -> Float[ndarray, "n e"]:
    """Average square images over the cells of a coarser square grid.

    Args:
        images: One image a row, flattened row by row, d = side^2.
        size: The side of the averaged images.

    Returns:
        The averaged images, one a row, e = size^2. For pixels that are integers each is the exact
        mean, rounded once.

    Raises:
        ValueError: If the images are not square, or `size` is not in 1..side.

    Example:
        >>> import numpy as np
        >>> from lossatlas.data import area_average
        >>> area_average(np.arange(9.0)[None, :], 2).tolist()
        [[1.3333333333333333, 2.6666666666666665, 5.333333333333333, 6.666666666666667]]
    """
    side = round(images.shape[1] ** 0.5)
    if side**2 != images.shape[1]:
        raise misuse(
            "images",
            should="be square, flattened to side^2 numbers a row",
            got=images.shape,
            remedy="Crop or pad them first.",
        )
    _check_sides(side, size)
    squares = images.reshape(len(images), side, side)
    cells = overlaps(side, size).astype(np.float64)
    sums = (cells @ squares @ cells.T).reshape(len(images), size**2)
    means: ndarray = sums / side**2
    return means


def _check_sides(large: int, small: int) -> None:
    if not 1 <= small <= large:
        raise misuse(
            "size",
            should=f"be in 1..{large}",
            got=small,
            remedy="Averaging can only make images smaller.",
        )
