"""Tables that stand with a verdict, as the page shows them: every cell a text or a badge."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from lossatlas.evidence import Cell, Ruling, Table, Verdict

from ._anchors import anchors
from ._badge import Badge, ruling_badge
from ._text import minus, number


@final
@dataclass(frozen=True)
class CellView:
    """A cell under its column's name: words, or a badge where it holds a ruling."""

    column: str
    text: str
    badge: Badge | None = None


@final
@dataclass(frozen=True)
class TableView:
    """A table with its anchor; each row is its name and the other cells."""

    anchor: str
    table: Table
    rows: tuple[tuple[str, tuple[CellView, ...]], ...]


def table_views(verdicts: Sequence[Verdict]) -> list[tuple[TableView, ...]]:
    """The tables of each verdict, each with an anchor that no other table of the page has."""
    names = iter(anchors("table", [table.id for v in verdicts for table in v.tables]))
    return [tuple(_view(next(names), table) for table in v.tables) for v in verdicts]


def _view(anchor: str, table: Table) -> TableView:
    rows = tuple(
        (
            minus(str(row[0])),
            tuple(
                _cell(column, cell) for column, cell in zip(table.columns[1:], row[1:], strict=True)
            ),
        )
        for row in table.rows
    )
    return TableView(anchor, table, rows)


def _cell(column: str, cell: Cell) -> CellView:
    if isinstance(cell, Ruling):
        return CellView(column, cell.value, ruling_badge(cell))
    return CellView(column, minus(cell) if isinstance(cell, str) else number(cell))
