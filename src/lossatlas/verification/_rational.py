"""Linear equations in exact rational numbers."""

from collections.abc import Sequence

from flint import fmpq

Row = list[fmpq]


def fraction(x: float) -> fmpq:
    """A float64 as it is."""
    return fmpq(*float(x).as_integer_ratio())


def null_basis(rows: Sequence[Row], width: int) -> tuple[list[Row], list[int]]:
    """Vectors that span what all rows are orthogonal to, and the columns that are theirs alone.

    Each vector has a 1 in its own column, where the others have zeros. The largest entry left is
    the next pivot.
    """
    left = [list(row) for row in rows]
    done: list[tuple[Row, int]] = []
    while left:
        size, r, p = max((abs(x), r, c) for r, row in enumerate(left) for c, x in enumerate(row))
        if size == 0:
            break
        row = left.pop(r)
        pivot = [x / row[p] for x in row]
        left = [_without(other, pivot, p) for other in left]
        done = [(_without(other, pivot, p), q) for other, q in done]
        done.append((pivot, p))
    bound = {p for _, p in done}
    free = [c for c in range(width) if c not in bound]
    vectors = []
    for c in free:
        vector = [fmpq(int(k == c)) for k in range(width)]
        for row, p in done:
            vector[p] = -row[c]
        vectors.append(vector)
    return vectors, free


def _without(row: Row, pivot: Row, p: int) -> Row:
    factor = row[p]
    if factor == 0:
        return row
    return [x - factor * y for x, y in zip(row, pivot, strict=True)]
