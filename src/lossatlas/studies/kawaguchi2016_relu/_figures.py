"""The figures of the study, as data."""

from lossatlas.evidence import Figure

from ._figure_agreement import agreement_figure
from ._figure_dependence import dependence_figure
from ._figure_kurtosis import kurtosis_figure
from ._figure_losses import losses_figure
from ._figure_rates import rates_figure
from ._rows import Rows

_MAKERS = (rates_figure, dependence_figure, agreement_figure, losses_figure, kurtosis_figure)


def draw(rows: Rows) -> tuple[Figure, ...]:
    """Every figure that the rows have material for."""
    return tuple(figure for make in _MAKERS if (figure := make(rows)) is not None)
