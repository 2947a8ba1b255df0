"""The records of the study as rows, sorted by what they are evidence of.

A row is the attribute table of one record; where the record has an array (the losses on the way,
negative eigenvalues) it stands under `array`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.catalogue import AbstractStore
from lossatlas.studies._rows import (
    Row as Row,
    by as by,
    is_finite as is_finite,
    read_kinds,
    sort_kinds,
)

Side: TypeAlias = Literal["descent", "annealing", "annealing over three values"]
DESCENT: Final = "descent"
ANNEALING: Final = "annealing"
FEW_VALUED: Final = "annealing over three values"


@final
@dataclass(frozen=True, eq=False)
class Rows:
    """The study's records by kind."""

    networks: tuple[Row, ...] = ()
    indices: tuple[Row, ...] = ()
    settled: tuple[Row, ...] = ()
    estimates: tuple[Row, ...] = ()
    few_values: tuple[Row, ...] = ()
    further: tuple[Row, ...] = ()
    comparisons: tuple[Row, ...] = ()

    @property
    def finite(self) -> tuple[Row, ...]:
        """Networks of whose losses means can be made; the others are counted in a remark."""
        return tuple(row for row in self.networks if is_finite(row))


KINDS = {
    "network": "networks",
    "index": "indices",
    "index settled": "settled",
    "index estimate": "estimates",
    "few values": "few_values",
    "further": "further",
    "comparison": "comparisons",
}
_WITH_ARRAYS = ("network", "index", "further")


def read_rows(store: AbstractStore, study: str) -> Rows:
    """All rows of a study, narrow networks first."""
    return sort_rows(read_kinds(store, study, KINDS, arrays=_WITH_ARRAYS))


def sort_rows(kinds: Mapping[str, Sequence[Row]]) -> Rows:
    """Rows from the attribute tables of each record kind."""
    return Rows(**sort_kinds(kinds, KINDS, lambda row: (row["width"], row["network"])))


def by_width(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """Rows grouped by n1."""
    return by(lambda row: row["width"], rows)


def column(rows: Iterable[Row], name: str) -> Float[ndarray, " n"]:
    """One attribute of the rows."""
    return np.array([row[name] for row in rows], dtype=np.float64)


def column_of_cut(cut: float) -> str:
    """The attribute that counts the eigenvalues below minus a cut."""
    return f"below_{cut:.0e}".replace("-0", "_")


def way(row: Row) -> tuple[ndarray, ndarray, ndarray]:
    """Epochs, training losses and test losses on the way of a network."""
    epochs, train, test = np.split(np.asarray(row["array"]), 3)
    return epochs, train, test
