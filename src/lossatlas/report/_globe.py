"""A globe as its page draws it, and as those read it who do not see it."""

from collections import Counter
from math import hypot, isfinite
from typing import Any

from lossatlas.evidence import Globe

from ._finite import drawable
from ._text import count, number

_DIGITS = 5
KINDS = ("minimum", "saddle", "maximum")
DESCENT, ASCENT = "steepest descent from a saddle", "steepest ascent from a saddle"


def globe_data(globe: Globe) -> dict[str, Any]:
    """What the page's script is told, numbers rounded to what an eye can tell apart."""
    places = zip(globe.points, globe.index, range(len(globe.points)), strict=True)
    return {
        "grid": [[_rounded(cell) for cell in drawable(row)] for row in globe.energy],
        "range": value_range(globe),
        "points": [
            {"place": list(point), "index": index, "text": point_text(globe, i)}
            for point, index, i in places
        ],
        "lines": [
            {"ascends": ascends(globe, i), "path": [[round(x, _DIGITS) for x in n] for n in line]}
            for i, line in enumerate(globe.lines)
        ],
        "key": _key(globe),
        "front": list(front(globe)),
    }


def value_range(globe: Globe) -> tuple[float, float]:
    """The ends of the colour scale: all that is finite on the globe."""
    cells = [x for row in (*globe.energy, globe.heights) for x in row if isfinite(x)]
    return (min(cells), max(cells)) if cells else (0.0, 1.0)


def front(globe: Globe) -> tuple[float, float, float]:
    """The direction that faces the reader first: between the lowest minimum and its pass."""
    lowest = [
        min(found, key=lambda i: globe.heights[i])
        for index in (0, 1)
        if (found := [i for i, k in enumerate(globe.index) if k == index])
    ]
    x, y, z = (sum(globe.points[i][axis] for i in lowest) for axis in range(3))
    length = hypot(x, y, z)
    return (x / length, y / length, z / length) if length > 0.1 else (1.0, 0.0, 0.0)


def ascends(globe: Globe, line: int) -> bool:
    """Whether a line leads up: by its ends where both are known, else it counts as a descent."""
    start, end = globe.starts[line], globe.ends[line]
    return end >= 0 and globe.heights[end] > globe.heights[start]


def kind_name(globe: Globe, place: int) -> str:
    """What a point is called."""
    return globe.kind[place] if globe.kind else KINDS[globe.index[place]]


def point_text(globe: Globe, place: int) -> str:
    """The words beside a point."""
    said = f"{kind_name(globe, place)}, index {globe.index[place]}"
    height = f"{globe.label or 'value'} {number(globe.heights[place])}"
    remark = globe.hover[place] if globe.hover else ""
    return "\n".join(part for part in (said, height, remark) if part)


def sign_counts(globe: Globe) -> list[tuple[int, str]]:
    """The indices that occur, each with its name and how many points have it."""
    found = Counter(globe.index)
    return [
        (index, f"{KINDS[index]}, index {index}: {count(found[index])}") for index in sorted(found)
    ]


def _key(globe: Globe) -> list[dict[str, Any]]:
    signs = [{"index": index, "text": text} for index, text in sign_counts(globe)]
    ways = Counter(ascends(globe, i) for i in range(len(globe.lines)))
    named = ((False, DESCENT), (True, ASCENT))
    lines = [
        {"index": None, "ascends": up, "text": f"{name}: {count(ways[up])}"}
        for up, name in named
        if ways[up]
    ]
    return [*signs, *lines]


def _rounded(cell: object) -> float | None:
    return float(f"{cell:.5g}") if isinstance(cell, int | float) else None


def globe_summary(globe: Globe) -> str:
    """What is on the globe, in words."""
    points = "; ".join(text for _, text in sign_counts(globe)) or "no points"
    name = globe.label or "a function"
    lines = count(
        len(globe.lines), "line of steepest descent", "lines of steepest descent or ascent"
    )
    return f"{name} on the sphere of directions; {points}; {lines}"
