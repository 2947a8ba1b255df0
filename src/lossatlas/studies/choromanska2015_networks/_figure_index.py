"""The normalised index where training stops: its histogram, the cut, the gradient."""

from collections.abc import Mapping, Sequence

import numpy as np

from lossatlas.evidence import Figure, Levels, Line, Panel, Scatter, numbers

from ._claims import CUT, CUTS, LARGEST_INDEX
from ._judge_index import shares, with_spectrum
from ._rows import Row, Rows, by_width, column

_BINS = 24
_BOUND = Levels((LARGEST_INDEX,), (f"{LARGEST_INDEX:g}",), "bound of C14")


def index_figure(rows: Rows) -> Figure | None:
    """Histogram at the paper's cut, mean against the cut, index against the gradient norm."""
    groups = by_width(with_spectrum(rows.indices))
    if not groups:
        return None
    settled = by_width(with_spectrum(rows.settled))
    return Figure(
        id="index",
        title="Negative curvature where training stops",
        claims=("C14",),
        caption=(
            f"Left: share of eigenvalues of the exact Hessian below -{CUT:g} over networks, a "
            "histogram a width in bins that all share. Middle: the mean share against the cut. Right: the share "
            "against the norm of the gradient, one point a network; crosses are the same networks "
            "after more steps along the whole gradient."
        ),
        limits=(
            "The cut is on the scale of the loss, a mean over samples; the paper does not state its "
            "scale. Training stops where the gradient is not zero, so these are not critical points "
            "and their index is that of the Hessian alone."
        ),
        panels=(_histogram(groups), _by_cut(groups), _by_gradient(groups, settled)),
    )


def _histogram(groups: Mapping[int, Sequence[Row]]) -> Panel:
    """In bins that all widths share: many networks have the index 0, which has no density."""
    highest = max(float(shares(own).max()) for own in groups.values())
    edges = np.linspace(0.0, max(highest, LARGEST_INDEX), _BINS + 1)
    lines = tuple(_steps(own, edges, f"n1 = {width}") for width, own in groups.items())
    return Panel("at the paper's cut", "normalised index", "share of the networks", lines)


def _steps(rows: Sequence[Row], edges: np.ndarray, label: str) -> Line:
    counts, _ = np.histogram(shares(rows), bins=edges)
    y = np.concatenate([[0.0], np.repeat(counts / len(rows), 2), [0.0]])
    return Line(numbers(np.repeat(edges, 2)), numbers(y), label)


def _by_cut(groups: Mapping[int, Sequence[Row]]) -> Panel:
    marks: list[Line | Levels] = [
        Line(numbers(CUTS), numbers(shares(own, cut).mean() for cut in CUTS), f"n1 = {width}")
        for width, own in groups.items()
    ]
    marks.append(_BOUND)
    return Panel("by the cut", "cut", "mean normalised index", tuple(marks), x_log=True)


def _by_gradient(
    groups: Mapping[int, Sequence[Row]], settled: Mapping[int, Sequence[Row]]
) -> Panel:
    marks = (
        *(_dots(own, f"n1 = {width}", "circle") for width, own in groups.items()),
        *(_dots(own, f"n1 = {width}, settled", "x") for width, own in settled.items()),
    )
    return Panel("by the gradient", "gradient norm", "normalised index", marks, x_log=True)


def _dots(rows: Sequence[Row], label: str, symbol: str) -> Scatter:
    return Scatter(
        numbers(column(rows, "gradient_norm")),
        numbers(shares(rows)),
        label,
        hover=tuple(map(_hover, rows)),
        symbol=symbol,
    )


def _hover(row: Row) -> str:
    return (
        f"n1 = {row['width']}, network {row['network']}, seed {row['seed']}\n"
        f"training loss {row['train_loss']:.5g}, certified {row['negative']} negative, "
        f"{row['undecided']} undecided of {row['parameters']}"
    )
