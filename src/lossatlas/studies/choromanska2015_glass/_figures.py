"""The figures of the study, as data."""

from lossatlas.evidence import Figure

from ._figure_band import band_figure
from ._figure_barriers import barriers_figure
from ._figure_bulk import bulk_figure
from ._figure_concentration import concentration_figure
from ._figure_energies import energies_figure
from ._figure_index import index_figure
from ._figure_mapping import mapping_figure
from ._rows import Rows

_MAKERS = (
    energies_figure,
    concentration_figure,
    band_figure,
    index_figure,
    bulk_figure,
    barriers_figure,
    mapping_figure,
)


def draw(rows: Rows) -> tuple[Figure, ...]:
    """Every figure that the rows have material for."""
    return tuple(figure for make in _MAKERS if (figure := make(rows)) is not None)
