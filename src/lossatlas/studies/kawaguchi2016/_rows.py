"""The records of the study as rows, sorted by what they are evidence of.

A row is the attribute table of one record. `point` rows are critical points, found, constructed or
exact. The others carry one exhibit each: a curvature, an assumption, an escape path, a spectrum;
where an exhibit is an array, it stands under `array`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import final

from lossatlas.catalogue import AbstractStore
from lossatlas.studies._rows import Row as Row, by as by, count as count, read_kinds, sort_kinds

from ._claims import VALUE_TOLERANCE

FOUND = ("search", "descent")
GLOBAL, BAD, STRICT = "global minimum", "bad saddle", "strict saddle"


@final
@dataclass(frozen=True, eq=False)
class Rows:
    """The study's records by kind; `points` are split by the way they were had."""

    found: tuple[Row, ...]
    constructed: tuple[Row, ...]
    exact: tuple[Row, ...]
    curvatures: tuple[Row, ...] = ()
    escapes: tuple[Row, ...] = ()
    spectra: tuple[Row, ...] = ()
    slices: tuple[Row, ...] = ()
    levels: tuple[Row, ...] = ()
    assumptions: tuple[Row, ...] = ()
    observations: tuple[Row, ...] = ()

    @property
    def searched(self) -> tuple[Row, ...]:
        """Runs on data that meet every assumption of the theorem."""
        return tuple(row for row in self.found if row["theorem"])

    @property
    def built(self) -> tuple[Row, ...]:
        """Constructed points on data that meet every assumption of the theorem."""
        return tuple(row for row in self.constructed if row["theorem"])


_EXHIBITS = {
    "curvature": "curvatures",
    "escape": "escapes",
    "spectrum": "spectra",
    "slice": "slices",
    "level": "levels",
    "assumption": "assumptions",
    "observation": "observations",
}


def read_rows(store: AbstractStore, study: str) -> Rows:
    """All rows of a study, network by network; points come without their coordinates."""
    return sort_rows(read_kinds(store, study, ("point", *_EXHIBITS), arrays=_EXHIBITS))


def sort_rows(kinds: Mapping[str, Sequence[Row]]) -> Rows:
    """Rows from the attribute tables of each record kind."""
    fields = {"point": "points", **_EXHIBITS}
    exhibits = sort_kinds(kinds, fields, lambda row: row.get("network", 0))
    points = exhibits.pop("points")
    return Rows(
        found=tuple(row for row in points if row["role"] in FOUND),
        constructed=tuple(row for row in points if row["role"] == "constructed"),
        exact=tuple(row for row in points if row["role"] == "exact"),
        **exhibits,
    )


def network_of(row: Row) -> str:
    """The network a row belongs to, in words."""
    return f"{row['architecture']} on {row['data']}"


def critical(rows: Iterable[Row]) -> list[Row]:
    """The rows whose search ended at a critical point."""
    return [row for row in rows if row["status"] == "critical"]


def not_global(rows: Iterable[Row]) -> list[Row]:
    """The rows that the theory, or else the loss, says are no global minimum."""
    return [row for row in rows if row["predicted_kind"] != GLOBAL]


def left_downhill(row: Row) -> bool:
    """Whether a descent from the point was exhibited: a lower loss on a path that starts there."""
    return bool(row["descent"] < 0)


def counts_agree(row: Row) -> bool:
    """The counted index and zero eigenvalues are those predicted."""
    same = row["index"] == row["predicted_index"] and row["undecided"] == row["predicted_nullity"]
    return bool(same)


def contradicted(row: Row) -> bool:
    """More negative or more positive eigenvalues are certain than are predicted.

    An eigenvalue that is predicted to have a sign, and whose size is within the error bound, is
    undecided: it contradicts nothing.
    """
    not_positive = row["predicted_index"] + row["predicted_nullity"]
    return bool(
        row["index"] > row["predicted_index"] or row["index"] + row["undecided"] < not_positive
    )


def certified(rows: Iterable[Row]) -> list[Row]:
    """Constructed points whose data are certified, so that their prediction is a proof."""
    return [row for row in rows if row["strength"] == "proved"]


def kind_by_counts(index: int, above: float, descent: float, *, minimum: bool = True) -> str:
    """The kind that a point shows: by its index, its height above the least loss, a way down.

    Args:
        index: The negative eigenvalues.
        above: The loss above the global value, in units of 1/2 ||Y||^2.
        descent: The change of the loss along an exhibited way down; NaN where none was.
        minimum: Whether the zero eigenvalues are explained, so that the point is a minimum if
            there is no way down.

    Returns:
        One of the names of kinds; "undetermined" where nothing decides.
    """
    if index > 0:
        return STRICT
    if descent < 0:
        return BAD
    if not minimum:
        return "undetermined"
    return GLOBAL if abs(above) <= VALUE_TOLERANCE else "local minimum"
