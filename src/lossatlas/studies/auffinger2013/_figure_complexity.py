"""Complexities by index, the whole range and the band with its layers."""

from collections.abc import Sequence

import numpy as np

from lossatlas.evidence import Figure, Line, Mark, Panel, numbers

from ._rows import Row, Rows, by_order

_TITLES = {"whole": "all energies", "band": "the band and its layers"}


def complexity_figure(rows: Rows) -> Figure | None:
    """Two panels an order."""
    if not rows.complexities:
        return None
    panels = tuple(
        _panel(order, name, [row for row in own if row["range"] == name])
        for order, own in by_order(rows.complexities).items()
        for name in _TITLES
    )
    return Figure(
        id="complexities",
        title="How many critical points lie below an energy, in the limit",
        claims=("C8", "C9", "C10"),
        caption=(
            "Where a curve is at height Θ there are about exp(N Θ) critical points below that energy "
            "per spin, and where it is negative none. In the band between -E_0 and -E_∞ the curves "
            "of the indices fan out: each crosses zero at its own level -E_k, below which no point "
            "of that index is left."
        ),
        limits=(
            "The limit of large N. At the sizes that can be computed most minima lie above -E_∞: "
            "the band is a statement about the exponential order."
        ),
        panels=panels,
    )


def _panel(order: int, name: str, rows: Sequence[Row]) -> Panel:
    marks: list[Mark] = []
    for row in sorted(rows, key=lambda r: -1 if r["index"] is None else r["index"]):
        x, y = np.split(row["array"], 2)
        label = "all" if row["index"] is None else f"index {row['index']}"
        marks.append(Line(numbers(x), numbers(y), label))
    height = max(max(m.y) for m in marks if isinstance(m, Line))
    depth = -0.15 * height if name == "band" else -height
    marks = [_cut(mark, depth) if isinstance(mark, Line) else mark for mark in marks]
    about = rows[0]
    for level, label in ((about["threshold"], "-E_∞"), (about["ground_state"], "-E_0")):
        marks.append(Line((-level, -level), (depth, height), label, dashed=True))
    title = f"p = {order}: {_TITLES[name]}"
    return Panel(title, "energy per spin u", "complexity Θ(u)", tuple(marks))


def _cut(line: Line, depth: float) -> Line:
    """Far below zero a curve says nothing more."""
    y = tuple(value if value >= depth else float("nan") for value in line.y)
    return Line(line.x, y, line.label, line.dashed)
