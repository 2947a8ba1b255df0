"""The paper's Figure 3 (right): histograms of test losses, one outline a width, raw and scaled."""

from collections.abc import Mapping, Sequence

import numpy as np

from lossatlas.evidence import Figure, Line, Panel, Scatter, numbers
from lossatlas.studies._outline import outline

from ._judge_spread import find_spreads, first_log_means
from ._marks import SHOWN, hovers, shown
from ._rows import Row, Rows, by_width, column


def losses_figure(rows: Rows) -> Figure | None:
    """Raw losses, scaled losses, and the networks one by one."""
    groups = by_width(rows.finite)
    if not groups:
        return None
    factors = _factors(groups)
    scaled = (
        [_outline(own, width, factors[width]) for width, own in groups.items()] if factors else []
    )
    panels = [
        Panel(
            "test loss", "test loss", "density",
            tuple(_outline(own, width, 1.0) for width, own in groups.items()),
        ),
        *([Panel("scaled", "test loss / exp(a n1^b)", "density", tuple(scaled))] if scaled else []),
        Panel(
            "the networks one by one", "test loss", "n1",
            tuple(_strip(own, width) for width, own in groups.items()), y_log=True,
        ),
    ]  # fmt: skip
    return Figure(
        id="network-losses",
        title="Test losses of trained networks",
        claims=("C13", "C18"),
        caption=(
            f"Histograms of the test loss of {len(rows.finite)} networks, one outline a width n1, each "
            "of area 1; then divided by the law exp(a n1^b) fitted to the mean losses; then the "
            f"networks one by one, the first {SHOWN} of each width. Outlines that grow narrower with "
            "n1 are the concentration that the paper's Figure 3 shows."
        ),
        limits=(
            "All networks of a figure see the same digits and the same split: the spread is that of "
            "starts and of the order of the samples, not of the data. Networks whose loss is not "
            "finite are left out and counted in the remarks of C13."
        ),
        panels=tuple(panels),
    )


def _factors(groups: Mapping[int, Sequence[Row]]) -> dict[int, float]:
    """The law's value at each width, where a law can be fitted."""
    found = find_spreads(groups, resamples=1, seed=0)
    if found is None:
        return {}
    return dict(zip(found.widths, np.exp(first_log_means(found)).tolist(), strict=True)) | {
        width: float("nan") for width in groups if width not in found.widths
    }


def _outline(rows: Sequence[Row], width: int, factor: float) -> Line:
    values = column(rows, "test_loss") / factor
    if not np.isfinite(values).all():
        return Line((), (), f"n1 = {width}")
    return outline(values, f"n1 = {width}")


def _strip(rows: Sequence[Row], width: int) -> Scatter:
    own = shown(rows)
    return Scatter(
        numbers(column(own, "test_loss")),
        (float(width),) * len(own),
        f"n1 = {width}",
        hover=hovers(own),
    )
