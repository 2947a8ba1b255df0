"""The headline: critical points outnumber minima exponentially, exactly and as counted."""

from collections.abc import Sequence
from math import exp, log

from lossatlas.evidence import Figure, Levels, Line, Mark, Panel, Scatter, numbers

from ._means import Comparison, comparisons
from ._rows import Row, Rows, by_order

_LARGEST_DRAWN = 1e12


def headline_figure(rows: Rows) -> Figure | None:
    """Numbers against size, and the rate against its limit."""
    ratios = by_order(rows.ratios)
    if not ratios:
        return None
    totals, minima = comparisons(rows, "total"), comparisons(rows, "index")
    panels = [
        _numbers(
            order,
            own,
            [told for told in totals if told.order == order],
            [told for told in minima if told.order == order and told.what == "index_0"],
        )
        for order, own in ratios.items()
    ]
    return Figure(
        id="saddles-outnumber-minima",
        title="Saddles outnumber minima exponentially",
        claims=("C21",),
        caption=(
            "Lines are exact mean numbers of critical points of a spherical spin glass, all of them "
            "and the minima alone; crosses are means over instances all of whose points were "
            "searched for, pointing at them gives the deviation. Last, the rate (1/N) ln of their "
            "ratio with its limit (p - 2)/p; it comes from below like 1/√N, since at finite size "
            "minima are more numerous than their complexity says."
        ),
        limits=(
            "Means over random couplings: a single landscape may have many more or fewer points. At "
            "the sizes drawn the rate is still on its way to its limit."
        ),
        panels=(*panels, _rate(ratios)),
    )


def _numbers(
    order: int, rows: Sequence[Row], totals: Sequence[Comparison], minima: Sequence[Comparison]
) -> Panel:
    shown = [row for row in rows if row["log_total"] <= log(_LARGEST_DRAWN)]
    x = numbers(row["size"] for row in shown)
    marks: list[Mark] = [
        Line(x, numbers(exp(row["log_total"]) for row in shown), "all, exact"),
        Line(x, numbers(exp(row["log_minima"]) for row in shown), "minima, exact"),
    ]
    for told, name in ((totals, "all, counted"), (minima, "minima, counted")):
        if told:
            marks.append(_counted(told, name))
    return Panel(f"p = {order}", "number of spins N", "mean number", tuple(marks), True, True)


def _counted(told: Sequence[Comparison], name: str) -> Scatter:
    return Scatter(
        x=numbers(own.size for own in told),
        y=numbers(own.mean for own in told),
        label=name,
        hover=tuple(
            f"{own.mean:.3f} ± {own.standard_error:.3f} on {own.instances} instances\n"
            f"exactly {own.exact:.3f}, {own.deviation:.2f} standard errors away"
            for own in told
        ),
        symbol="cross",
    )


def _rate(ratios: dict[int, list[Row]]) -> Panel:
    marks: list[Mark] = [
        Line(
            numbers(row["size"] for row in rows),
            numbers(row["rate"] for row in rows),
            f"p = {order}",
        )
        for order, rows in ratios.items()
    ]
    limits = tuple((order - 2) / order for order in ratios)
    names = tuple(f"(p - 2)/p, p = {order}" for order in ratios)
    return Panel(
        "The rate of the ratio",
        "number of spins N",
        "(1/N) ln(all / minima)",
        (*marks, Levels(limits, names, "limits")),
        x_log=True,
    )
