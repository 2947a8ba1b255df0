"""How many different points are among many? By sorting, not by comparing all pairs.

A projection on a unit vector never puts two points further apart than they are. So sort by one, cut
wherever the gap exceeds the tolerance, and again within the parts by another direction: points that
are the same stay together, and after a few directions hardly others do. What remains is checked by
true distances. Two points are in one group when a chain of points, each the same as the next,
joins them.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float, Int
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from torch import Tensor

from lossatlas.errors import misuse
from lossatlas.linalg import forecast
from lossatlas.surfaces import AbstractSurface

from ._identity import Identity, identity

_DIRECTIONS = 6
_ROUNDING = 16
_PAIRS = 2**20
_BYTES_A_PAIR = 34  # a flag, and where all are joined two indices, twice


@final
@dataclass(frozen=True, eq=False, repr=False)
class Groups:
    """Points sorted into groups of equals.

    Attributes:
        representatives: The first point of each group, groups in the order of their first points.
        first: Its row.
        group: The group of each point; -1 for a point that is not finite.
        multiplicity: How many points each group has.
    """

    representatives: Float[Tensor, "G P"]
    first: Int[Tensor, " G"]
    group: Int[Tensor, " K"]
    multiplicity: Int[Tensor, " G"]

    def __len__(self) -> int:
        return len(self.multiplicity)

    def __repr__(self) -> str:
        return f"Groups({len(self)} distinct among {len(self.group)} points)"


def distinct(
    surface: AbstractSurface, points: Float[Tensor, "K P"], *, tolerance: float = 1e-6
) -> Groups:
    """Tell points apart, up to the surface's symmetry.

    At w and -w a `SpinGlass` of even order is the same. Points of a `DeepLinear` are compared by
    the product of their matrices and the numerical ranks of all products of neighbouring ones,
    which a change of hidden bases leaves alone; points on different orbits that agree in all of
    these are not told apart. Other surfaces are compared by coordinates: the permutations of a
    perceptron's units are not looked for.

    Args:
        surface: The surface, for its symmetry.
        points: The points.
        tolerance: Two points are the same when their distance is at most this share of 1 + the
            larger one's norm; for a deep linear network distance and norm are those of the
            products.

    Returns:
        The groups. A point that is not finite is in none.

    Raises:
        ValueError: If the points are not a batch of the surface's points, or the tolerance is
            negative.
        MemoryForecastError: If the tolerance may join so many points in chains that their distances
            do not fit.

    Example:
        >>> import torch
        >>> from lossatlas import critical, surfaces
        >>> glass = surfaces.SpinGlass(2, 3, generator=torch.Generator().manual_seed(0))
        >>> w = glass.random_point(torch.Generator().manual_seed(1), (2,))
        >>> critical.distinct(glass, torch.cat([w, -w])).group
        tensor([0, 1, 0, 1])
    """
    _check(surface, points, tolerance)
    rows = points.isfinite().all(-1).nonzero()[:, 0]
    known = identity(surface, points[rows])
    label = torch.full((len(points),), -1, dtype=torch.int64, device=points.device)
    label[rows] = _numbered(_grouped(known, tolerance))
    count = int(label.max()) + 1 if len(label) else 0
    first = torch.full((count,), len(points), dtype=torch.int64, device=points.device)
    first = first.scatter_reduce(0, label[rows], rows, "amin")
    multiplicity = torch.bincount(label[rows], minlength=count)
    return Groups(points[first], first, label, multiplicity)


def _check(surface: AbstractSurface, points: Tensor, tolerance: float) -> None:
    if points.ndim != 2 or points.shape[-1] != surface.dimension:
        raise misuse(
            "points",
            should=f"have the shape (K, {surface.dimension})",
            got=tuple(points.shape),
            remedy="Stack the points as rows.",
        )
    if not tolerance >= 0:
        raise misuse(
            "tolerance",
            should="be at least 0",
            got=tolerance,
            remedy="1e-6 is what the searches resolve.",
        )


def _grouped(known: Identity, tolerance: float) -> Int[Tensor, " K"]:
    """A number for each point that its group shares."""
    part, size = known.labels, 1 + torch.linalg.vector_norm(known.features, dim=-1)
    if not len(part):
        return part
    rounding = _ROUNDING * torch.finfo(size.dtype).eps
    gap = (tolerance + rounding) * float(size.max())
    for turn in range(_DIRECTIONS):
        part = _cut(part, known.keys(_direction(turn, known.features)), gap)
    reach = tolerance * size
    centre = _firsts(part)[part]
    near = known.distance(torch.arange(len(part), device=part.device), centre)
    unsure = near > torch.maximum(reach, reach[centre])
    return _settled(known, part, part[unsure].unique(), reach)


def _direction(turn: int, like: Tensor) -> Float[Tensor, " F"]:
    """A unit vector without any regularity that points could share."""
    steps = torch.arange(1, like.shape[1] + 1, dtype=like.dtype, device=like.device)
    return torch.nn.functional.normalize(torch.cos((turn + 1) * steps**2), dim=0)


def _cut(part: Int[Tensor, " K"], key: Float[Tensor, " K"], gap: float) -> Int[Tensor, " K"]:
    """Parts cut wherever sorted keys leave a gap."""
    order = key.argsort(stable=True)
    order = order[part[order].argsort(stable=True)]
    sorted_part, sorted_key = part[order], key[order]
    new = (sorted_part[1:] != sorted_part[:-1]) | (sorted_key[1:] - sorted_key[:-1] > gap)
    result = torch.zeros_like(part)
    result[order[1:]] = new.cumsum(0)
    return result


def _firsts(part: Int[Tensor, " K"]) -> Int[Tensor, " G"]:
    """The first member of each part."""
    rows = torch.arange(len(part), device=part.device)
    first = torch.full((int(part.max()) + 1,), len(part), device=part.device)
    return first.scatter_reduce(0, part, rows, "amin")


def _settled(
    known: Identity, part: Int[Tensor, " K"], unsure: Int[Tensor, " U"], reach: Float[Tensor, " K"]
) -> Int[Tensor, " K"]:
    """Parts that are wider than the tolerance, by all their distances. There are hardly any."""
    part = part.clone()
    for number in unsure.tolist():
        rows = (part == number).nonzero()[:, 0]
        forecast(
            _BYTES_A_PAIR * len(rows) ** 2,
            purpose=f"All distances of {len(rows)} points that the tolerance may join in chains",
            remedy="Lower the tolerance.",
        )
        slices = rows.split(max(1, _PAIRS // len(rows)))
        same = torch.cat([_same(known, rows, some, reach) for some in slices])
        pairs = same.nonzero().cpu().numpy().T
        graph = coo_array((pairs[0] >= 0, tuple(pairs)), shape=(len(rows), len(rows)))
        _, component = connected_components(graph, directed=False)
        part[rows] = torch.from_numpy(component).to(part) + len(part) + int(part.max())
    return part


def _same(
    known: Identity, rows: Int[Tensor, " k"], some: Int[Tensor, " s"], reach: Float[Tensor, " K"]
) -> Bool[Tensor, "s k"]:
    """Which of some points are the same as which."""
    a, b = some.repeat_interleave(len(rows)), rows.repeat(len(some))
    near = known.distance(a, b) <= torch.maximum(reach[a], reach[b])
    return near.reshape(len(some), len(rows))


def _numbered(part: Int[Tensor, " K"]) -> Int[Tensor, " K"]:
    """The same groups, numbered by their first members."""
    if not len(part):
        return part
    dense = torch.unique(part, return_inverse=True)[1]
    order = _firsts(dense).argsort()
    return order.argsort()[dense]
