"""The landscape of three spins as a globe, put together from its records."""

import numpy as np
from numpy.typing import ArrayLike

from lossatlas.evidence import Figure, Globe, Panel, numbers

from ._rows import Row, Rows

_KINDS = ("minimum", "saddle", "maximum")


def globe_figure(rows: Rows) -> Figure | None:
    """A globe to be turned, where one was stored."""
    if not rows.globes:
        return None
    row = rows.globes[0]
    counts = ", ".join(
        f"{sum(point['index'] == k for point in rows.points)} {name}"
        for k, name in enumerate(("minima", "saddles", "maxima"))
    )
    return Figure(
        id="globe",
        title="A landscape of three spins, with every critical point and the lines between them",
        claims=("C21",),
        caption=(
            f"The energy per spin of one instance on the sphere, p = {row['order']}: {counts}, each "
            "proved, and proved to be all. From every saddle two lines of steepest descent lead to "
            "minima and two of steepest ascent to maxima; they cut the sphere into cells. Minima "
            f"less saddles plus maxima: {row['euler']}."
        ),
        limits=(
            f"One landscape, the one with most points of {row['draws']} draws. Lines are computed, "
            "not proved. In three dimensions nothing is exponential yet."
        ),
        panels=(Panel("", "", "", (_mark(rows),)),),
    )


def _mark(rows: Rows) -> Globe:
    row = rows.globes[0]
    field = np.asarray(row["array"]).reshape(row["rows"], -1)
    points, index = rows.points, [int(point["index"]) for point in rows.points]
    return Globe(
        energy=tuple(numbers(parallel) for parallel in field),
        points=tuple(_direction(point["array"]) for point in points),
        heights=numbers(point["energy"] for point in points),
        index=tuple(index),
        kind=tuple(_KINDS[k] for k in index),
        hover=tuple(_remark(point) for point in points),
        lines=tuple(_directions(line["array"]) for line in rows.lines),
        starts=tuple(int(line["start"]) for line in rows.lines),
        ends=tuple(int(line["end"]) for line in rows.lines),
        label="energy per spin",
    )


def _direction(x: ArrayLike) -> tuple[float, float, float]:
    a, b, c = np.asarray(x) / np.linalg.norm(x)
    return float(a), float(b), float(c)


def _directions(flat: ArrayLike) -> tuple[tuple[float, float, float], ...]:
    return tuple(_direction(x) for x in np.reshape(flat, (-1, 3)))


def _remark(point: Row) -> str:
    if not point.get("certified"):
        return "not certified"
    return f"proved, within {point['radius']:.1e}"
