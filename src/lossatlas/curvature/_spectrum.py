"""All eigenvalues of the Hessian, with a bound that holds for each of them.

For computed values and vectors V, with R = H V - V diag(lambda) and E = V^T V - I, polar
decomposition of V and Weyl's inequality give |lambda_k - true| <= (||R|| + max|lambda| ||E||) /
(1 - ||E||). Norms are Frobenius norms, and the rounding of R and E themselves is added. It is a
sharper statement than the shift of `inertia`, for four times the work.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas._types import Points, Values
from lossatlas.linalg import Inertia
from lossatlas.surfaces import AbstractSurface

from ._tangent import tangent_hessian


@final
@dataclass(frozen=True, eq=False)
class Spectrum:
    """Eigenvalues in ascending order, each within `error` of the true one.

    Attributes:
        values: The eigenvalues, ascending.
        error: A bound on the error of every one of them; infinite where nothing is known.
    """

    values: Float[Tensor, "*b k"]
    error: Values

    @property
    def inertia(self) -> Inertia:
        """The counts by sign; what lies within the error is undecided."""
        error = self.error[..., None]
        negative, positive = (self.values < -error).sum(-1), (self.values > error).sum(-1)
        undecided = self.values.shape[-1] - negative - positive
        return Inertia(negative, undecided, positive, self.error)


def spectrum(surface: AbstractSurface, w: Points) -> Spectrum:
    """Compute all eigenvalues of the Hessian at points.

    Args:
        surface: The surface.
        w: The points, (*b, P).

    Returns:
        The eigenvalues on the tangent space and their error bound, which includes the rounding of
        forming the Hessian. A Hessian that is not finite has values NaN and an infinite error.

    Raises:
        ValueError: If the points do not fit the surface.
        MemoryForecastError: If the Hessians do not fit into memory.

    Example:
        >>> import torch
        >>> from lossatlas import curvature, surfaces
        >>> eye = torch.eye(2, dtype=torch.float64)
        >>> surface = surfaces.DeepLinear(widths=(2, 1, 2), inputs=eye, targets=eye)
        >>> found = curvature.spectrum(surface, torch.zeros(4, dtype=torch.float64))
        >>> found.values.round().tolist(), bool(found.error < 1e-12)
        ([-1.0, -1.0, 1.0, 1.0], True)
    """
    H, forming = tangent_hessian(surface, w)
    finite = H.isfinite().all(-1).all(-1)
    # The solver refuses what is not finite; those matrices are marked after it.
    values, V = torch.linalg.eigh(torch.where(finite[..., None, None], H, 0.0))
    error = torch.where(finite, _error(H, values, V) + forming, torch.inf)
    return Spectrum(torch.where(finite[..., None], values, torch.nan), error)


def _error(
    H: Float[Tensor, "*b k k"], values: Float[Tensor, "*b k"], V: Float[Tensor, "*b k k"]
) -> Values:
    """The residual bound, with what rounding can have hidden in the residual."""
    n = H.shape[-1]
    unit = (n + 4) * torch.finfo(H.dtype).eps
    norm = torch.linalg.matrix_norm
    # || |V| ||_2 is at most the root of the largest row sum times the largest column sum.
    spread = (V.abs().sum(-1).amax(-1) * V.abs().sum(-2).amax(-1)).sqrt()
    largest = values.abs().amax(-1)
    residual = norm(H @ V - V * values[..., None, :]) + unit * spread * (norm(H) + largest)
    eye = torch.eye(n, dtype=H.dtype, device=H.device)
    defect = norm(V.mT @ V - eye) + unit * n**0.5 * spread
    bound = (residual + largest * defect) / (1 - defect)
    return torch.where(defect < 1, bound, torch.inf)
