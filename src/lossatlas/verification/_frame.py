"""A space across given columns, in floats: whether it is one is proved afterwards."""

from collections.abc import Sequence
from math import sqrt

Column = list[float]

# A column that adds less than this share of itself counts as spanned by those before it.
_RANK_CUT = 1e-8


def spanning(columns: Sequence[Column]) -> tuple[list[int], list[Column]]:
    """Gram-Schmidt on columns of one length: which are independent, the most so first, and a frame."""
    sizes = [_size(column) for column in columns]
    left = {
        i: [x / size for x in column]
        for i, (column, size) in enumerate(zip(columns, sizes, strict=True))
        if size > 0
    }
    chosen: list[int] = []
    frame: list[Column] = []
    while left:
        i = max(left, key=lambda i: _size(left[i]))
        size = _size(left[i])
        if not size > _RANK_CUT:
            break
        unit = [x / size for x in left.pop(i)]
        chosen.append(i)
        frame.append(unit)
        left = {j: _without(unit, _without(unit, column)) for j, column in left.items()}
    return chosen, frame


def across(frame: Sequence[Column], size: int) -> list[Column]:
    """A frame of what is orthogonal to one."""
    units = [[float(i == j) for j in range(size)] for i in range(size)]
    for unit in frame:
        units = [_without(unit, _without(unit, column)) for column in units]
    found: list[Column] = []
    while len(found) + len(frame) < size:
        column = max(units, key=_size)
        units.remove(column)
        unit = [x / _size(column) for x in column]
        found.append(unit)
        units = [_without(unit, _without(unit, column)) for column in units]
    return found


def _size(column: Column) -> float:
    return sqrt(sum(x * x for x in column))


def _without(unit: Column, column: Column) -> Column:
    along = sum(a * b for a, b in zip(unit, column, strict=True))
    return [b - along * a for a, b in zip(unit, column, strict=True)]
