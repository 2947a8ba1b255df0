"""The records of the study as rows, sorted by what they are evidence of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, final

from lossatlas.catalogue import AbstractStore
from lossatlas.studies._grouping import by as by

Row: TypeAlias = Mapping[str, Any]


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
    return sort_rows(
        {kind: [r.attributes for r in store.records(study, kind, points=False)] for kind in KINDS}
    )


def sort_rows(kinds: Mapping[str, Sequence[Row]]) -> Rows:
    """Rows from the attribute tables of each record kind."""
    return Rows(
        **{field: tuple(sorted(kinds.get(kind, ()), key=_place)) for kind, field in KINDS.items()}
    )


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
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["family"], row["architecture"]].append(row)
    return dict(groups)
