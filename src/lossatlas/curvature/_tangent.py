"""The Hessian as a matrix on the tangent space, and how wrong it may be."""

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas._types import Points, Values
from lossatlas.errors import misuse
from lossatlas.surfaces import AbstractSurface, Flat


def tangent_hessian(surface: AbstractSurface, w: Points) -> tuple[Float[Tensor, "*b k k"], Values]:
    """The Hessian in an orthonormal basis of the tangent space, in float64, and its error bound.

    Args:
        surface: The surface.
        w: The points.

    Returns:
        The matrices, symmetric, and a bound on the 2-norm of the error of each.
    """
    check_points(surface, w)
    H, error = surface.hessian(w).double(), surface.hessian_error(w).double()
    if isinstance(surface.manifold, Flat):
        return H, error
    basis = surface.manifold.tangent_basis(w.double())
    # Two products of P terms each: gamma_P |Q^T| (|H| |Q|) twice, in the Frobenius norm.
    rounding = 4 * H.shape[-1] * torch.finfo(H.dtype).eps
    size = torch.linalg.matrix_norm(H) * torch.linalg.matrix_norm(basis) ** 2
    reduced = basis.mT @ H @ basis
    return (reduced + reduced.mT) / 2, error + rounding * size


def check_points(surface: AbstractSurface, w: Points) -> None:
    """Refuse points of another length.

    Raises:
        ValueError: If the last axis of `w` is not the surface's dimension.
    """
    if w.ndim < 1 or w.shape[-1] != surface.dimension:
        raise misuse(
            "w",
            should=f"be points of length {surface.dimension}, (*b, {surface.dimension})",
            got=f"shape {tuple(w.shape)}",
            remedy="`surface.random_point(generator)` gives one.",
        )
