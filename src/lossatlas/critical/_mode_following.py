"""Mode following: searches that end at critical points of one index.

Reverse the gradient along the k lowest modes of the Hessian and go down: the resting places that
attract are then the points of index k, and no others (Cerjan and Miller 1981; high-index saddle
dynamics of Yin, Zhang and Zhang 2019). Along each eigenvector the step is that of Newton's method in
length, -g_i / |lambda_i|, upward for the k lowest and downward for the rest, whatever their signs;
once these are as wanted it is Newton's step itself, and convergence is quadratic.
"""

from dataclasses import dataclass, field
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas._types import Hessians
from lossatlas.errors import misuse
from lossatlas.surfaces import AbstractSurface

from ._advance import AbstractAdvance, Bold
from ._method import AbstractMethod, Arrival
from ._newton import Newton
from ._polish import Polish
from ._steps import AbstractDenseStep


@final
@dataclass(frozen=True)
class ModeFollowing(AbstractMethod):
    """Searches for critical points of index k.

    Nothing forces an end to have the index: a search that wanders into a point of another index
    where its step is short would stay there, and a surface may have no such point at all. `classify`
    says what was reached. Each iteration costs an eigendecomposition of each Hessian.

    Args:
        index: k, from 0 (minima) to the dimension of the tangent space (maxima).
        max_iterations: Iterations at most.
        advance: How far along the step to go.
        damping: c; the step along an eigenvector is g_i / (|lambda_i| + c ||g|| / (1 + ||w||)).
        polish: The finishing minimum-norm steps.

    Raises:
        ValueError: If the index is negative or the damping not positive; on searching, if the index
            exceeds the dimension.

    Example:
        >>> import torch
        >>> from lossatlas import critical, surfaces
        >>> glass = surfaces.SpinGlass(3, 10, generator=torch.Generator().manual_seed(0))
        >>> starts = glass.random_point(torch.Generator().manual_seed(1), (20,))
        >>> found = critical.find(glass, starts, method=critical.ModeFollowing(index=3))
        >>> {point.index for point in critical.classify_batch(glass, found.critical)}
        {(3, 3)}
    """

    index: int
    max_iterations: int = 300
    advance: AbstractAdvance = field(default_factory=Bold)
    damping: float = 1.0
    polish: Polish = field(default_factory=Polish)

    def __post_init__(self) -> None:
        if self.index < 0:
            raise misuse(
                "index",
                should="be at least 0",
                got=self.index,
                remedy="0 is the index of a minimum.",
            )
        if not self.damping > 0:
            raise misuse(
                "damping",
                should="be positive",
                got=self.damping,
                remedy="1e-6 is next to none.",
            )

    def search(self, surface: AbstractSurface, starts: Float[Tensor, "B P"]) -> Arrival:
        if self.index > surface.manifold.dimension:
            raise misuse(
                "index",
                should=f"be at most {surface.manifold.dimension}, the dimension of the surface",
                got=self.index,
                remedy="That is the index of a maximum.",
            )
        newton = Newton(
            max_iterations=self.max_iterations,
            step=Reflected(self.index),
            advance=self.advance,
            damping=self.damping,
            least_damping=self.damping,
            polish=self.polish,
        )
        return newton.search(surface, starts)


@final
@dataclass(frozen=True)
class Reflected(AbstractDenseStep):
    """The step that goes up along the k lowest modes and down along the others.

    The damping is at least P eps ||H||.

    Args:
        index: k.
    """

    index: int

    def on_matrices(
        self, H: Hessians, g: Float[Tensor, "b k"], damping: Float[Tensor, " b"]
    ) -> Float[Tensor, "b k"]:
        sane = H.isfinite().all(-1).all(-1)
        values, Q = torch.linalg.eigh(torch.where(sane[:, None, None], H, 0.0))
        size = values.abs()
        floor = size.shape[-1] * torch.finfo(size.dtype).eps * size.amax(-1)
        along = (Q.mT @ g[..., None])[..., 0]
        along[:, self.index :].neg_()
        along /= size + torch.maximum(damping, floor)[:, None]
        along[~sane] = torch.nan
        step: Tensor = (Q @ along[..., None])[..., 0]
        return step
