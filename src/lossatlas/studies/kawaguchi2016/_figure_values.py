"""Critical values as levels, with the points that searches found on them, coloured by index."""

from collections.abc import Sequence

from lossatlas.evidence import Figure, Levels, Panel, Scatter

from ._rows import Row, Rows, by, critical, network_of

_MOST_LEVELS = 40


def values_figure(rows: Rows) -> Figure | None:
    """One panel a network on data that meet the assumptions."""
    found = by(network_of, critical(rows.searched))
    levels = by(network_of, rows.levels)
    if not found:
        return None
    panels = tuple(_panel(name, own, levels.get(name, [])) for name, own in found.items())
    points = sum(map(len, found.values()))
    return Figure(
        id="critical-values",
        title="Critical values and the points found on them",
        claims=("K2", "K6"),
        caption=(
            f"Each line is a loss that the theory allows a critical point to have; each of the "
            f"{points} dots is a critical point that a search or a descent found, coloured by its "
            "index, the number of negative eigenvalues of its Hessian. The lowest line is the "
            "global minimum. Lines are named by their subset of the eigenvalues of Σ, counted from "
            "0, the largest first."
        ),
        limits=(
            "How many dots a line has says how often searches end there, not how many critical "
            "points there are: they come in continuous families, and multi-start is biased. A dot "
            "on a line is as close as the verdict says, not closer than the eye sees."
        ),
        panels=panels,
    )


def _panel(name: str, found: Sequence[Row], levels: Sequence[Row]) -> Panel:
    lowest = sorted(levels, key=lambda row: row["value"])[:_MOST_LEVELS]
    marks: list[Levels | Scatter] = []
    if lowest:
        values = tuple(row["value"] for row in lowest)
        names = tuple(f"{{{row['subset']}}}" for row in lowest)
        marks.append(Levels(values, names, "critical values, by subset of eigenvalues"))
    for role, symbol in (("search", "circle"), ("descent", "cross")):
        own = [row for row in found if row["role"] == role]
        if own:
            marks.append(_dots(own, role, symbol))
    return Panel(name, "number of the run", "loss", tuple(marks))


def _dots(rows: Sequence[Row], role: str, symbol: str) -> Scatter:
    return Scatter(
        x=tuple(float(row["run"]) for row in rows),
        y=tuple(row["loss"] for row in rows),
        label={"search": "searches", "descent": "descents"}[role],
        group=tuple(int(row["index"]) for row in rows),
        group_label="index",
        hover=tuple(f"{row['kind']}, subset {{{row['subset']}}}" for row in rows),
        symbol=symbol,
    )
