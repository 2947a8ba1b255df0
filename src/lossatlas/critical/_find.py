"""The front door: thousands of searches at once, each with a status at its end."""

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas.errors import misuse
from lossatlas.surfaces import AbstractSurface, Flat

from ._examine import examine
from ._found import Found
from ._method import AbstractMethod
from ._newton import Newton
from ._norms import lengths, room
from ._status import statuses

_OFF = 1e-6


def find(
    surface: AbstractSurface,
    starts: Float[Tensor, "B P"],
    *,
    method: AbstractMethod | None = None,
) -> Found:
    """Look for critical points from many starts at once.

    Searches that arrived leave the batch. A search does not know the others; but its products are
    formed in blocks, so that in a batch of another size its rounding may differ, and a `Newton`
    search with bold steps amplifies rounding while it is far from any critical point. The same
    starts in the same batch give the same bits.

    Args:
        surface: The surface. Where its manifold is curved, steps are tangent vectors and are
            retracted, and every number is one of the tangent space.
        starts: The starts, of the surface's floating type. Starts that are not finite are kept and
            marked not converged.
        method: How to search; `Newton()` when not given.

    Returns:
        The ends with their statuses and the numbers these follow from.

    Raises:
        ValueError: If the starts are not a batch of points of this surface, or do not lie on its
            manifold.

    Example:
        >>> import torch
        >>> from lossatlas import critical, surfaces
        >>> X, Y = torch.eye(2).double(), torch.diag(torch.tensor([2.0, 1.0])).double()
        >>> surface = surfaces.DeepLinear((2, 2, 2), inputs=X, targets=Y)
        >>> starts = surface.random_point(torch.Generator().manual_seed(0), (20,))
        >>> critical.find(surface, starts)
        Found(20 searches: 20 critical)
    """
    _check(surface, starts)
    arrival = (method or Newton()).search(surface, starts)
    w = arrival.points
    here = examine(surface, w)
    measured = (here.gradient_norm, here.gradient_scale, here.newton_step, here.flatness)
    return Found(
        points=w,
        status=statuses(*measured, w.norm(dim=-1)),
        gradient_norm=here.gradient_norm,
        newton_step=here.newton_step,
        loss=surface.loss(w),
        flatness=here.flatness,
        gradient_scale=here.gradient_scale,
        iterations=arrival.iterations,
    )


def _check(surface: AbstractSurface, starts: Tensor) -> None:
    if starts.ndim != 2 or starts.shape[-1] != surface.dimension:
        raise misuse(
            "starts",
            should=f"have the shape (B, {surface.dimension})",
            got=tuple(starts.shape),
            remedy="Stack the points as rows; one point needs a leading axis too.",
        )
    if starts.dtype != surface.dtype:
        raise misuse(
            "starts",
            should=f"be {surface.dtype}, as the surface is",
            got=starts.dtype,
            remedy="Convert them with `.to(surface.dtype)`.",
        )
    if not isinstance(surface.manifold, Flat):
        _check_on_manifold(surface, starts[starts.isfinite().all(-1)])


def _check_on_manifold(surface: AbstractSurface, w: Float[Tensor, "B P"]) -> None:
    apart = lengths(surface.manifold.retract(w, torch.zeros_like(w)) - w)
    off = ~(apart <= _OFF * room(w))
    if off.any():
        raise misuse(
            "starts",
            should="lie on the surface's manifold",
            got=f"{int(off.sum())} that do not",
            remedy="`surface.manifold.retract(w, torch.zeros_like(w))` puts them there.",
        )
