"""The rates of paths as a distribution, against the single value that is assumed."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import binom

from lossatlas.evidence import Figure, Line, Panel, numbers

from ._names import END, START
from ._rows import Row, Rows, by_architecture, depth_in_words, of


def rates_figure(rows: Rows) -> Figure | None:
    """A panel an architecture: how many paths have at most a rate, and what coins would have."""
    panels = tuple(
        _panel(f"{family}, {depth_in_words(layers)}, {_network(rows, family, layers)}", own)
        for (family, layers), own in by_architecture(rows.rates).items()
    )
    if not panels:
        return None
    return Figure(
        id="path-rates",
        title="How often paths are open, against the one rate assumed",
        claims=("K9",),
        caption=(
            "For one network of each architecture: the share of all paths that are open on at most so many "
            "of the digits, before and after training. Dashed, and called predicted: what coins would show "
            "that all come up with the network's own mean rate rho, as A1p-m has it, on as many digits. "
            "The assumption asks the solid line to follow the dashed one of its colour. Where the solid line "
            "begins high up, that many paths are hardly ever open, and others make up for them."
        ),
        limits=(
            f"{rows.rates[0]['paths']} paths are drawn of all; the verdict is made from all of them. "
            "One network is shown, and others differ."
        ),
        panels=panels,
    )


def _network(rows: Rows, family: str, layers: int) -> str:
    total = len(of(rows.checkpoints, family=family, hidden_layers=layers, stage=END))
    return f"network 1 of {total}"


def _panel(title: str, rows: Sequence[Row]) -> Panel:
    largest = max(float(np.max(row["array"])) for row in rows)
    marks = [
        mark
        for stage in (START, END)
        for row in of(rows, stage=stage)
        for mark in (_found(row, largest), _assumed(row, largest))
    ]
    rho = " → ".join(f"{row['rho']:.3g}" for stage in (START, END) for row in of(rows, stage=stage))
    return Panel(
        f"{title} (rho {rho})",
        "share of digits on which a path is open",
        "share of paths up to it",
        tuple(marks),
    )


def _found(row: Row, largest: float) -> Line:
    """How many paths have at most each rate: steps at the rates that digits allow."""
    counts = np.arange(_digits(largest, row) + 1)
    open_on = np.rint(np.asarray(row["array"]) * row["samples"])
    below = np.searchsorted(np.sort(open_on), counts, side="right") / len(open_on)
    return _steps(counts / row["samples"], below, f"at the {row['stage']}", dashed=False)


def _assumed(row: Row, largest: float) -> Line:
    """The same for coins of probability rho."""
    counts = np.arange(_digits(largest, row) + 1)
    below = binom.cdf(counts, row["samples"], row["rho"])
    return _steps(counts / row["samples"], below, f"predicted, at the {row['stage']}", dashed=True)


def _digits(largest: float, row: Row) -> int:
    return round(largest * int(row["samples"]))


def _steps(x: np.ndarray, y: np.ndarray, label: str, *, dashed: bool) -> Line:
    """A staircase that begins on the ground."""
    return Line(numbers(np.repeat(x, 2)), numbers([0.0, *np.repeat(y, 2)[:-1]]), label, dashed)
