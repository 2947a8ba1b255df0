"""Path activation probabilities as a distribution, against the single value that is assumed."""

from collections.abc import Sequence

import numpy as np

from lossatlas.evidence import Figure, Line, Mark, Panel, numbers

from ._names import END, START
from ._rows import Row, Rows, by_architecture, layers_in_words, of

_BINS = 40


def rates_figure(rows: Rows) -> Figure | None:
    """A panel an architecture: two histograms of rates, and rho."""
    panels = tuple(
        _panel(f"{family}, {layers_in_words(layers)}", own)
        for (family, layers), own in by_architecture(rows.rates).items()
    )
    if not panels:
        return None
    return Figure(
        id="path-rates",
        title="How often paths are open, against the one value assumed",
        claims=("K9",),
        caption=(
            "For one network of each architecture, paths drawn at random and the share of digits on "
            "which each is open, as a density before and after training. Under A1p-m every path has "
            "the same share, rho: the dashed lines."
        ),
        limits=(
            f"{rows.rates[0]['paths']} paths are drawn of all; the verdict is made from all of them. "
            "With few units many paths share a rate, and the curve is ragged."
        ),
        panels=panels,
    )


def _panel(title: str, rows: Sequence[Row]) -> Panel:
    largest = max(float(np.max(row["array"])) for row in rows)
    marks: list[Mark] = []
    for stage in (START, END):
        for row in of(rows, stage=stage):
            line = _density(row["array"], largest, f"at the {stage}")
            marks += [line, _assumed(row, max(line.y))]
    return Panel(title, "share of digits on which a path is open", "density", tuple(marks))


def _density(rates: np.ndarray, largest: float, label: str) -> Line:
    """The outline of a histogram; both stages have the same bins."""
    edges = np.linspace(0.0, largest if largest > 0 else 1.0, _BINS + 1)
    density, _ = np.histogram(rates, bins=edges, density=True)
    return Line(numbers(np.repeat(edges, 2)), numbers([0.0, *np.repeat(density, 2), 0.0]), label)


def _assumed(row: Row, height: float) -> Line:
    rho = float(row["rho"])
    return Line((rho, rho), (0.0, height), f"assumed at the {row['stage']}", dashed=True)
