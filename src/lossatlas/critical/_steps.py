"""The Newton step with damping s, four ways to solve for it.

All aim at the Levenberg-Marquardt step on half the squared gradient norm,
    p = -(H^2 + s^2 I)^{-1} H g.
Forming H^2 squares the condition number and loses the eigenvalues below 1e-8 ||H||. But
    (H + i s)^{-1} = (H - i s) (H^2 + s^2 I)^{-1},   so   p = -Re (H + i s)^{-1} g:
one complex solve with the condition number of H + i s itself.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas._types import Hessians, Values
from lossatlas.linalg import minres_qlp
from lossatlas.surfaces import AbstractSurface

from ._blocks import blocks
from ._tangent import TangentSpace


class AbstractStep(ABC):
    """How the damped Newton step is solved for."""

    @abstractmethod
    def solve(
        self,
        surface: AbstractSurface,
        w: Float[Tensor, "B P"],
        g: Float[Tensor, "B P"],
        damping: Float[Tensor, " B"],
    ) -> Float[Tensor, "B P"]:
        """The step from each point.

        Args:
            surface: The surface.
            w: The points.
            g: The gradients there.
            damping: s, in the units of a curvature. It is raised where the method could not tell
                it from zero.

        Returns:
            The steps; NaN or infinite where the system could not be solved.
        """


class AbstractDenseStep(AbstractStep):
    """A step from whole Hessians, in coordinates of the tangent space, some points at a time."""

    def solve(
        self,
        surface: AbstractSurface,
        w: Float[Tensor, "B P"],
        g: Float[Tensor, "B P"],
        damping: Float[Tensor, " B"],
    ) -> Float[Tensor, "B P"]:
        steps = torch.empty_like(w)
        for part in blocks(len(w), surface.dimension):
            space = TangentSpace.at(surface, w[part])
            H = space.matrix(surface.hessian(w[part]))
            along = self.on_matrices(H, space.coordinates(g[part]), damping[part])
            steps[part] = space.vector(along)
        return steps

    @abstractmethod
    def on_matrices(
        self, H: Hessians, g: Float[Tensor, "b k"], damping: Float[Tensor, " b"]
    ) -> Float[Tensor, "b k"]:
        """The steps from as many points as there are Hessians; arguments else as in `solve`."""


@final
@dataclass(frozen=True)
class ShiftedSolve(AbstractDenseStep):
    """The Levenberg-Marquardt step by one complex solve with H + i s.

    s is at least P eps ||H||_F.
    """

    def on_matrices(
        self, H: Hessians, g: Float[Tensor, "b k"], damping: Float[Tensor, " b"]
    ) -> Float[Tensor, "b k"]:
        s = torch.maximum(damping, _resolution(H))
        A = H.to(H.dtype.to_complex())
        A.diagonal(dim1=-2, dim2=-1).imag.copy_(s[:, None].expand(-1, H.shape[-1]))
        solution, _ = torch.linalg.solve_ex(A, g.to(A.dtype)[..., None])
        step: Tensor = -solution[..., 0].real
        return step


@final
@dataclass(frozen=True)
class NormalCholesky(AbstractDenseStep):
    """The Levenberg-Marquardt step by a Cholesky factorisation of H^2 + s^2 I.

    s is at least sqrt(P eps) ||H||_F, so that the factorisation exists; the last digits of a
    badly conditioned problem are then slow, and come by the finishing steps.
    """

    def on_matrices(
        self, H: Hessians, g: Float[Tensor, "b k"], damping: Float[Tensor, " b"]
    ) -> Float[Tensor, "b k"]:
        floor = (H.shape[-1] * torch.finfo(H.dtype).eps) ** 0.5 * torch.linalg.matrix_norm(H)
        s = torch.maximum(damping, floor)
        factor, _ = torch.linalg.cholesky_ex(H @ H + s.square()[:, None, None] * _identity(H))
        return -torch.cholesky_solve(H @ g[..., None], factor)[..., 0]


@final
@dataclass(frozen=True)
class PseudoInverse(AbstractDenseStep):
    """The minimum-norm Newton step -H^+ g by an eigendecomposition; s is the rank cut."""

    def on_matrices(
        self, H: Hessians, g: Float[Tensor, "b k"], damping: Float[Tensor, " b"]
    ) -> Float[Tensor, "b k"]:
        sane = H.isfinite().all(-1).all(-1)
        cut = torch.maximum(damping, _resolution(H))[sane]
        values, Q = torch.linalg.eigh(H[sane])
        inverse = torch.where(values.abs() > cut[:, None], 1 / values, 0.0)
        step = torch.full_like(g, torch.nan)
        step[sane] = -(Q @ (inverse[..., None] * (Q.mT @ g[sane][..., None])))[..., 0]
        return step


@final
@dataclass(frozen=True)
class MatrixFree(AbstractStep):
    """The minimum-norm Newton step from Hessian-vector products, by MINRES-QLP.

    Choi, Paige and Saunders 2011. No Hessian is formed; damping does not enter, the iteration is
    stopped early instead.

    Args:
        tolerance: The relative residual at which the inner iteration stops.
        max_products: Hessian-vector products a step at most; None for P.
    """

    tolerance: float = 1e-4
    max_products: int | None = None

    def solve(
        self,
        surface: AbstractSurface,
        w: Float[Tensor, "B P"],
        g: Float[Tensor, "B P"],
        damping: Float[Tensor, " B"],  # noqa: ARG002
    ) -> Float[Tensor, "B P"]:
        solution = minres_qlp(
            lambda v: surface.hvp(w, v),
            -g,
            tolerance=self.tolerance,
            max_iterations=self.max_products,
        )
        return surface.manifold.project(w, solution.x)  # rounding leaves the tangent space


def _resolution(H: Hessians) -> Values:
    """The shift that a factorisation of H cannot tell from zero."""
    size: Tensor = torch.linalg.matrix_norm(H)
    return H.shape[-1] * torch.finfo(H.dtype).eps * size


def _identity(H: Hessians) -> Float[Tensor, "P P"]:
    return torch.eye(H.shape[-1], dtype=H.dtype, device=H.device)
