"""A function on the sphere of directions, with its critical points and the lines that join them.

The grid has the poles as its first and last rows, and its columns go round once: with R rows and C
columns `energy[i][j]` belongs to the latitude -90 + 180 i / (R - 1) and the longitude
-180 + 360 j / C, in degrees. A direction is (cos a cos b, cos a sin b, sin a) at latitude a and
longitude b.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, fsum, isfinite, pi, sin, sqrt
from typing import TypeAlias, final

from lossatlas.errors import misuse

from ._plain import Numbers, same_length

Direction: TypeAlias = tuple[float, float, float]

NOWHERE = -1
_UNIT = 1e-6
_LEAST_ROWS, _LEAST_COLUMNS = 3, 4


@final
@dataclass(frozen=True)
class Globe:
    """A globe to be turned in the hand; it stands alone on its panel.

    Args:
        energy: The values on the grid, `nan` where there is none.
        points: Unit vectors.
        heights: The value at each point.
        index: The Morse index of each point, 0, 1 or 2.
        kind: What each point is called, or nothing.
        hover: A remark on each point, or nothing.
        lines: Polylines of unit vectors.
        starts: The number of the point that each line leaves.
        ends: The number of the point that each line reaches; -1 when it reaches none.
        label: What the values are.

    Raises:
        ValueError: If the grid is ragged or too small, a vector is not of length one, or a line
            names a point that is not there.
    """

    energy: tuple[Numbers, ...]
    points: tuple[Direction, ...] = ()
    heights: Numbers = ()
    index: tuple[int, ...] = ()
    kind: tuple[str, ...] = ()
    hover: tuple[str, ...] = ()
    lines: tuple[tuple[Direction, ...], ...] = ()
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    label: str = ""

    def __post_init__(self) -> None:
        _check_grid(self.energy)
        for name in ("heights", "index"):
            same_length(name, getattr(self, name), "points", self.points)
        for name in ("kind", "hover"):
            same_length(name, getattr(self, name), "points", self.points, may_be_empty=True)
        for name in ("starts", "ends"):
            same_length(name, getattr(self, name), "lines", self.lines)
        _check_directions("points", self.points)
        _check_lines(self.lines)
        _check_among("index", self.index, range(3), "On a sphere an index is 0, 1 or 2.")
        remedy = "Count the points from 0; a line that reaches none ends at -1."
        _check_among("starts", self.starts, range(len(self.points)), remedy)
        _check_among("ends", self.ends, range(NOWHERE, len(self.points)), remedy)


def directions(rows: int, columns: int) -> tuple[tuple[Direction, ...], ...]:
    """The directions of a globe's grid, row by row.

    Args:
        rows: Parallels, the poles among them.
        columns: Meridians.

    Returns:
        A unit vector a cell.

    Raises:
        ValueError: If there are fewer than 3 rows or 4 columns.

    Example:
        >>> from lossatlas.evidence import directions
        >>> grid = directions(3, 4)
        >>> [[round(x) for x in direction] for direction in grid[1]]
        [[-1, 0, 0], [0, -1, 0], [1, 0, 0], [0, 1, 0]]
    """
    _check_size(rows, columns)
    latitudes = [-pi / 2 + pi * i / (rows - 1) for i in range(rows)]
    longitudes = [-pi + 2 * pi * j / columns for j in range(columns)]
    return tuple(tuple(_direction(a, b) for b in longitudes) for a in latitudes)


def _direction(latitude: float, longitude: float) -> Direction:
    return (
        cos(latitude) * cos(longitude),
        cos(latitude) * sin(longitude),
        sin(latitude),
    )


def _check_size(rows: int, columns: int) -> None:
    if rows < _LEAST_ROWS or columns < _LEAST_COLUMNS:
        raise misuse(
            "energy",
            should=f"have at least {_LEAST_ROWS} rows and {_LEAST_COLUMNS} columns",
            got=(rows, columns),
            remedy="`directions(61, 120)` gives a fine grid.",
        )


def _check_grid(energy: Sequence[Numbers]) -> None:
    _check_size(len(energy), len(energy[0]) if energy else 0)
    for row in energy:
        same_length("energy[i]", row, "energy[0]", energy[0])


def _check_directions(name: str, vectors: Sequence[Direction]) -> None:
    for vector in vectors:
        length = sqrt(fsum(x * x for x in vector)) if len(vector) == 3 else 0.0
        if not (isfinite(length) and abs(length - 1) <= _UNIT):
            raise misuse(
                name,
                should="hold unit vectors of three numbers",
                got=vector,
                remedy="Divide each by its length.",
            )


def _check_lines(lines: Sequence[Sequence[Direction]]) -> None:
    for line in lines:
        _check_directions("lines", line)
        if len(line) < 2:
            raise misuse(
                "lines",
                should="have at least two vectors each",
                got=f"a line of {len(line)}",
                remedy="Leave out lines that go nowhere.",
            )


def _check_among(name: str, values: Sequence[int], allowed: range, remedy: str) -> None:
    for value in values:
        if value not in allowed:
            raise misuse(
                name,
                should=f"lie between {allowed.start} and {allowed.stop - 1}",
                got=value,
                remedy=remedy,
            )
