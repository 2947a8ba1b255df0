"""A plane through a minimum, a strict saddle and a bad saddle."""

from collections.abc import Sequence

import numpy as np

from lossatlas.evidence import Figure, Heatmap, Panel, Scatter

from ._rows import BAD, GLOBAL, STRICT, Row, Rows

_CORNERS = (("minimum", GLOBAL, "star"), ("strict", STRICT, "cross"), ("bad", BAD, "diamond"))


def slice_figure(rows: Rows) -> Figure | None:
    """One panel a deep network."""
    if not rows.slices:
        return None
    return Figure(
        id="slice",
        title="A plane through a minimum, a strict saddle and a bad saddle",
        claims=("K3", "K5", "K7"),
        caption=(
            "The loss above the global value on the plane through three critical points of one "
            "network; coordinates are distances in parameter space from the minimum, the first axis "
            "towards the bad saddle."
        ),
        limits=(
            f"Two of {_dimensions(rows.slices)} dimensions. Three points can be joined by a plane in "
            "any network; what looks like a valley or a ridge here may be neither in the directions "
            "that are not shown."
        ),
        panels=tuple(_panel(row) for row in rows.slices),
    )


def _dimensions(rows: Sequence[Row]) -> str:
    sizes = sorted({row["dimension"] for row in rows})
    return str(sizes[0]) if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"


def _panel(row: Row) -> Panel:
    cells = row["cells"]
    grid = row["array"].reshape(cells, cells)
    x, y = (np.linspace(row[f"{axis}_low"], row[f"{axis}_high"], cells).tolist() for axis in "xy")
    field = Heatmap(
        tuple(x), tuple(y), tuple(map(tuple, grid.tolist())), "loss - minimum", log=True
    )
    corners = [
        Scatter((row[f"{key}_x"],), (row[f"{key}_y"],), kind, symbol=symbol)
        for key, kind, symbol in _CORNERS
    ]
    title = f"{row['architecture']} on {row['data']}"
    return Panel(title, "towards the bad saddle", "across", (field, *corners))
