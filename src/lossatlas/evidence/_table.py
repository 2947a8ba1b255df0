"""A table as data: words, numbers and rulings in rows, with its caption and what it cannot show.

A table stands with the verdict that it belongs to and enters no ruling. The report draws a ruling in
a cell as it draws any other: by a word, an icon and a colour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import nan
from typing import Any, TypeAlias, final

from lossatlas.errors import misuse

from ._ruling import Ruling

Cell: TypeAlias = str | int | float | Ruling


@final
@dataclass(frozen=True)
class Table:
    """Rows of cells; the first cell of a row is its name.

    Args:
        id: What the table is called in links.
        title: Its heading.
        caption: What it shows.
        limits: What it cannot show.
        columns: What stands in each column, the first for the rows' names.
        rows: The cells: text, a number (`nan` where there is none), or a `Ruling`.

    Raises:
        ValueError: If there is no column, a row is ragged, or it has a name that is not text.

    Example:
        >>> from lossatlas.evidence import Ruling, Table
        >>> table = Table(
        ...     "assumptions",
        ...     "What the theory assumes",
        ...     "One assumption a row.",
        ...     "Other networks may do better.",
        ...     ("assumption", "value if true", "measured", "outcome"),
        ...     (("gates are independent of the inputs", 0, 0.31, Ruling.FAILS),),
        ... )
        >>> Table.from_dict(table.to_dict()) == table
        True
    """

    id: str
    title: str
    caption: str
    limits: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        if not self.columns:
            raise misuse(
                "columns", should="name at least one column", got="none", remedy="Name the rows."
            )
        for row in self.rows:
            _check_row(row, self.columns)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON once `nan` is dealt with; `from_dict` is the inverse."""
        rows = [[_plain(cell) for cell in row] for row in self.rows]
        return {**asdict(self), "columns": list(self.columns), "rows": rows}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Table":
        """The inverse of `to_dict`."""
        rows = tuple(tuple(_cell(cell) for cell in row) for row in values["rows"])
        fields: dict[str, Any] = {**values, "columns": tuple(values["columns"]), "rows": rows}
        return cls(**fields)


def _check_row(row: Sequence[Cell], columns: Sequence[str]) -> None:
    if len(row) != len(columns):
        raise misuse(
            "rows",
            should=f"have {len(columns)} cells each, one a column",
            got=f"a row of {len(row)}",
            remedy="Mark a missing number by `nan`, a missing word by an empty text.",
        )
    if not isinstance(row[0], str) or isinstance(row[0], Ruling):
        raise misuse(
            "rows",
            should="begin with a name",
            got=repr(row[0]),
            remedy="The first cell of a row says what the row is about.",
        )
    for cell in row:
        if isinstance(cell, bool) or not isinstance(cell, str | int | float):
            raise misuse(
                "rows",
                should="hold text, numbers and rulings",
                got=repr(cell),
                remedy="Say it in words: yes and no are text.",
            )


def _plain(cell: Cell) -> object:
    # a ruling is a string too, so it is marked, or the reader of JSON could not tell the two apart
    return {"ruling": cell.value} if isinstance(cell, Ruling) else cell


def _cell(plain: Any) -> Cell:
    if isinstance(plain, Mapping):
        return Ruling(plain["ruling"])
    cell: Cell = nan if plain is None else plain
    return cell
