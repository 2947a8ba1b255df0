"""The figures of the study, as data."""

from lossatlas.evidence import Figure

from ._figure_ends import ends_figure
from ._figure_networks import networks_figure
from ._rows import Rows

_MAKERS = (ends_figure, networks_figure)


def draw(rows: Rows) -> tuple[Figure, ...]:
    """Every figure that the rows have material for."""
    return tuple(figure for make in _MAKERS if (figure := make(rows)) is not None)
