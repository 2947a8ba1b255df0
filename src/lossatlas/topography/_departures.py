"""The first points of the steepest lines that leave index-1 points, or saddles up to their maxima.

A line leaves a saddle along an eigenvector, both ways. The start lies a little off the true line, by
the square of the distance from the saddle; along the eigenvalues of the other sign that error dies
out on the way.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas.surfaces import AbstractSurface

from ._settle import Local
from ._size import sizes

_SHARE = 1e-3


def departures(
    surface: AbstractSurface,
    saddles: Float[Tensor, "S P"],
    others: Float[Tensor, "K P"],
    *,
    up: bool = False,
) -> Float[Tensor, "S 2 P"]:
    """Two points beside each saddle, on either side.

    Args:
        surface: The surface.
        saddles: The points to leave.
        others: All critical points that are known: the start is much nearer to its saddle than
            any other is.
        up: Whether to leave along the largest eigenvalue instead of the least.

    Returns:
        The starts.
    """
    here = Local.at(surface, saddles)
    v = here.vectors[..., -1 if up else 0]
    reach = _SHARE * torch.minimum(sizes(surface, saddles), _nearest(saddles, others))
    sides = [surface.manifold.retract(saddles, side * reach[:, None] * v) for side in (1, -1)]
    return torch.stack(sides, dim=1)


def _nearest(points: Float[Tensor, "S P"], others: Float[Tensor, "K P"]) -> Float[Tensor, " S"]:
    """The distance to the nearest other point; infinite when there is none."""
    apart = torch.cdist(points, others, compute_mode="donot_use_mm_for_euclid_dist")
    same = apart <= 1e-9 * (1 + points.norm(dim=-1, keepdim=True))
    apart = torch.where(same, torch.inf, apart)
    return apart.amin(-1) if others.shape[0] else apart.new_full((len(points),), torch.inf)
