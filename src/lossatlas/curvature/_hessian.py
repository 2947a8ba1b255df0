"""The Hessian at one point as an operator: a block of vectors in, a block of products out."""

from lossatlas._types import Points
from lossatlas.errors import misuse
from lossatlas.linalg import AbstractOperator, FunctionOperator
from lossatlas.surfaces import AbstractSurface, Flat

from ._tangent import check_points


def hessian(surface: AbstractSurface, w: Points) -> AbstractOperator:
    """The Hessian of a surface at a point, known by its products.

    Args:
        surface: The surface.
        w: One point (P,).

    Returns:
        An operator on R^P; on a curved manifold on the tangent space, in an orthonormal basis.

    Raises:
        ValueError: If `w` is not one point of the surface.

    Example:
        >>> import torch
        >>> from lossatlas import curvature, surfaces
        >>> eye = torch.eye(2, dtype=torch.float64)
        >>> surface = surfaces.DeepLinear(widths=(2, 1, 2), inputs=eye, targets=eye)
        >>> H = curvature.hessian(surface, torch.zeros(4, dtype=torch.float64))
        >>> H.size, torch.linalg.eigvalsh(H.dense()).round().tolist()
        (4, [-1.0, -1.0, 1.0, 1.0])
    """
    if w.ndim != 1:
        raise misuse(
            "w",
            should="be one point (P,)",
            got=f"shape {tuple(w.shape)}",
            remedy="An operator belongs to one point; `inertia` and `spectrum` take batches.",
        )
    check_points(surface, w)
    point = w.detach().clone()
    if isinstance(surface.manifold, Flat):
        return FunctionOperator(
            surface.dimension,
            lambda V: surface.hvp(point, V.T).T,
            dtype=surface.dtype,
            device=surface.device,
        )
    basis = surface.manifold.tangent_basis(point)
    return FunctionOperator(
        basis.shape[-1],
        lambda V: basis.T @ surface.hvp(point, (basis @ V).T).T,
        dtype=surface.dtype,
        device=surface.device,
    )
