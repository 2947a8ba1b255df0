"""The records of the study as rows, sorted by what they are evidence of.

A row is the attribute table of one record; the losses on a line or a band stand under `array`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.catalogue import AbstractStore
from lossatlas.studies._rows import (
    Row as Row,
    by as by,
    depth_in_words as depth_in_words,
    is_finite as is_finite,
    read_kinds,
    sort_kinds,
)

Ensembles: TypeAlias = dict[int, Float[ndarray, " _"]]
"""Runs by width."""


@final
@dataclass(frozen=True, eq=False)
class Rows:
    """The study's records by kind."""

    networks: tuple[Row, ...] = ()
    lines: tuple[Row, ...] = ()
    bands: tuple[Row, ...] = ()


KINDS = {"network": "networks", "line": "lines", "band": "bands"}
_WITH_ARRAYS = ("line", "band")


def read_rows(store: AbstractStore, study: str) -> Rows:
    """All rows of a study, few hidden layers and narrow networks first."""
    return sort_rows(read_kinds(store, study, KINDS, arrays=_WITH_ARRAYS))


def sort_rows(kinds: Mapping[str, Sequence[Row]]) -> Rows:
    """Rows from the attribute tables of each record kind."""
    return Rows(**sort_kinds(kinds, KINDS, _place))


def _place(row: Row) -> tuple[int, int, int]:
    return row["hidden_layers"], row["width"], row.get("network", row.get("first", 0))


def values(
    rows: Iterable[Row], column: str, *, where: Callable[[Row], bool] | None = None
) -> Ensembles:
    """The values of a column, by width, of the rows that pass a test."""
    kept = by("width", (row for row in rows if where is None or where(row)))
    return {width: np.array([row[column] for row in own], float) for width, own in kept.items()}


def large(ensembles: Ensembles, needed: int) -> Ensembles:
    """The ensembles of at least so many runs."""
    return {width: runs for width, runs in ensembles.items() if len(runs) >= needed}
