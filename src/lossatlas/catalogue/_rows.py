"""Between records and rows: how a scalar and a point are kept in SQLite, and read back with care.

Points are little-endian float64, so that a file means the same on every machine. Everything read is
checked, since the file may have been made by someone else.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lossatlas.errors import CatalogueError

from ._condition import Range, is_nan
from ._record import Record, Scalar
from ._sqlite_errors import one_line

_PYTHON_TYPES: dict[str, type[Any]] = {
    "none": type(None),
    "nan": type(None),
    "boolean": int,
    "integer": int,
    "real": float,
    "text": str,
}
_NUMBER = "type IN ('integer', 'real')"


def scalar_row(value: Scalar) -> tuple[str, Any]:
    """The type's name and the value as SQLite keeps it."""
    if value is None:
        return "none", None
    if isinstance(value, bool):
        return "boolean", int(value)
    if isinstance(value, int):
        return "integer", value
    if isinstance(value, float):
        return ("nan", None) if is_nan(value) else ("real", value)
    return "text", value


def point_bytes(point: np.ndarray | None) -> bytes | None:
    """The coordinates as little-endian float64."""
    return None if point is None else point.astype("<f8").tobytes()


def read_scalar(type_name: object, value: Any) -> Scalar:
    """The scalar of a row.

    Raises:
        ValueError: If the row does not hold one.
    """
    if type_name not in _PYTHON_TYPES or type(value) is not _PYTHON_TYPES[str(type_name)]:
        raise ValueError(f"a value of type {type(value).__name__} marked as {type_name!r:.40}")
    if type_name == "nan":
        return float("nan")
    if type_name == "boolean":
        if value not in (0, 1):
            raise ValueError(f"the boolean {value}")
        return bool(value)
    scalar: Scalar = value
    return scalar


def read_point(dimension: object, blob: object) -> np.ndarray | None:
    """The point of a row, None where there is none.

    Raises:
        ValueError: If the row's length is not the one that it says.
    """
    if dimension is None and blob is None:
        return None
    if not isinstance(dimension, int) or not isinstance(blob, bytes) or len(blob) != 8 * dimension:
        size = len(blob) if isinstance(blob, bytes) else type(blob).__name__
        raise ValueError(f"a point of dimension {dimension!r:.40} in {size} bytes")
    return np.frombuffer(blob, dtype="<f8").astype(np.float64)


def read_record(path: Path, row: Sequence[Any], attributes: Sequence[Sequence[Any]]) -> Record:
    """The record of a row and its attributes' rows.

    Args:
        path: The file, for the message.
        row: Task key, ordinal, study, kind, dimension, point.
        attributes: Name, type and value, in the order in which they were given.

    Raises:
        CatalogueError: If they do not make a record.
    """
    key, ordinal, study, kind, dimension, blob = row
    try:
        if not isinstance(key, str) or type(ordinal) is not int:
            raise ValueError(f"the origin {key!r:.80}, {ordinal!r:.40}")
        values = {name: read_scalar(type_name, value) for name, type_name, value in attributes}
        if len(values) != len(attributes):
            raise ValueError("an attribute twice")
        return Record(study, kind, values, read_point(dimension, blob), (key, ordinal))
    except (ValueError, TypeError, AttributeError) as error:
        raise CatalogueError(
            f"{path} holds a record that cannot be one: {one_line(error)}. "
            "The file is damaged or was not made by lossatlas."
        ) from None


def condition_sql(
    conditions: Mapping[str, Range | tuple[Scalar, ...]],
) -> tuple[list[str], list[Any]]:
    """The conditions as SQL with places for every name and value, and what goes there."""
    clauses: list[str] = []
    bound: list[Any] = []
    for name, condition in conditions.items():
        test, values = (
            _range_sql(condition) if isinstance(condition, Range) else _values_sql(condition)
        )
        clauses.append(f"r.id IN (SELECT record FROM attributes WHERE name = ? AND ({test}))")
        bound += [name, *values]
    return clauses, bound


def _range_sql(condition: Range) -> tuple[str, list[Any]]:
    equal = "=" if condition.closed else ""
    bounds = [(f"value >{equal} ?", condition.low), (f"value <{equal} ?", condition.high)]
    given = [(test, value) for test, value in bounds if value is not None]
    return " AND ".join([_NUMBER, *(test for test, _ in given)]), [value for _, value in given]


def _values_sql(wanted: Sequence[Scalar]) -> tuple[str, list[Any]]:
    """One IN for each type, since a chain of OR is limited to a thousand links."""
    groups: dict[str, list[Any]] = {}
    for value in wanted:
        type_name, stored = scalar_row(value)
        test = _NUMBER if type_name in ("integer", "real") else f"type = '{type_name}'"
        groups.setdefault(test, []).append(stored)
    tests = [
        test if values[0] is None else f"{test} AND value IN ({', '.join('?' * len(values))})"
        for test, values in groups.items()
    ]
    bound = [value for values in groups.values() for value in values if value is not None]
    return " OR ".join(f"({test})" for test in tests) or "0", bound
