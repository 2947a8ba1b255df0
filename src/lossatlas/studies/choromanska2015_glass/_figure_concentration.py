"""Spread and mean of the ends against Lambda, with the reference and the exact curve of minima."""

from collections.abc import Callable

from lossatlas.evidence import Figure, Line, Panel, Scatter, numbers

from ._judge_concentration import mean_energy
from ._reference import ORDER, REFERENCES, Reference
from ._rows import METHODS, Rows, by_size, of_method
from ._statistics import Mean


def concentration_figure(rows: Rows) -> Figure | None:
    """Two panels: the gap of the mean to -E_inf, and the standard deviation."""
    if not rows.runs:
        return None
    edge = rows.runs[0]["threshold"]
    gap = _panel(
        rows, "mean energy above -E_∞", lambda m: m.value + edge, lambda r: r.mean + edge,
        lambda row: row["mean"] + row["threshold"],
    )  # fmt: skip
    spread = _panel(
        rows,
        "standard deviation",
        lambda m: m.spread,
        lambda r: r.spread,
        lambda row: row["spread"],
    )
    return Figure(
        id="concentration",
        title="Concentration with size",
        claims=("C12", "C7"),
        caption=(
            "Left: how far above -E_∞ descents end on average, against Λ; right: their standard "
            "deviation. Circles are methods, crosses the reference for plain gradient descent, the "
            "line the exact mean and standard deviation over all minima."
        ),
        limits=(
            "Both axes are logarithmic and the range of Λ is short: slopes are no exponents. "
            "Descents weigh minima by their basins, the exact curve does not."
        ),
        panels=(gap, spread),
    )


def _panel(
    rows: Rows,
    title: str,
    of_mean: Callable[[Mean], float],
    of_reference: Callable[[Reference], float],
    of_curve: Callable[..., float],
) -> Panel:
    marks: list[Scatter | Line] = []
    for method in METHODS:
        groups = by_size(of_method(rows.runs, method))
        if groups:
            y = numbers(of_mean(mean_energy(own)) for own in groups.values())
            marks.append(Scatter(numbers(groups), y, method))
    if rows.runs[0]["order"] == ORDER:
        y = numbers(of_reference(known) for known in REFERENCES.values())
        marks.append(Scatter(numbers(REFERENCES), y, "reference", symbol="x"))
    if rows.curves:
        sizes = numbers(row["size"] for row in rows.curves)
        marks.append(Line(sizes, numbers(map(of_curve, rows.curves)), "all minima, exact"))
    return Panel(title, "Λ", title, tuple(marks), x_log=True, y_log=True)
