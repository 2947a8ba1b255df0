"""The elastic band: a path between two minima, and the passes that it climbs over.

Every top of a band at rest is near an index-1 point. Mode following takes it there, and what it
finds counts only with exactly one negative eigenvalue. A band finds a way, not always the lowest:
its level is never below the minimax level, and may be above.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float, Int
from torch import Tensor

from lossatlas.critical import ModeFollowing, find
from lossatlas.errors import misuse
from lossatlas.surfaces import AbstractSurface

from ._settle import Local
from ._string import ElasticBand, relaxed, straight


@final
@dataclass(frozen=True, eq=False, repr=False)
class Bands:
    """Bands at rest, one for each pair of ends.

    Attributes:
        images: The points on each band.
        loss: The loss at each.
        passes: The index-1 points that the tops of the bands led to, all bands together.
        pass_loss: The loss at each of them.
        band: The number of the band that each belongs to.
    """

    images: Float[Tensor, "B m P"]
    loss: Float[Tensor, "B m"]
    passes: Float[Tensor, "S P"]
    pass_loss: Float[Tensor, " S"]
    band: Int[Tensor, " S"]

    def __len__(self) -> int:
        return len(self.images)

    @property
    def top(self) -> Float[Tensor, " B"]:
        """The loss at the highest pass of each band; infinite where no pass was found."""
        highest = self.loss.new_full((len(self),), -torch.inf)
        highest = highest.scatter_reduce(0, self.band, self.pass_loss, "amax")
        return torch.where(highest > -torch.inf, highest, torch.inf)

    def __repr__(self) -> str:
        return f"Bands({len(self)} bands over {len(self.passes)} passes)"


def elastic_band(
    surface: AbstractSurface,
    a: Float[Tensor, "B P"],
    b: Float[Tensor, "B P"],
    *,
    band: ElasticBand | None = None,
) -> Bands:
    """Lay a band between the minima of each pair and let it come down.

    Args:
        surface: The surface; Hessians are formed on it.
        a: The minima where bands begin.
        b: The minima where they end.
        band: How a band comes down.

    Returns:
        The bands and their passes. `band_graph` joins bands to the graph of all their minima.

    Raises:
        ValueError: If the ends are not pairs of points of the surface.

    Example:
        >>> import torch
        >>> from lossatlas import surfaces, topography
        >>> J = torch.diag(torch.tensor([1.0, 2.0, 4.0])).double()
        >>> surface = surfaces.SpinGlass.from_couplings(J)
        >>> bottom = 3**0.5 * torch.eye(3).double()[:1]
        >>> bands = topography.elastic_band(surface, bottom, -bottom)
        >>> bands, round(float(bands.top), 9), round(float(surface.loss(bottom)), 9)
        (Bands(1 bands over 1 passes), 3.464101615, 1.732050808)
    """
    _check(surface, a, b)
    band = band or ElasticBand()
    return climbed(surface, relaxed(surface, straight(surface, a, b, band.images), band))


def climbed(surface: AbstractSurface, images: Float[Tensor, "B m P"]) -> Bands:
    """The passes of bands at rest."""
    loss = surface.loss(images)
    inner = loss[:, 1:-1]
    tops = (inner >= loss[:, :-2]) & (inner >= loss[:, 2:])
    number, place = tops.nonzero(as_tuple=True)
    found = find(surface, images[number, place + 1], method=ModeFollowing(index=1))
    arrived = torch.tensor([s.value == "critical" for s in found.status], device=images.device)
    rows = arrived.nonzero()[:, 0]
    single = (Local.at(surface, found.points[rows]).values < 0).sum(-1) == 1
    rows = rows[single]
    return Bands(images, loss, found.points[rows], found.loss[rows], number[rows])


def _check(surface: AbstractSurface, a: Tensor, b: Tensor) -> None:
    for name, ends in (("a", a), ("b", b)):
        if ends.ndim != 2 or ends.shape[-1] != surface.dimension or ends.shape != a.shape:
            raise misuse(
                name,
                should=f"have the shape (B, {surface.dimension}), the same for `a` and `b`",
                got=tuple(ends.shape),
                remedy="Stack the minima as rows, a row a pair.",
            )
