"""The records of the study as rows, sorted by what they are evidence of.

A row is the attribute table of one record; where the record has an array (a curve, a field, a line,
a point of the globe) it stands under `array`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import final

from lossatlas.catalogue import AbstractStore
from lossatlas.studies._rows import Row as Row, by as by, read_kinds, sort_kinds

PROVED_COMPLETE = "proved complete"
GLOBE = "globe"


@final
@dataclass(frozen=True, eq=False)
class Rows:
    """The study's records by kind."""

    counts: tuple[Row, ...] = ()
    expected: tuple[Row, ...] = ()
    ratios: tuple[Row, ...] = ()
    grounds: tuple[Row, ...] = ()
    layers: tuple[Row, ...] = ()
    bands: tuple[Row, ...] = ()
    rates: tuple[Row, ...] = ()
    complexities: tuple[Row, ...] = ()
    globes: tuple[Row, ...] = ()
    lines: tuple[Row, ...] = ()
    points: tuple[Row, ...] = ()


KINDS = {
    "count": "counts",
    "expected": "expected",
    "ratio": "ratios",
    "ground": "grounds",
    "layers": "layers",
    "band": "bands",
    "rates": "rates",
    "complexity": "complexities",
    "globe": "globes",
    "line": "lines",
    "point": "points",
}
_WITH_ARRAYS = ("complexity", "globe", "line", "point")


def read_rows(store: AbstractStore, study: str) -> Rows:
    """All rows of a study; of the critical points only those of the globe."""
    globe = {"point": {"instance": GLOBE}}
    return sort_rows(read_kinds(store, study, KINDS, arrays=_WITH_ARRAYS, only=globe))


def sort_rows(kinds: Mapping[str, Sequence[Row]]) -> Rows:
    """Rows from the attribute tables of each record kind, small orders and sizes first."""
    return Rows(**sort_kinds(kinds, KINDS, _rank))


def _rank(row: Row) -> tuple[int, int, int]:
    return row.get("order", 0), row.get("size", 0), row.get("place", 0)


def by_order(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """Rows grouped by p."""
    return by(lambda row: row["order"], rows)


def glass_of(row: Row) -> tuple[int, int]:
    """(p, N), what a comparison of means is made for."""
    return row["order"], row["size"]
