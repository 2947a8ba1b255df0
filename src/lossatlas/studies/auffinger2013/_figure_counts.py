"""Exact means against means over enumerated instances: by index, and by window of energies."""

from collections.abc import Sequence
from math import isfinite

from lossatlas.evidence import Bars, Figure, Line, Mark, Panel, Scatter, numbers

from ._means import Comparison, comparisons
from ._rows import Rows, by
from ._windows import windows


def counts_figure(rows: Rows) -> Figure | None:
    """A panel an order by index, and one for the windows of its largest size."""
    by_index = by(lambda told: told.order, comparisons(rows, "index"))
    in_windows = by(lambda told: told.order, comparisons(rows, "window"))
    if not by_index:
        return None
    panels = []
    for order, told in by_index.items():
        panels += [_indices(order, told), _windows(order, in_windows[order])]
    instances = sum(told.instances for told in comparisons(rows, "total"))
    return Figure(
        id="exact-and-counted",
        title="Exact means and enumerated instances",
        claims=("C10", "C21", "C6"),
        caption=(
            f"Lines and bars are exact, crosses are means over {instances} instances of which every "
            "critical point was searched for by following all complex solutions of the equations; "
            "their standard errors are in the label that appears at the pointer."
        ),
        limits=(
            "The small sizes that can be enumerated. An exact mean says nothing of the spread "
            "between instances."
        ),
        panels=tuple(panels),
    )


def _indices(order: int, told: Sequence[Comparison]) -> Panel:
    marks: list[Mark] = []
    for size, own in by(lambda c: c.size, told).items():
        x = numbers(int(c.what.removeprefix("index_")) for c in own)
        marks.append(Line(x, numbers(c.exact for c in own), f"N = {size}, exact"))
    x = numbers(int(c.what.removeprefix("index_")) for c in told)
    marks.append(_crosses(x, told))
    return Panel(f"By index, p = {order}", "index", "mean number", tuple(marks), y_log=True)


def _windows(order: int, told: Sequence[Comparison]) -> Panel:
    largest = max(c.size for c in told)
    own = [c for c in told if c.size == largest]
    names = tuple(_named(low, high) for low, high in windows(order))
    places = tuple(float(j) for j in range(len(own)))
    bars = Bars(names, numbers(c.exact for c in own), "exact")
    title = f"By energy per spin, p = {order}, N = {largest}"
    return Panel(title, "window of energies", "mean number", (bars, _crosses(places, own)))


def _named(low: float, high: float) -> str:
    if not isfinite(low):
        return f"to {high:.2f}"
    return f"from {low:.2f}" if not isfinite(high) else f"{low:.2f} to {high:.2f}"


def _crosses(x: tuple[float, ...], told: Sequence[Comparison]) -> Scatter:
    return Scatter(
        x=x,
        y=numbers(c.mean for c in told),
        label="counted",
        hover=tuple(
            f"N = {c.size}: {c.mean:.3f} ± {c.standard_error:.3f} on {c.instances} instances\n"
            f"exactly {c.exact:.3f}, {c.deviation:.2f} standard errors away"
            for c in told
        ),
        symbol="cross",
    )
