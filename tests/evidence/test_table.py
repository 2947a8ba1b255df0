"""A table keeps its cells, rulings among them, and refuses what it could not show."""

import json
from math import isnan, nan

import pytest
from hypothesis import given, strategies as st

from lossatlas.catalogue import MemoryStore, SqliteStore, canonical_json
from lossatlas.evidence import Cell, Check, Claim, Ruling, Strength, Table, Verdict

CLAIM = Claim("K9", "statement", "plain words", "source", "rule")
CELLS = st.one_of(
    st.text(max_size=5),
    st.sampled_from(Ruling),
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False),
)


def _table(*rows: tuple[Cell, ...], columns: tuple[str, ...] = ("name", "value")) -> Table:
    return Table("t", "Title", "It shows.", "It cannot show.", columns, rows)


@given(st.lists(st.tuples(st.text(max_size=5), CELLS, CELLS), max_size=4))
def test_a_table_survives_json_with_its_rulings(rows: list[tuple[Cell, ...]]) -> None:
    table = _table(*rows, columns=("name", "one", "two"))
    back = Table.from_dict(json.loads(canonical_json(table.to_dict())))
    assert back == table
    assert [[type(cell) for cell in row] for row in back.rows] == [
        [type(cell) for cell in row] for row in table.rows
    ]


def test_the_word_of_a_ruling_stays_a_word() -> None:
    table = _table(("a word", "holds"), ("a ruling", Ruling.HOLDS))
    back = Table.from_dict(json.loads(json.dumps(table.to_dict())))
    assert not isinstance(back.rows[0][1], Ruling)
    assert back.rows[1][1] is Ruling.HOLDS


@pytest.mark.parametrize("missing", [nan, None])
def test_a_missing_number_comes_back_as_nan(missing: float | None) -> None:
    plain = {**_table(("row", 1.0)).to_dict(), "rows": [["row", missing]]}
    cell = Table.from_dict(plain).rows[0][1]
    assert isinstance(cell, float)
    assert isnan(cell)


@pytest.mark.parametrize(
    ("rows", "columns", "word"),
    [
        ([("row",)], ("name", "value"), "2 cells each"),
        ([(1.0, "row")], ("name", "value"), "begin with a name"),
        ([(Ruling.HOLDS, "row")], ("name", "value"), "begin with a name"),
        ([("row", True)], ("name", "value"), "text, numbers and rulings"),
        ([], (), "at least one column"),
    ],
)
def test_what_cannot_be_shown_is_refused(
    rows: list[tuple[Cell, ...]], columns: tuple[str, ...], word: str
) -> None:
    with pytest.raises(ValueError, match=word):
        _table(*rows, columns=columns)


def _verdict(*tables: Table) -> Verdict:
    check = Check.no_exception("cases", exceptions=0, sample_size=3, strength=Strength.MEASURED)
    return Verdict.judge(CLAIM, "study", [check], seed=0, tables=tables)


def test_tables_are_told_but_decide_nothing() -> None:
    plain, tabled = _verdict(), _verdict(_table(("row", Ruling.FAILS)))
    assert plain.ruling is tabled.ruling is Ruling.HOLDS
    assert plain.reason == tabled.reason
    assert plain.summary() == tabled.summary()


def test_a_verdict_keeps_its_tables_and_one_from_before_there_were_any_has_none() -> None:
    verdict = _verdict(_table(("row", Ruling.FAILS)), _table(("other", 0.5)))
    plain = json.loads(json.dumps(verdict.to_dict()))
    assert Verdict.from_dict(plain) == verdict
    del plain["tables"]
    assert Verdict.from_dict(plain).tables == ()


def test_a_catalogue_keeps_the_tables_of_a_verdict(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    verdict = _verdict(_table(("row", Ruling.FAILS), ("other", 0.5)))
    memory, sqlite = MemoryStore(), SqliteStore(tmp_path_factory.mktemp("run") / "atlas.db")
    for store in (memory, sqlite):
        store.save_outcome("study", [verdict.to_dict()], [])
        assert [Verdict.from_dict(plain) for plain in store.verdicts()] == [verdict]
        store.close()
