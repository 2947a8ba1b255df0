"""The records of the study as rows, sorted by what they are evidence of.

A row is the attribute table of one record; where the record has an array (an end point, a spectrum,
a curve) it stands under `array`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

from lossatlas.catalogue import AbstractStore
from lossatlas.studies._rows import Row as Row, by as by, count as count, read_kinds, sort_kinds

from ._settings import Method

GRADIENT: Final = "gradient descent"
STOCHASTIC: Final = "stochastic descent"
METHODS: tuple[Method, ...] = (GRADIENT, STOCHASTIC, "annealing", "Langevin")
PROVED_COMPLETE = "proved complete"


@final
@dataclass(frozen=True, eq=False)
class Rows:
    """The study's records by kind."""

    runs: tuple[Row, ...] = ()
    minima: tuple[Row, ...] = ()
    spectra: tuple[Row, ...] = ()
    covariances: tuple[Row, ...] = ()
    enumerations: tuple[Row, ...] = ()
    pairs: tuple[Row, ...] = ()
    barriers: tuple[Row, ...] = ()
    curves: tuple[Row, ...] = ()
    tunings: tuple[Row, ...] = ()
    saddles: tuple[Row, ...] = ()
    homogeneities: tuple[Row, ...] = ()
    mappings: tuple[Row, ...] = ()

    @property
    def complete(self) -> tuple[Row, ...]:
        """Instances all of whose critical points were found, and proved to be all."""
        return tuple(r for r in self.enumerations if r["completeness"] == PROVED_COMPLETE)


KINDS = {
    "run": "runs",
    "minimum": "minima",
    "spectrum": "spectra",
    "covariance": "covariances",
    "enumeration": "enumerations",
    "pair": "pairs",
    "barrier": "barriers",
    "curve": "curves",
    "tuning": "tunings",
    "saddle": "saddles",
    "homogeneity": "homogeneities",
    "mapping": "mappings",
}
_WITH_ARRAYS = ("spectrum", "curve")


def read_rows(store: AbstractStore, study: str) -> Rows:
    """All rows of a study, small sizes first; end points stay in the store."""
    return sort_rows(read_kinds(store, study, KINDS, arrays=_WITH_ARRAYS))


def sort_rows(kinds: Mapping[str, Sequence[Row]]) -> Rows:
    """Rows from the attribute tables of each record kind."""
    return Rows(**sort_kinds(kinds, KINDS, lambda row: row.get("size", 0)))


def by_size(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """Rows grouped by Lambda."""
    return by(lambda row: row["size"], rows)


def of_method(rows: Iterable[Row], method: str) -> list[Row]:
    """The runs by one method."""
    return [row for row in rows if row["method"] == method]
