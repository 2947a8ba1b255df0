"""Records as rows of a table: for pandas, CSV and JSON."""

import csv
import json
import math
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any, Protocol, runtime_checkable

from lossatlas.errors import LossatlasError

from ._record import Record


@runtime_checkable
class Writable(Protocol):
    """A stream that takes text."""

    def write(self, text: str, /) -> object: ...


def to_rows(records: Iterable[Record], *, points: bool = False) -> list[dict[str, Any]]:
    """Each record as a flat dictionary: study, record (its kind), task, ordinal, and attributes.

    Args:
        records: The records.
        points: Whether to add the point, as a list of floats under "point".

    Returns:
        One dictionary a record, all with the same keys in the same order; None where a record does
        not have an attribute.

    Example:
        >>> from lossatlas.catalogue import Record, to_rows
        >>> to_rows([Record("kawaguchi", "saddle", {"index": 2})])[0]["index"]
        2
    """
    records = list(records)
    columns = dict.fromkeys(name for record in records for name in record.attributes)
    return [_row(record, list(columns), points) for record in records]


def _row(record: Record, columns: Sequence[str], points: bool) -> dict[str, Any]:
    task, ordinal = record.origin or (None, None)
    row = {"study": record.study, "record": record.kind, "task": task, "ordinal": ordinal}
    row |= {name: record.attributes.get(name) for name in columns}
    if points:
        row["point"] = None if record.point is None else record.point.tolist()
    return row


def to_frame(records: Iterable[Record], *, points: bool = False) -> Any:
    """The records as a pandas `DataFrame`, one row each.

    Raises:
        LossatlasError: If pandas is not installed.
    """
    try:
        pandas: Any = import_module("pandas")
    except ImportError:
        raise LossatlasError(
            "A frame needs pandas, which is not installed. Install it: pip install pandas"
        ) from None
    rows = to_rows(records, points=points)
    return pandas.DataFrame(rows, columns=list(rows[0]) if rows else ["study", "record"])


def to_csv(records: Iterable[Record], stream: Writable, *, points: bool = False) -> None:
    """Write the records as CSV with a head line; `nan` and `inf` by name, none as nothing."""
    rows = to_rows(records, points=points)
    writer = csv.DictWriter(stream, list(rows[0]) if rows else ["study", "record"])
    writer.writeheader()
    writer.writerows(rows)


def to_json(records: Iterable[Record], stream: Writable, *, points: bool = False) -> None:
    """Write the records as a JSON list of rows, one a line.

    JSON has no not-a-number and no infinity; they are written as the strings "nan", "inf" and
    "-inf", which `float` reads.
    """
    rows = to_rows(records, points=points)
    lines = (json.dumps(_strict(row), allow_nan=False, ensure_ascii=False) for row in rows)
    stream.write("[" + ",\n ".join(lines) + "]\n")


def _strict(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _strict(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_strict(item) for item in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
