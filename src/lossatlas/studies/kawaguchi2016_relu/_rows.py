"""The records of the study as rows, sorted by what they are evidence of.

A row is the attribute table of one record; what a record holds beside it stands under `array`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from lossatlas.catalogue import AbstractStore
from lossatlas.studies._rows import (
    Row as Row,
    by as by,
    depth_in_words as depth_in_words,
    read_kinds,
    sort_kinds,
)


@final
@dataclass(frozen=True, eq=False)
class Rows:
    """The study's records by kind."""

    checkpoints: tuple[Row, ...] = ()
    audits: tuple[Row, ...] = ()
    spectra: tuple[Row, ...] = ()
    few_values: tuple[Row, ...] = ()
    rates: tuple[Row, ...] = ()
    dependence: tuple[Row, ...] = ()
    signals: tuple[Row, ...] = ()
    linear: tuple[Row, ...] = ()
    gates: tuple[Row, ...] = ()
    reduced: tuple[Row, ...] = ()
    path_sums: tuple[Row, ...] = ()
    sizes: tuple[Row, ...] = ()
    paper_sizes: tuple[Row, ...] = ()
    tuples: tuple[Row, ...] = ()


KINDS = {
    "checkpoint": "checkpoints",
    "audit": "audits",
    "spectrum": "spectra",
    "few values": "few_values",
    "rates": "rates",
    "dependence": "dependence",
    "signals": "signals",
    "linear values": "linear",
    "gates": "gates",
    "reduced point": "reduced",
    "path sum": "path_sums",
    "sizes": "sizes",
    "paper size": "paper_sizes",
    "tuples": "tuples",
}
_WITH_ARRAYS = ("rates", "dependence", "signals", "linear values")
_ORDER = ("family", "hidden_layers", "width", "network", "epoch", "first", "layer", "values")


def read_rows(store: AbstractStore, study: str) -> Rows:
    """All rows of a study, in an order that does not depend on the tasks'."""
    return sort_rows(read_kinds(store, study, KINDS, arrays=_WITH_ARRAYS))


def sort_rows(kinds: Mapping[str, Sequence[Row]]) -> Rows:
    """Rows from the attribute tables of each record kind."""
    return Rows(**sort_kinds(kinds, KINDS, _place))


def _place(row: Row) -> tuple[Any, ...]:
    return tuple(row.get(name, "" if name == "family" else 0) for name in _ORDER)


def of(rows: Iterable[Row], **wanted: Any) -> list[Row]:
    """The rows with these values."""
    return [row for row in rows if all(row.get(name) == value for name, value in wanted.items())]


def by_architecture(rows: Iterable[Row]) -> dict[tuple[str, int], list[Row]]:
    """Rows by data set and number of hidden layers."""
    return dict(sorted(by(lambda row: (row["family"], row["hidden_layers"]), rows).items()))
