"""When a descending replica has arrived: ||g|| at most a share of the gradient's scale."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from lossatlas.surfaces import AbstractSurface

from ._pack import Pack


def under_way(
    surface: AbstractSurface, pack: Pack, g: Float[Tensor, "A P"], tolerance: float
) -> Bool[Tensor, " A"]:
    """The replicas that have neither arrived nor left the finite numbers; arrivals are marked.

    The scale of the gradient can cost much more than the gradient (singular values of each weight
    matrix), so it is asked for anew only where the gradient is small on the last known scale. Where
    the scale has grown on the way, a replica thus stops a little later than it might.
    """
    norm: Tensor = torch.linalg.vector_norm(g, dim=-1)
    near = (norm <= tolerance * pack.scale).nonzero()[:, 0]
    if len(near):
        pack.scale[near] = surface.gradient_scale(pack.w[near])
    arrived = norm <= tolerance * pack.scale
    pack.mark(arrived)
    return ~arrived & norm.isfinite()
