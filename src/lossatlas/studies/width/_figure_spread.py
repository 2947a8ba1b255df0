"""Spread of the final losses against width, raw and over the mean, with bootstrap intervals."""

from collections.abc import Iterator, Sequence

from lossatlas.evidence import Figure, Line, Mark, Panel, Scatter, numbers
from lossatlas.studies._trend import CONFIDENCE, Statistic, Trend, trend

from ._judge_losses import LOSSES, SPREADS, finite
from ._rows import Row, Rows, by, depth_in_words, large


def spread_figure(rows: Rows) -> Figure | None:
    """Four panels: training and test loss, raw and scaled."""
    panels = tuple(_panels(rows.networks))
    if not panels:
        return None
    return Figure(
        id="width-spread",
        title="Concentration with width",
        claims=("W1",),
        caption=(
            "The standard deviation of the final losses over the networks of a width, as it is and "
            f"divided by their mean; dashed lines bound the {CONFIDENCE:.0%} bootstrap interval."
        ),
        limits=(
            "Both axes are logarithmic and the range of widths is short: slopes are no exponents. "
            "All networks saw the same digits, so the spread is that between starts and orders."
        ),
        panels=panels,
    )


def _panels(rows: Sequence[Row]) -> Iterator[Panel]:
    for column, loss in LOSSES.items():
        for name, statistic in SPREADS.items():
            marks: list[Mark] = []
            for layers, own in by("hidden_layers", rows).items():
                marks += _curve(own, column, statistic, depth_in_words(layers))
            if marks:
                title = f"{loss}: {name}"
                yield Panel(title, "width", name, tuple(marks), x_log=True, y_log=True)


def _curve(rows: Sequence[Row], column: str, statistic: Statistic, label: str) -> list[Mark]:
    ensembles = large(finite(rows, column), 2)
    return banded(trend(ensembles, statistic), label) if len(ensembles) > 1 else []


def banded(found: Trend, label: str) -> list[Mark]:
    """The values of a trend with their intervals."""
    x, y = numbers(found.places), numbers(value.value for value in found.values)
    bounds = ([v.low for v in found.values], [v.high for v in found.values])
    return [
        Scatter(x, y, label),
        Line(x, y, label),
        *(Line(x, numbers(bound), label, dashed=True) for bound in bounds),
    ]
