"""Index against energy of saddles found by index-targeted searches, with the limit curve."""

from collections.abc import Mapping, Sequence

import numpy as np

from lossatlas.evidence import Figure, Line, Panel, Scatter, numbers
from lossatlas.theory.kac_rice import index_fraction, threshold

from ._rows import Row, Rows, by_size


def index_figure(rows: Rows) -> Figure | None:
    """Found points with the limit curve and their exact mean index; and the distance from it."""
    found = [row for row in rows.saddles if row["status"] == "critical"]
    if not found:
        return None
    groups = by_size(found)
    return Figure(
        id="index-energy",
        title="Index and energy of critical points",
        claims=("C7",),
        caption=(
            "Index over Λ - 1 against energy per spin of critical points that searches for a given "
            "index found, coloured by that index; the line is the limit for Λ to infinity, the "
            "dashed one the exact mean of the index at that size given the energy. The last panel "
            "shows how far each index is from that mean. The lower the energy, the fewer ways down."
        ),
        limits=(
            "Searches do not draw critical points evenly: how many dots lie where says nothing "
            "about how many points there are. At finite Λ the exact mean lies below the limit."
        ),
        panels=(*(_panel(size, own) for size, own in groups.items()), _distances(groups)),
    )


def _panel(size: int, rows: list[Row]) -> Panel:
    order = rows[0]["order"]
    u = np.linspace(-1.1, 1.1, 111) * threshold(order)
    ranked = sorted(rows, key=lambda row: row["energy"])
    x = numbers(row["energy"] for row in ranked)
    dots = Scatter(
        x,
        numbers(row["index"] / (size - 1) for row in ranked),
        "found",
        group=tuple(int(row["target"]) for row in ranked),
        group_label="index",
    )
    means = numbers(row["expected_index"] / (size - 1) for row in ranked)
    exact = Line(x, means, "exact mean given the energy", dashed=True)
    limit = Line(numbers(u), numbers(index_fraction(u, order)), "limit")
    return Panel(f"Λ = {size}", "energy per spin", "index / (Λ - 1)", (dots, exact, limit))


def _distances(groups: Mapping[int, Sequence[Row]]) -> Panel:
    marks = tuple(
        Scatter(
            numbers(row["energy"] for row in own),
            numbers(row["index"] - row["expected_index"] for row in own),
            f"Λ = {size}",
        )
        for size, own in groups.items()
    )
    return Panel("distance from the exact mean", "energy per spin", "index - exact mean", marks)
