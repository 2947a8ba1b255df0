"""The figures of the study, as data."""

from lossatlas.evidence import Figure

from ._figure_histograms import histograms_figure, scaled_histograms_figure
from ._figure_landscape import landscape_figure
from ._figure_losses import losses_figure
from ._figure_spread import spread_figure
from ._figure_ways import ways_figure
from ._rows import Rows

_MAKERS = (
    losses_figure,
    histograms_figure,
    scaled_histograms_figure,
    spread_figure,
    landscape_figure,
    ways_figure,
)


def draw(rows: Rows) -> tuple[Figure, ...]:
    """Every figure that the rows have material for."""
    return tuple(figure for make in _MAKERS if (figure := make(rows)) is not None)
