"""The figures of the study, as data."""

from lossatlas.evidence import Figure

from ._figure_agreement import agreement_figure
from ._figure_dependence import dependence_figures
from ._figure_kurtosis import kurtosis_figure
from ._figure_losses import losses_figure
from ._figure_rates import rates_figure
from ._rows import Rows


def draw(rows: Rows) -> tuple[Figure, ...]:
    """Every figure that the rows have material for."""
    first, *rest = (
        make(rows) for make in (rates_figure, agreement_figure, losses_figure, kurtosis_figure)
    )
    found = (first, *dependence_figures(rows), *rest)
    return tuple(figure for figure in found if figure is not None)
