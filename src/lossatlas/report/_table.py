"""Tables that stand with a verdict, as the page shows them: every cell a text or a badge."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from lossatlas.evidence import Cell, Ruling, Table, Verdict

from ._anchors import anchors
from ._badge import Badge, ruling_badge
from ._text import number, short, told


@final
@dataclass(frozen=True)
class CellView:
    """A cell under its column's name: words, or a badge where it holds a ruling.

    `full` has all digits of a number that is shown with fewer; a `wide` cell has more than a few words.
    """

    column: str
    text: str
    badge: Badge | None = None
    full: str = ""

    @property
    def wide(self) -> bool:
        """Whether the cell wants a line of its own where there is little room."""
        return len(self.text) > _WIDE


@final
@dataclass(frozen=True)
class TableView:
    """A table with its anchor; each row is its name and the other cells."""

    anchor: str
    table: Table
    rows: tuple[tuple[str, tuple[CellView, ...]], ...]

    @property
    def compact(self) -> bool:
        """Whether all columns fit side by side on a telephone, where heads wrap between words."""
        names = [name for name, _ in self.rows]
        cells = list(zip(*(cells for _, cells in self.rows), strict=True))
        columns = [names, *([cell.text for cell in column] for column in cells)]
        if len(columns) != len(self.table.columns):
            return False
        return sum(map(_letters, self.table.columns, columns)) <= _COMPACT


_WIDE = 36
_COMPACT = 34


_ROW = 12


def _letters(head: str, cells: Sequence[str]) -> int:
    """How many letters a column needs: no word breaks, and no cell of a few words fills many lines."""
    words = [len(word) for text in (head, *cells) for word in text.split()]
    lines = [len(cell) if len(cell) > _WIDE else min(len(cell), _ROW) for cell in cells]
    return 2 + max((*words, *lines), default=0)


def table_views(verdicts: Sequence[Verdict]) -> list[tuple[TableView, ...]]:
    """The tables of each verdict, each with an anchor that no other table of the page has."""
    names = iter(anchors("table", [table.id for v in verdicts for table in v.tables]))
    return [tuple(_view(next(names), table) for table in v.tables) for v in verdicts]


def _view(anchor: str, table: Table) -> TableView:
    rows = tuple(
        (
            told(str(row[0])),
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
    if isinstance(cell, str):
        return CellView(column, told(cell))
    if isinstance(cell, int):
        return CellView(column, told(str(cell)))
    shown, full = short(cell), number(cell)
    return CellView(column, shown, full=full if full != shown else "")
