"""The records of the study as rows, sorted by what they are evidence of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

from lossatlas.catalogue import AbstractStore
from lossatlas.studies._rows import (
    Row as Row,
    by as by,
    depth_in_words as depth_in_words,
    is_finite as is_finite,
    read_kinds,
    sort_kinds,
)


@final
@dataclass(frozen=True, eq=False)
class Rows:
    """The study's records by kind."""

    ends: tuple[Row, ...] = ()
    networks: tuple[Row, ...] = ()


KINDS = {"end": "ends", "network": "networks"}


def read_rows(store: AbstractStore, study: str) -> Rows:
    """All rows of a study, shallow networks first; points stay in the store."""
    return sort_rows(read_kinds(store, study, KINDS))


def sort_rows(kinds: Mapping[str, Sequence[Row]]) -> Rows:
    """Rows from the attribute tables of each record kind."""
    return Rows(**sort_kinds(kinds, KINDS, _place))


def _place(row: Row) -> tuple[str, int, int]:
    return row["family"], row["hidden_layers"], row.get("run", row.get("network", 0))
