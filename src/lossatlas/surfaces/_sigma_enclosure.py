"""Sigma = S_yx S_xx^{-1} S_xy of the data as given, enclosed in balls.

Float64 data are exact dyadic numbers, so that no error enters before the first ball. Sigma belongs
to the column space of X alone: columns that are zero throughout (pixels no digit reaches) are left
out, exactly. That S_xx of the others is invertible is certified by the solution in balls; where it
cannot be, there is no enclosure (Baldi and Hornik 1989 for the role of Sigma).
"""

from flint import arb_mat, ctx
from jaxtyping import Float
from torch import Tensor

_EXACT = 2**53
_SCALE = 2.0**8


def sigma_enclosure(
    inputs: Float[Tensor, "n d_x"], targets: Float[Tensor, "n d_y"], *, precision: int = 256
) -> arb_mat | None:
    """Enclose Sigma, whose eigenvalues order the critical values of deep linear networks.

    Args:
        inputs: X of shape (n, d_x), samples as rows, finite.
        targets: Y of shape (n, d_y).
        precision: The working precision in bits.

    Returns:
        A (d_y, d_y) matrix of balls that holds Sigma of exactly these numbers, or None where the
        columns of X that are not zero cannot be certified to be independent.

    Example:
        >>> import torch
        >>> from lossatlas.surfaces import sigma_enclosure
        >>> sigma = sigma_enclosure(torch.eye(2), torch.diag(torch.tensor([3.0, 2.0])))
        >>> [float(sigma[i, i].mid()) for i in range(2)]
        [9.0, 4.0]
    """
    X, Y = inputs.double(), targets.double()
    X = X[:, (X != 0).any(0)]
    with ctx.workprec(precision):
        S_xy = _gram(X, Y)
        try:
            solution = _gram(X, X).solve(S_xy)
        except ZeroDivisionError:
            return None
        return S_xy.transpose() * solution


def _gram(left: Float[Tensor, "n a"], right: Float[Tensor, "n b"]) -> arb_mat:
    """left^T right in balls; from one float64 product where that is exact."""
    if _product_is_exact(left, right):
        return arb_mat((left.mT @ right).tolist())
    return arb_mat(left.mT.tolist()) * arb_mat(right.tolist())


def _product_is_exact(left: Float[Tensor, "n a"], right: Float[Tensor, "n b"]) -> bool:
    """Whether every partial sum is a number that float64 holds: no order of summing rounds.

    Pixels are multiples of a power of two when their levels are; such a scale changes no rounding.
    """
    left, right = _SCALE * left, _SCALE * right
    integers = all(bool((part == part.round()).all()) for part in (left, right))
    largest = left.abs().max() * right.abs().max() * left.shape[0] if left.numel() else 0
    return integers and float(largest) < _EXACT
