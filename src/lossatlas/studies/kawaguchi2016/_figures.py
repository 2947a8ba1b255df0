"""The figures of the study, as data."""

from lossatlas.evidence import Figure

from ._figure_escape import escape_figure
from ._figure_kinds import cross_entropy_figure, kinds_figure
from ._figure_slice import slice_figure
from ._figure_spectrum import spectrum_figure
from ._figure_values import values_figure
from ._rows import Rows

_MAKERS = (
    values_figure,
    spectrum_figure,
    slice_figure,
    escape_figure,
    kinds_figure,
    cross_entropy_figure,
)


def draw(rows: Rows) -> tuple[Figure, ...]:
    """Every figure that the rows have material for."""
    return tuple(figure for make in _MAKERS if (figure := make(rows)) is not None)
