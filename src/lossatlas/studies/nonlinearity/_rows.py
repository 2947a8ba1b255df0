"""The records of the study as rows, sorted by what they are evidence of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from lossatlas.catalogue import AbstractStore
from lossatlas.studies._rows import Row as Row, by as by, read_kinds, sort_kinds


@final
@dataclass(frozen=True, eq=False)
class Rows:
    """The study's records by kind."""

    networks: tuple[Row, ...] = ()
    ends: tuple[Row, ...] = ()
    points: tuple[Row, ...] = ()
    constructions: tuple[Row, ...] = ()


KINDS = {
    "network": "networks",
    "end": "ends",
    "point": "points",
    "construction": "constructions",
}


def read_rows(store: AbstractStore, study: str) -> Rows:
    """All rows of a study, small networks first, steep slopes first; points stay in the store."""
    return sort_rows(read_kinds(store, study, KINDS))


def sort_rows(kinds: Mapping[str, Sequence[Row]]) -> Rows:
    """Rows from the attribute tables of each record kind."""
    return Rows(**sort_kinds(kinds, KINDS, _place))


def _place(row: Row) -> tuple[Any, ...]:
    slope = row.get("slope")
    return (
        row.get("family", ""),
        row.get("hidden_layers", 0),
        row.get("width", 0),
        2.0 if slope is None else 1 - slope,
        row.get("activation", ""),
        row.get("run", row.get("minimum") or 0),
        row.get("name", ""),
    )


def networks_of(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    """Rows of all activations, by family and architecture."""
    return by(lambda row: (row["family"], row["architecture"]), rows)
