"""The signs of the Hessian's eigenvalues, with every known error inside the bound."""

import torch

from lossatlas._types import Points, Values
from lossatlas.errors import misuse
from lossatlas.linalg import Inertia, inertia as matrix_inertia
from lossatlas.surfaces import AbstractSurface

from ._tangent import tangent_hessian


def inertia(surface: AbstractSurface, w: Points, *, radius_error: float | Values = 0.0) -> Inertia:
    """Count the negative, undecided and positive eigenvalues of the Hessian at points.

    Args:
        surface: The surface.
        w: The points, (*b, P).
        radius_error: A bound on how far the Hessian can move, in the 2-norm, between `w` and the
            point that is meant: its Lipschitz constant times the distance. One number, or (*b,).

    Returns:
        The counts, on the tangent space. An eigenvalue is called certain only when neither the
        rounding of the factorisation, nor that of forming the Hessian, nor `radius_error` can have
        given it its sign.

    Raises:
        ValueError: If the points do not fit the surface or `radius_error` is negative.
        MemoryForecastError: If the Hessians do not fit into memory.

    Example:
        >>> import torch
        >>> from lossatlas import curvature, surfaces
        >>> eye = torch.eye(2, dtype=torch.float64)
        >>> surface = surfaces.DeepLinear(widths=(2, 1, 2), inputs=eye, targets=eye)
        >>> counts = curvature.inertia(surface, torch.zeros(4, dtype=torch.float64))
        >>> int(counts.negative), int(counts.undecided), int(counts.positive)
        (2, 0, 2)
    """
    radius = torch.as_tensor(radius_error, dtype=torch.float64, device=w.device)
    if (radius < 0).any():
        raise misuse(
            "radius_error",
            should="be at least 0",
            got=radius.min().item(),
            remedy="Pass a Lipschitz constant of the Hessian times a distance.",
        )
    H, error = tangent_hessian(surface, w)
    return matrix_inertia(H, error=error + radius)
