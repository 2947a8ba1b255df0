"""Mean and spread of the test loss against the width, with the fitted law."""

import numpy as np

from lossatlas.evidence import Figure, Line, Panel, Scatter, numbers

from ._judge_spread import Spreads, find_spreads
from ._rows import Rows, by_width
from ._statistics import Law

_RESAMPLES = 500


def law_figure(rows: Rows) -> Figure | None:
    """Two panels: the mean with exp(alpha n^beta), the standard deviation raw and scaled."""
    found = find_spreads(by_width(rows.finite), resamples=_RESAMPLES, seed=0)
    if found is None:
        return None
    return Figure(
        id="network-law",
        title="Mean and spread of the test loss against the width",
        claims=("C13", "C18"),
        caption=(
            "Left: the mean test loss with 95 % bootstrap intervals and the law exp(a n1^b) fitted to "
            "all widths shown. Right: the standard deviation over networks, raw and divided by the "
            "law, with intervals in which the law is fitted anew."
        ),
        limits=(
            "C18 is judged on the paper's five widths, this line is fitted to every width that was "
            "trained. With two constants and a handful of widths other laws fit as well."
        ),
        panels=(_means(found), _spreads(found)),
    )


def _means(found: Spreads) -> Panel:
    law = Law(found.law.alpha[:1], found.law.beta[:1])
    n = np.geomspace(found.widths[0], found.widths[-1], 100)
    line = Line(numbers(n), numbers(np.exp(law.log_means(n.tolist())[0])), "exp(a n1^b)")
    marks = (line, *_with_intervals(found, found.means, "mean test loss"))
    return Panel("mean", "n1", "mean test loss", marks, x_log=True, y_log=True)


def _spreads(found: Spreads) -> Panel:
    marks = (
        *_with_intervals(found, found.spreads, "raw"),
        *_with_intervals(found, found.scaled, "scaled"),
    )
    return Panel("spread", "n1", "standard deviation", marks, x_log=True, y_log=True)


def _with_intervals(found: Spreads, values: np.ndarray, label: str) -> tuple[Scatter | Line, ...]:
    """Points and, as one line with gaps, their intervals."""
    x, middle = numbers(found.widths), numbers(values[0])
    lows, highs = np.quantile(values[1:], (0.025, 0.975), axis=0)
    gap = float("nan")
    ends = [(width, width, gap) for width in x]
    heights = [(low, high, gap) for low, high in zip(lows, highs, strict=True)]
    bars = Line(
        numbers(np.array(ends).ravel()), numbers(np.array(heights).ravel()), f"{label}, 95 %", True
    )
    return (Scatter(x, middle, label), bars)
