"""What rows of float64 numbers are orthogonal to, in exact rational numbers."""

from collections.abc import Sequence

from flint import fmpq, fmpq_mat

from ._frame import spanning

Row = list[fmpq]


def fraction(x: float) -> fmpq:
    """A float64 as it is."""
    return fmpq(*float(x).as_integer_ratio())


def null_basis(rows: Sequence[Sequence[float]], width: int) -> tuple[list[Row], list[int]]:
    """Vectors that span what all rows are orthogonal to, and the columns that are theirs alone.

    Each vector has a 1 in its own column, where the others have zeros.
    """
    chosen, _ = spanning([[row[c] for row in rows] for c in range(width)])
    # The most independent columns come first, so that they are what the others are told by.
    order = [*chosen, *(c for c in range(width) if c not in chosen)]
    bound: dict[int, Row] = {}
    if rows:
        matrix = fmpq_mat([[fraction(row[c]) for c in order] for row in rows])
        reduced, rank = matrix.rref()
        for row in reduced.tolist()[:rank]:
            pivot = next(i for i, x in enumerate(row) if x != 0)
            bound[pivot] = row
    vectors, free = [], []
    for place, c in enumerate(order):
        if place in bound:
            continue
        vector = [fmpq(int(k == c)) for k in range(width)]
        for pivot, row in bound.items():
            vector[order[pivot]] = -row[place]
        vectors.append(vector)
        free.append(c)
    return vectors, free
