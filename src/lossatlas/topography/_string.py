"""A chain of images between two points that goes down until it lies on lines of steepest descent.

The simplified string method (E, Ren and Vanden-Eijnden 2007), the elastic band without springs: every
image takes a step of descent, then all are moved along the chain to equal distances. What comes to
rest is a path whose tangent is the gradient everywhere: it climbs to passes and goes down to minima.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas.errors import misuse
from lossatlas.surfaces import AbstractSurface, Flat

from ._settle import Local
from ._size import sizes

_OPPOSITE = 0.05


@final
@dataclass(frozen=True)
class ElasticBand:
    """How a chain comes down.

    Args:
        images: Points on the chain, both ends among them.
        max_steps: Steps at most.
        tolerance: The chain rests when no image moves further than this share of the point's size.
        bends: Besides the straight chain between two minima, `band_graph` lays chains bent both ways
            along so many of the softest directions across it.
        bow: How far a bent chain leaves the straight one, as a share of the distance of its ends.
    """

    images: int = 33
    max_steps: int = 400
    tolerance: float = 1e-5
    bends: int = 8
    bow: float = 1.0

    def __post_init__(self) -> None:
        if self.images < 3:
            raise misuse(
                "images",
                should="be at least 3",
                got=self.images,
                remedy="A chain needs a point between its ends.",
            )
        if self.bends < 0:
            raise misuse(
                "bends",
                should="be at least 0",
                got=self.bends,
                remedy="With 0 there are straight chains alone.",
            )


def straight(
    surface: AbstractSurface, a: Float[Tensor, "B P"], b: Float[Tensor, "B P"], images: int
) -> Float[Tensor, "B m P"]:
    """The shortest chains from `a` to `b`: straight lines, or great circles on a sphere.

    Between opposite points of a sphere, where no circle is the shortest, the chain leaves `a` along
    its softest direction.
    """
    share = torch.linspace(0, 1, images, dtype=a.dtype, device=a.device)[None, :, None]
    chain = (1 - share) * a[:, None] + share * b[:, None]
    if not isinstance(surface.manifold, Flat):
        opposite = (a + b).norm(dim=-1) < _OPPOSITE * sizes(surface, a)
        soft = Local.at(surface, a).vectors[..., 0] * sizes(surface, a)[:, None]
        round_about = (torch.pi * share).sin() * soft[:, None]
        chain = chain + torch.where(opposite[:, None, None], round_about, 0.0)
    return even(surface, _pinned(surface.manifold.retract(chain, torch.zeros_like(chain)), a, b))


def laid(
    surface: AbstractSurface,
    a: Float[Tensor, "B P"],
    b: Float[Tensor, "B P"],
    band: ElasticBand,
) -> Float[Tensor, "C m P"]:
    """The straight chains between all pairs, and the chains bent both ways across them."""
    chain = straight(surface, a, b, band.images)
    across = _across(surface, chain, band.bends)
    reach = band.bow * (b - a).norm(dim=-1, keepdim=True)
    ways = [reach * side * across[..., k] for k in range(across.shape[-1]) for side in (1, -1)]
    return torch.cat([chain, *(_bent(surface, chain, way) for way in ways)])


def _across(
    surface: AbstractSurface, chain: Float[Tensor, "B m P"], num: int
) -> Float[Tensor, "B P k"]:
    """The softest directions at the middle of each chain, among those across it."""
    middle, half = chain[:, chain.shape[1] // 2], chain.shape[1] // 2
    tangent = surface.manifold.project(middle, chain[:, half + 1] - chain[:, half - 1])
    basis = surface.manifold.tangent_basis(middle)
    along = (basis.mT @ tangent[..., None])[..., 0]
    # The first column of a full QR is along the chain, the others span what is across it.
    Q = torch.linalg.qr(along[..., None], mode="complete").Q[..., 1:]
    frame = basis @ Q
    _, V = torch.linalg.eigh(frame.mT @ surface.hessian(middle) @ frame)
    across: Tensor = (frame @ V)[..., :num]
    return across


def _bent(
    surface: AbstractSurface, chain: Float[Tensor, "B m P"], towards: Float[Tensor, "B P"]
) -> Float[Tensor, "B m P"]:
    """The chains with their middle moved by `towards`, their ends where they were."""
    share = torch.linspace(0, 1, chain.shape[1], dtype=chain.dtype, device=chain.device)
    arc = (torch.pi * share).sin()[None, :, None] * towards[:, None]
    aside = surface.manifold.retract(chain, surface.manifold.project(chain, arc))
    return even(surface, _pinned(aside, chain[:, 0], chain[:, -1]))


def _pinned(chain: Tensor, a: Tensor, b: Tensor) -> Float[Tensor, "B m P"]:
    """The chains with their ends at these very points, not a rounding away."""
    return torch.cat([a[:, None], chain[:, 1:-1], b[:, None]], dim=1)


def relaxed(
    surface: AbstractSurface, chain: Float[Tensor, "B m P"], band: ElasticBand
) -> Float[Tensor, "B m P"]:
    """Let chains come down; their ends stay.

    The step is the inverse of the largest curvature met on the first chain.
    """
    chain, step = chain.clone(), 1 / _stiffest(surface, chain)
    moving = torch.arange(len(chain), device=chain.device)
    for _ in range(band.max_steps):
        if not len(moving):
            break
        before = chain[moving]
        inner = before[:, 1:-1]
        down = -step[moving, None, None] * surface.gradient(inner)
        after = before.clone()
        after[:, 1:-1] = surface.manifold.retract(inner, down)
        after = even(surface, after)
        chain[moving] = after
        far = (after - before).norm(dim=-1).amax(-1)
        moving = moving[far > band.tolerance * sizes(surface, before[:, 0])]
    return chain


def _stiffest(surface: AbstractSurface, chain: Tensor) -> Float[Tensor, " B"]:
    basis = surface.manifold.tangent_basis(chain)
    H = basis.mT @ surface.hessian(chain) @ basis
    stiffest: Tensor = torch.linalg.matrix_norm(H, ord=2).amax(-1)
    return stiffest


def even(surface: AbstractSurface, chain: Float[Tensor, "B m P"]) -> Float[Tensor, "B m P"]:
    """The same chains with their images at equal distances."""
    pieces = (chain[:, 1:] - chain[:, :-1]).norm(dim=-1)
    reach = torch.nn.functional.pad(pieces.cumsum(-1), (1, 0))  # (B, m)
    share = torch.linspace(0, 1, chain.shape[1], dtype=chain.dtype, device=chain.device)
    wanted = share * reach[:, -1:]
    after = torch.searchsorted(reach, wanted, right=True).clamp(1, chain.shape[1] - 1)
    start, length = reach.gather(1, after - 1), pieces.gather(1, after - 1)
    along = torch.where(length > 0, (wanted - start) / length, 0.0)[..., None]
    rows = after[..., None].expand(*after.shape, chain.shape[-1])
    low, high = chain.gather(1, rows - 1), chain.gather(1, rows)
    moved = surface.manifold.retract(low, along * (high - low))
    return torch.cat([chain[:, :1], moved[:, 1:-1], chain[:, -1:]], dim=1)
