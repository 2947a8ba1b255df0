"""The figures of the study, as data."""

from lossatlas.evidence import Figure

from ._figure_annealing import annealing_figure, few_values_figure
from ._figure_correlation import correlation_figure
from ._figure_index import index_figure
from ._figure_law import law_figure
from ._figure_losses import losses_figure
from ._figure_ways import further_figure, ways_figure
from ._rows import Rows

_MAKERS = (
    losses_figure,
    law_figure,
    correlation_figure,
    further_figure,
    index_figure,
    annealing_figure,
    few_values_figure,
    ways_figure,
)


def draw(rows: Rows) -> tuple[Figure, ...]:
    """Every figure that the rows have material for."""
    return tuple(figure for make in _MAKERS if (figure := make(rows)) is not None)
