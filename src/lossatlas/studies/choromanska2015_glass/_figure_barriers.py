"""Exact minimax levels and what elastic bands reach; the barrier out of the deepest minimum."""

from collections.abc import Sequence

from lossatlas.evidence import Figure, Line, Panel, Scatter, numbers

from ._rows import Row, Rows


def barriers_figure(rows: Rows) -> Figure | None:
    """Two panels: band against graph, and barriers against the depth of the minimum."""
    if not rows.pairs:
        return None
    return Figure(
        id="barriers",
        title="Passes between minima",
        claims=("C11",),
        caption=(
            f"Left: the highest level on an elastic band against the exact minimax level of the "
            f"graph, for {len(rows.pairs)} pairs of minima of completely enumerated instances; "
            "dots on the diagonal agree. Right: the barrier out of the deepest minimum of each "
            "instance, with Λ (E_0 - E_1)."
        ),
        limits=(
            "Instances of a few spins: nothing here shows how barriers grow with Λ. A band follows "
            "one path; above the diagonal it missed a lower pass."
        ),
        panels=(_levels(rows.pairs), *([_heights(rows.barriers)] if _walled(rows) else [])),
    )


def _levels(rows: Sequence[Row]) -> Panel:
    exact = numbers(row["minimax"] for row in rows)
    dots = Scatter(exact, numbers(row["band"] for row in rows), "pairs of minima")
    ends = (min(exact), max(exact))
    same = Line(ends, ends, "equal", dashed=True)
    return Panel("band against graph", "exact minimax level H", "level of the band H", (dots, same))


def _walled(rows: Rows) -> list[Row]:
    return [row for row in rows.barriers if row["minima"] > 1]


def _heights(rows: Sequence[Row]) -> Panel:
    walled = [row for row in rows if row["minima"] > 1]
    dots = Scatter(
        numbers(row["lowest"] for row in walled),
        numbers(row["height"] for row in walled),
        "deepest minimum",
        group=tuple(int(row["size"]) for row in walled),
        group_label="Λ",
    )
    ends = (min(dots.x), max(dots.x))
    bound = max(row["bound"] for row in walled)
    line = Line(ends, (bound, bound), "Λ (E_0 - E_1)", dashed=True)
    return Panel("barriers", "energy per spin of the deepest minimum", "barrier H", (dots, line))
