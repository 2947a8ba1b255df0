"""Searches on a curved set work in orthonormal coordinates of the tangent space.

The Hessian as a P x P matrix is singular along the normal: a solve with it, a rank cut or a count of
signs would all see a direction that is none. So every matrix is first restricted to the tangent
space, Q^T H Q, and every step carried back, Q c. On a flat set Q is the identity, and nothing is
multiplied.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas._types import Values
from lossatlas.surfaces import AbstractSurface, Flat


@final
@dataclass(frozen=True, eq=False)
class TangentSpace:
    """Orthonormal coordinates of the tangent spaces at a row of points.

    Attributes:
        basis: Q, orthonormal columns; None where the tangent space is all of R^P.
    """

    basis: Float[Tensor, "*b P k"] | None

    @classmethod
    def at(cls, surface: AbstractSurface, w: Float[Tensor, "*b P"]) -> "TangentSpace":
        """The tangent spaces of a surface's manifold."""
        if isinstance(surface.manifold, Flat):
            return cls(None)
        return cls(surface.manifold.tangent_basis(w))

    def matrix(self, H: Float[Tensor, "*b P P"]) -> Float[Tensor, "*b k k"]:
        """Q^T H Q, exactly symmetric."""
        if self.basis is None:
            return H
        reduced = self.basis.mT @ H @ self.basis
        return (reduced + reduced.mT) / 2

    def matrix_error(self, H: Float[Tensor, "*b P P"], error: Values) -> Values:
        """The error of `matrix`: that of H, and two products of P terms each."""
        if self.basis is None:
            return error
        rounding = 4 * H.shape[-1] * torch.finfo(H.dtype).eps
        norm = torch.linalg.matrix_norm
        bound: Tensor = error + rounding * norm(H) * norm(self.basis) ** 2
        return bound

    def coordinates(self, v: Float[Tensor, "*b P"]) -> Float[Tensor, "*b k"]:
        """Q^T v."""
        if self.basis is None:
            return v
        along: Tensor = (self.basis.mT @ v[..., None])[..., 0]
        return along

    def vector(self, c: Float[Tensor, "*b k"]) -> Float[Tensor, "*b P"]:
        """Q c."""
        return c if self.basis is None else (self.basis @ c[..., None])[..., 0]

    def frame(self, V: Float[Tensor, "*b k m"]) -> Float[Tensor, "*b P m"]:
        """Q V, vectors as columns."""
        return V if self.basis is None else self.basis @ V
