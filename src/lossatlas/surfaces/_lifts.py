"""From a change of a group's product to a change of its weights.

The product is A = sum over the group of r_j W_2[:, j] W_1[j, :]. A change D of it is made by the rows
of W_1 where the columns of W_2 span the outputs, or by these where the rows span all inputs that the
group reads, and by nothing near where neither is so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from flint import arb, arb_mat
from scipy.linalg import qr

from lossatlas.linalg import euclidean_norm

from ._pattern import Array, Group


@final
@dataclass(frozen=True, eq=False)
class Lift:
    """How a group's product is changed.

    Attributes:
        factor: The weights change by at most this times the Frobenius norm of the product's change.
    """

    factor: arb


def lift(group: Group, into: arb_mat, out: arb_mat) -> Lift | None:
    """A way to change the product, or None.

    Args:
        group: The group.
        into: Its rows of W_1 in the columns that they read, (m, r).
        out: Its columns of W_2 times their ratios, (d_y, m).
    """
    by_rows = _left_inverse(out.transpose())
    if by_rows is not None:
        return Lift(euclidean_norm(by_rows))
    by_columns = _left_inverse(into)
    # r_j W_2[:, j] changes by D times the inverse, the column itself by r_j less.
    return None if by_columns is None else Lift(euclidean_norm(by_columns) / min(group.ratios))


def taken_in(features: Array, opened: Array, kept: list[int], row: Sequence[arb]) -> list[arb]:
    """Entries in the kept columns that give a row's products with all opened samples.

    Args:
        features: The inputs, (n, d).
        opened: The samples.
        kept: Independent columns on them that span the others.
        row: The row, all its entries.
    """
    if len(kept) == features.shape[1]:
        return list(row)
    if not kept:
        return []
    X = features[opened]
    samples = np.asarray(qr(X[:, kept].T, mode="r", pivoting=True)[1])[: len(kept)]
    square = arb_mat(X[samples][:, kept].tolist())
    wanted = arb_mat(X[samples].tolist()) * arb_mat(len(row), 1, list(row))
    entries: list[arb] = square.solve(wanted).entries()
    return entries


def onto_kinks(rows: Array, entries: Sequence[arb]) -> tuple[list[arb], arb] | None:
    """The shortest change of a row's entries after which its products with some samples vanish.

    Args:
        rows: Those samples in the row's columns, (K, r); independent.
        entries: The row's entries.

    Returns:
        The entries after the change and its length; None where independence is not proved.
    """
    A, w = arb_mat(rows.tolist()), arb_mat(len(entries), 1, list(entries))
    across = A.transpose()
    try:
        step = across * (A * across).solve(A * w)
    except ZeroDivisionError:
        return None
    return (w - step).entries(), euclidean_norm(step)


def _left_inverse(matrix: arb_mat) -> arb_mat | None:
    """(M^T M)^{-1} M^T, of which the transpose is a right inverse of M^T; None without full rank."""
    across = matrix.transpose()
    if matrix.nrows() < matrix.ncols():
        return None
    try:
        inverse: arb_mat = (across * matrix).solve(across)
    except ZeroDivisionError:
        return None
    return inverse if euclidean_norm(inverse).is_finite() else None
