"""How results are printed: a table for people, JSON or CSV for programs.

Results go to standard output, everything else (forecast, progress, errors) to standard error, so
that a result can be piped. Text from a catalogue or a data file is never read as markup. JSON has
no not-a-number and no infinity: they are written as the strings "NaN", "Infinity" and "-Infinity",
which `float` reads back, so that nothing is lost and every JSON reader accepts the output.
"""

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from math import inf, isnan
from typing import Any

import typer

WIDTH_OF_A_PIPE = 120
GAP = 3


def print_json(value: object) -> None:
    """Print a value as strict JSON, two blanks a level."""
    typer.echo(json.dumps(strict(value), indent=2, ensure_ascii=False, allow_nan=False))


def print_json_list(rows: Iterable[object]) -> None:
    """Print rows as one JSON list, a row a line, as they come: a catalogue may not fit in memory."""
    separator = "["
    for row in rows:
        text = json.dumps(strict(row), ensure_ascii=False, allow_nan=False)
        typer.echo(f"{separator}\n{text}", nl=False)
        separator = ","
    typer.echo("[]" if separator == "[" else "\n]")


def print_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Print rows as CSV with a header; a column that a row does not have stays empty."""
    writer = csv.DictWriter(sys.stdout, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    title: str = "",
    caption: str = "",
    lines: bool = False,
    may_drop: bool = False,
) -> None:
    """Print rows as a table in which no number is ever cut.

    Args:
        columns: The heads. The last column may wrap; where there is no room, all may.
        rows: A value a column, as `cell` shows it.
        title: Above the table.
        caption: Below it.
        lines: Whether rows are set apart.
        may_drop: Whether last columns are left out where there is no room for them.
    """
    # rich costs a twentieth of a second to import: only when there is a table to print
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, WIDTH_OF_A_PIPE)
    cells = [[cell(value) for value in row] for row in rows]
    room = _columns_with_room(columns, cells, console.width)
    shown = max(1, room) if may_drop else len(columns)
    table = Table(
        title=Text(title, style="bold") if title else None,
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
        show_lines=lines,
    )
    for place, column in enumerate(columns[:shown], start=1):
        table.add_column(Text(column), overflow="fold", no_wrap=place < shown and room >= shown - 1)
    for row in cells:
        table.add_row(*(Text(text) for text in row[:shown]))
    console.print(table)
    if caption:
        console.print(Text(caption))


def _columns_with_room(columns: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> int:
    """How many of the first columns fit side by side without wrapping."""
    left = width
    for place, column in enumerate(columns):
        left -= GAP + max(len(column), *(len(row[place]) for row in cells), 0)
        if left < 0:
            return place
    return len(columns)


def say(message: str) -> None:
    """Print a line for the person at the terminal, on standard error."""
    typer.echo(printable(message), err=True)


def cell(value: object) -> str:
    """A value as a reader wants it in a table: nine digits, nothing for a missing one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.9g}"
    if isinstance(value, list | tuple):
        return ", ".join(cell(item) for item in value)
    return printable(str(value))


def printable(text: str) -> str:
    """The text without control characters, so that data cannot drive the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def strict(value: object) -> object:
    """The value with every float that JSON cannot say written as a string."""
    if isinstance(value, Mapping):
        return {str(key): strict(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [strict(item) for item in value]
    if isinstance(value, float):
        return _number_or_word(value)
    return value


def _number_or_word(value: float) -> float | str:
    if isnan(value):
        return "NaN"
    return {inf: "Infinity", -inf: "-Infinity"}.get(value, value)
