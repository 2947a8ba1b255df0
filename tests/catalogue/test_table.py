"""Records as rows, frames, CSV and JSON: nothing is lost, and not-a-number stays in sight."""

import csv
import io
import json
import math
import sys

import numpy as np
import pytest

from lossatlas.catalogue import MemoryStore, Record, to_csv, to_frame, to_json, to_rows
from lossatlas.errors import LossatlasError


@pytest.fixture
def records() -> list[Record]:
    store = MemoryStore()
    first = Record(
        "s", "saddle", {"index": 2, "loss": math.nan, "ok": True}, np.array([1.0, math.inf])
    )
    other = Record("s", "minimum", {"loss": -math.inf, "remark": 'a "b",\nc'})
    store.commit("k", "{}", [first, other])
    return list(store.records())


def test_rows_have_the_same_columns_in_the_order_in_which_they_came(records: list[Record]) -> None:
    rows = to_rows(records)
    columns = ["study", "record", "task", "ordinal", "index", "loss", "ok", "remark"]
    assert [list(row) for row in rows] == [columns, columns]
    assert [row["index"] for row in rows] == [2, None]
    assert [row["ordinal"] for row in rows] == [0, 1]


def test_points_come_when_asked_for(records: list[Record]) -> None:
    assert [row["point"] for row in to_rows(records, points=True)] == [[1.0, math.inf], None]
    assert "point" not in to_rows(records)[0]


def test_a_frame_has_a_row_for_each_record(records: list[Record]) -> None:
    frame = to_frame(records)
    assert frame["record"].tolist() == ["saddle", "minimum"]
    assert math.isnan(frame["loss"][0])
    assert frame["loss"][1] == -math.inf
    assert len(to_frame([])) == 0


def test_without_pandas_a_frame_is_one_clear_error(
    records: list[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(LossatlasError, match="pip install pandas"):
        to_frame(records)


def test_csv_reads_back(records: list[Record]) -> None:
    stream = io.StringIO(newline="")
    to_csv(records, stream, points=True)
    rows = list(csv.DictReader(io.StringIO(stream.getvalue(), newline="")))
    assert rows[0]["loss"] == "nan"
    assert rows[1]["loss"] == "-inf"
    assert rows[1]["remark"] == 'a "b",\nc'
    assert rows[1]["index"] == ""
    assert rows[0]["point"] == "[1.0, inf]"


def test_json_is_strict_and_names_what_is_not_finite(records: list[Record]) -> None:
    stream = io.StringIO()
    to_json(records, stream, points=True)
    rows = json.loads(stream.getvalue(), parse_constant=pytest.fail)
    assert [row["loss"] for row in rows] == ["nan", "-inf"]
    assert rows[0]["point"] == [1.0, "inf"]
    assert float(rows[1]["loss"]) == -math.inf


def test_no_records_are_an_empty_table() -> None:
    lines, text = io.StringIO(), io.StringIO()
    to_csv([], lines)
    to_json([], text)
    assert lines.getvalue().strip() == "study,record"
    assert json.loads(text.getvalue()) == []
