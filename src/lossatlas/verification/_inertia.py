"""How many eigenvalues of a symmetric matrix of balls are negative: elimination, and Sylvester's law.

A congruence keeps the signs. A diagonal entry is a pivot of one row, with its own sign; where the
diagonal is small beside an entry b, [[a, b], [b, c]] with a c < b^2 is one of two rows and has one
eigenvalue of each sign (Bunch and Parlett 1971). Every matrix within the balls has the same count.
"""

from flint import arb, arb_mat

Rows = list[list[arb]]

# A diagonal pivot is taken while it is at least this share of the largest entry beside it.
_SHARE = 0.64


def negative_eigenvalues(symmetric: arb_mat) -> int | None:
    """How many are negative; None if a sign is not decided, as that of an eigenvalue zero."""
    rows: Rows = symmetric.tolist()
    negative = 0
    while rows:
        n = len(rows)
        size = [[abs(float(x.mid())) for x in row] for row in rows]
        p = max(range(n), key=lambda i: size[i][i])
        pairs = ((size[i][j], i, j) for i in range(n) for j in range(i))
        largest, i, j = max(pairs, default=(0.0, 0, 0))
        if size[p][p] >= _SHARE * largest:
            if not (rows[p][p] < 0 or rows[p][p] > 0):
                return None
            negative += rows[p][p] < 0
            rows = _without_one(rows, p)
        else:
            if not rows[i][i] * rows[j][j] < rows[i][j] ** 2:
                return None
            negative += 1
            rows = _without_two(rows, i, j)
    return negative


def _without_one(rows: Rows, p: int) -> Rows:
    """The Schur complement of one row."""
    keep = [i for i in range(len(rows)) if i != p]
    row = rows[p]
    shares = {i: rows[i][p] / row[p] for i in keep}
    return [[rows[i][j] - shares[i] * row[j] for j in keep] for i in keep]


def _without_two(rows: Rows, p: int, q: int) -> Rows:
    """The Schur complement of two rows."""
    keep = [i for i in range(len(rows)) if i not in (p, q)]
    a, b, c = rows[p][p], rows[p][q], rows[q][q]
    determinant = a * c - b * b
    result = []
    for i in keep:
        u = (rows[i][p] * c - rows[i][q] * b) / determinant
        v = (rows[i][q] * a - rows[i][p] * b) / determinant
        result.append([rows[i][j] - u * rows[p][j] - v * rows[q][j] for j in keep])
    return result
