"""The size that lengths are compared with: the radius of a sphere, else 1 + |w|."""

from jaxtyping import Float
from torch import Tensor

from lossatlas.surfaces import AbstractSurface, Flat


def sizes(surface: AbstractSurface, w: Float[Tensor, "*b P"]) -> Float[Tensor, "*b"]:
    """The size of each point; on a curved manifold the origin is no place to measure from."""
    norm: Tensor = w.norm(dim=-1)
    return norm + 1 if isinstance(surface.manifold, Flat) else norm
