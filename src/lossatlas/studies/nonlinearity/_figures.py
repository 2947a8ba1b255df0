"""The figures of the study, as data."""

from lossatlas.evidence import Figure

from ._figure_losses import losses_figure
from ._figure_shares import shares_figure
from ._figure_slopes import slopes_figure
from ._figure_widths import widths_figure
from ._rows import Rows

_MAKERS = (shares_figure, slopes_figure, widths_figure, losses_figure)


def draw(rows: Rows) -> tuple[Figure, ...]:
    """Every figure that the rows have material for."""
    return tuple(figure for make in _MAKERS if (figure := make(rows)) is not None)
