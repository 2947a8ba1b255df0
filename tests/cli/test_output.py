"""What is printed: strict JSON that loses nothing, and text that cannot drive a terminal."""

import csv
import io
import json
from math import inf, isnan, nan

import pytest
from hypothesis import given, strategies as st

from lossatlas.cli._output import (
    cell,
    print_csv,
    print_json,
    print_json_list,
    print_table,
    printable,
    strict,
)

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text())


def _refuse(constant: str) -> None:
    raise ValueError(constant)


@given(st.dictionaries(st.text(), st.one_of(SCALARS, st.lists(SCALARS))))
def test_json_is_strict_whatever_the_numbers(row: dict[str, object]) -> None:
    json.loads(json.dumps(strict(row), allow_nan=False), parse_constant=_refuse)


@given(st.floats())
def test_a_number_comes_back_from_json_as_it_was(number: float) -> None:
    back = float(strict(number))  # type: ignore[arg-type]
    assert back == number or (isnan(back) and isnan(number))


def test_json_says_what_json_has_no_number_for(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"a": nan, "b": (inf, -inf), "c": 1.5})
    assert json.loads(capsys.readouterr().out, parse_constant=_refuse) == {
        "a": "NaN",
        "b": ["Infinity", "-Infinity"],
        "c": 1.5,
    }


@pytest.mark.parametrize("rows", [[], [{"a": 1}], [{"a": 1}, {"a": nan}, {"a": "x"}]])
def test_a_list_is_one_json_document(
    rows: list[dict[str, object]], capsys: pytest.CaptureFixture[str]
) -> None:
    print_json_list(rows)
    assert json.loads(capsys.readouterr().out) == [strict(row) for row in rows]


def test_csv_keeps_commas_quotes_and_missing_cells(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"a": 'x,"y"', "b": nan}, {"a": "two\nlines"}]
    print_csv(["a", "b"], rows)
    read = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert read == [{"a": 'x,"y"', "b": "nan"}, {"a": "two\nlines", "b": ""}]


def test_a_table_shows_markup_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "[red]not red[/red][link=file:///x]no link[/link]"
    print_table(["[b]head[/b]"], [[hostile]], title="[i]t[/i]", caption="[u]c[/u]")
    shown = "".join(capsys.readouterr().out.split())
    for text in ("[b]head[/b]", "[red]", "[/link]", "[i]t[/i]", "[u]c[/u]"):
        assert text in shown


@given(st.text())
def test_no_control_character_reaches_the_terminal(text: str) -> None:
    assert all(c.isprintable() or c == "\n" for c in printable(text))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (3, "3"),
        (0.1, "0.1"),
        (1 / 3, "0.333333333"),
        (nan, "nan"),
        (-inf, "-inf"),
        ((1, 2.5), "1, 2.5"),
        ("\x1b[31mred", "�[31mred"),
    ],
)
def test_a_cell_shows_a_value_as_a_reader_wants_it(value: object, shown: str) -> None:
    assert cell(value) == shown


@pytest.mark.parametrize("count", [3, 8, 30])
@pytest.mark.parametrize("may_drop", [False, True])
def test_a_table_may_lack_columns_but_never_digits(
    count: int, may_drop: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = [f"column {i}" for i in range(count)]
    values = [1.23456789 + i for i in range(count)]
    print_table(columns, [values], may_drop=may_drop)
    lines = [line for line in capsys.readouterr().out.splitlines() if set(line) & set("0123456789")]
    heads = len([c for c in columns if any(f"{c} " in f"{line} " for line in lines)])
    shown = "".join("".join(lines).split())
    if may_drop:
        assert heads >= min(count, 6)
        assert all(cell(value) in shown for value in values[:heads])
    else:
        assert sum(c in "0123456789" for c in shown) == sum(
            c in "0123456789" for text in [*columns, *map(cell, values)] for c in text
        )
