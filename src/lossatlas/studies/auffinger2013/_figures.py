"""The figures of the study, as data."""

from lossatlas.evidence import Figure

from ._figure_complexity import complexity_figure
from ._figure_counts import counts_figure
from ._figure_globe import globe_figure
from ._figure_headline import headline_figure
from ._figure_limits import limits_figure
from ._rows import Rows

_MAKERS = (headline_figure, globe_figure, counts_figure, complexity_figure, limits_figure)


def draw(rows: Rows) -> tuple[Figure, ...]:
    """Every figure that the rows have material for."""
    return tuple(figure for make in _MAKERS if (figure := make(rows)) is not None)
