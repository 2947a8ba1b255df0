"""The landscape of a spin glass of three spins: a sphere one can hold, and its Morse complex.

Every saddle sends two lines of steepest descent to minima and two of steepest ascent to maxima; they
cut the sphere into cells with four sides each (Milnor 1963). That is what can be checked: as many
minima and maxima as saddles and two more, and every line ends at a point of the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, final

import torch
from jaxtyping import Float, Int
from torch import Tensor

from lossatlas.errors import misuse
from lossatlas.evidence import Globe, directions, numbers
from lossatlas.surfaces import SpinGlass

from ._departures import departures
from ._descend import check_points, reached, whole
from ._lines import Flow, steepest_lines

Way: TypeAlias = tuple[tuple[float, float, float], ...]
# Where a line starts, where it ends, and its way.
Line: TypeAlias = tuple[int, int, Way]

_KINDS = ("minimum", "saddle", "maximum")
_SIZE = 3
# Energies and lines are to be looked at: what no eye can see is not kept.
_DIGITS = 7
_APART = 0.02
_SPHERE = 2


@final
@dataclass(frozen=True, eq=False)
class GlobeData:
    """A globe and what can be checked of it.

    Attributes:
        globe: The mark for a figure.
        euler: Minima less saddles plus maxima; 2 on a sphere when the list is complete.
        lost: The lines that end at no point of the list.
        astray: The descents that end at no minimum and the ascents that end at no maximum, the
            lost ones among them.
    """

    globe: Globe
    euler: int
    lost: int
    astray: int

    @property
    def whole(self) -> bool:
        """Whether everything that can be checked is as it should be."""
        return self.euler == _SPHERE and self.astray == 0


def globe_data(
    surface: SpinGlass,
    points: Float[Tensor, "K 3"],
    index: Int[Tensor, " K"] | Sequence[int],
    *,
    hover: Sequence[str] = (),
    rows: int = 61,
    columns: int = 120,
    flow: Flow | None = None,
) -> GlobeData:
    """The energy per spin on the sphere, the critical points, and the lines that join them.

    Args:
        surface: A spin glass of size 3.
        points: Its critical points.
        index: The Morse index of each.
        hover: A remark on each point, or nothing.
        rows: Parallels of the grid of energies.
        columns: Meridians of the grid.
        flow: How lines are followed.

    Returns:
        The globe, with its checks.

    Raises:
        ValueError: If the size is not 3, or the arguments do not fit together.

    Example:
        >>> import torch
        >>> from lossatlas import critical, surfaces, topography
        >>> surface = surfaces.SpinGlass(3, 3, generator=torch.Generator().manual_seed(0))
        >>> found = critical.enumerate_points(surface)
        >>> data = topography.globe_data(surface, found.points, found.index)
        >>> data.whole, data.euler, len(data.globe.lines) == 4 * int((found.index == 1).sum())
        (True, 2, True)
    """
    if surface.size != _SIZE:
        raise misuse(
            "surface",
            should="have three spins",
            got=f"size {surface.size}",
            remedy="Only the sphere of R^3 is a globe.",
        )
    index = torch.as_tensor(index, device=points.device)
    check_points(surface, points, index)
    down, up = (_sides(surface, points, index, flow, up=way) for way in (False, True))
    ends = [end for _, end, _ in (*down, *up)]
    wanted = [0] * len(down) + [2] * len(up)
    found = [int(index[end]) if end >= 0 else None for end in ends]
    return GlobeData(
        globe=_mark(surface, points, index, [*down, *up], hover, _field(surface, rows, columns)),
        euler=int((1 - 2 * (index % 2)).sum()),
        lost=sum(end < 0 for end in ends),
        astray=sum(here != there for here, there in zip(found, wanted, strict=True)),
    )


def _mark(
    surface: SpinGlass,
    points: Tensor,
    index: Tensor,
    lines: Sequence[Line],
    hover: Sequence[str],
    energy: tuple[tuple[float, ...], ...],
) -> Globe:
    unit = points / points.norm(dim=-1, keepdim=True)
    return Globe(
        energy=energy,
        points=tuple(_direction(x) for x in unit),
        heights=numbers(surface.energy(points)),
        index=tuple(int(k) for k in index),
        kind=tuple(_KINDS[int(k)] for k in index),
        hover=tuple(hover),
        lines=tuple(path for _, _, path in lines),
        starts=tuple(start for start, _, _ in lines),
        ends=tuple(end for _, end, _ in lines),
        label="energy per spin",
    )


def _sides(
    surface: SpinGlass, points: Tensor, index: Tensor, flow: Flow | None, *, up: bool
) -> list[Line]:
    """Start, end and way of the two lines that leave each saddle, down or up."""
    saddles = (index == 1).nonzero()[:, 0]
    starts = departures(surface, points[saddles], points, up=up).flatten(0, 1)
    flow = replace(flow or Flow(longest=_APART), record=True)
    lines = steepest_lines(surface, starts, up=up, flow=flow)
    rows = torch.arange(len(points), device=points.device)
    ends = reached(surface, lines, points, rows)
    origins = saddles.repeat_interleave(2)
    ways = []
    for way, end in zip(whole(lines, points, origins), ends.tolist(), strict=True):
        last = way[-1] if end < 0 else points[end]
        ways.append(_thinned(torch.cat([way[:-1], last[None]])))
    return list(zip(origins.tolist(), ends.tolist(), ways, strict=True))


def _thinned(way: Float[Tensor, "n 3"]) -> Way:
    """A way as directions, its ends and what lies at least a degree from the last one kept."""
    unit = way / way.norm(dim=-1, keepdim=True)
    kept = [unit[0]]
    for x in unit[1:-1]:
        if (x - kept[-1]).norm() >= _APART and (x - unit[-1]).norm() >= _APART / 2:
            kept.append(x)
    return tuple(_direction(x) for x in (*kept, unit[-1]))


def _direction(x: Float[Tensor, " 3"]) -> tuple[float, float, float]:
    a, b, c = (round(float(part), _DIGITS) for part in x)
    return a, b, c


def _field(surface: SpinGlass, rows: int, columns: int) -> tuple[tuple[float, ...], ...]:
    grid = torch.tensor(directions(rows, columns), dtype=surface.dtype, device=surface.device)
    energy = surface.energy(grid * surface.size**0.5)
    return tuple(tuple(round(x, _DIGITS) for x in row) for row in energy.tolist())
