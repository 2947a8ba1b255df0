"""`lossatlas points`: the catalogue asked from the command line."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]


def _indices(lossatlas: Call, run: Path, *options: object) -> list[int]:
    answer = lossatlas("points", run, *options, "--json")
    assert answer.code == 0, answer.err
    return [row["index"] for row in json.loads(answer.out)]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ((), [0, 1, 2, 3, 4, 5]),
        (("--kind", "bad saddle"), [1, 4]),
        (("--index", 2), [2]),
        (("--status", "drifting"), [5]),
        (("--kind", "bad saddle", "--status", "drifting"), []),
        (("--limit", 2), [0, 1]),
        (("--limit", 0), []),
        (("--study", "sample", "--index", "0"), [0]),
        (("--where", "loss=0.5"), [0]),
        (("--where", "loss=NaN"), [1]),
        (("--where", "loss=Infinity"), [2]),
        (("--where", "index=[1, 3]"), [1, 3]),
        (("--where", "index=1", "--where", "status=critical"), [1]),
    ],
)
def test_every_condition_must_hold(
    options: tuple[object, ...], found: list[int], lossatlas: Call, run: Path
) -> None:
    assert _indices(lossatlas, run, *options) == found


def test_json_has_every_attribute_and_no_vector_unless_asked(lossatlas: Call, run: Path) -> None:
    plain = json.loads(lossatlas("points", run, "--json").out)
    whole = json.loads(lossatlas("points", run, "--json", "--coordinates").out)
    assert set(plain[0]) == {"study", "record", "kind", "status", "index", "loss", "remark"}
    assert plain[1]["loss"] == "NaN"
    assert [row["point"] for row in whole] == [[i, 0.1] for i in range(6)]


def test_csv_is_the_same_rows_as_json(lossatlas: Call, run: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(lossatlas("points", run, "--csv").out)))
    as_json = json.loads(lossatlas("points", run, "--json").out)
    assert [list(row) for row in rows] == [list(row) for row in as_json]
    assert [float(row["loss"]) for row in rows][2:] == [float(row["loss"]) for row in as_json][2:]


def test_the_table_shows_the_usual_attributes_and_counts_the_rest(
    lossatlas: Call, run: Path
) -> None:
    answer = lossatlas("points", run, "--limit", 2)
    assert answer.code == 0
    for text in ("kind", "status", "index", "loss", "0.5", "nan", "2 of 6"):
        assert text in answer.out


def test_other_records_can_be_asked_for(lossatlas: Call, run: Path) -> None:
    rows = json.loads(lossatlas("points", run, "--record", "assumption", "--json").out)
    assert [row["name"] for row in rows] == ["HA1", "HA2"]
    table = lossatlas("points", run, "--record", "assumption")
    assert "HA2" in table.out


def test_nothing_found_is_said_and_is_no_error(lossatlas: Call, run: Path) -> None:
    answer = lossatlas("points", run, "--index", 99)
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "None of 6 records of kind 'point' matches.\n"
    assert lossatlas("points", run, "--index", 99, "--csv").out.strip() == ""
    assert json.loads(lossatlas("points", run, "--index", 99, "--json").out) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--study", "sampel"), "Did you mean 'sample'?"),
        (("--record", "pont"), "Did you mean 'point'?"),
        (("--where", "index"), "Write it as depth=3."),
        (("--where", "no name=1"), "identifiers"),
        (("--where", 'index={"a": 1}'), "`attributes"),
        (("--index", "-1"), "--index"),
        (("--index", "two"), "--index"),
        (("--limit", "-1"), "--limit"),
        (("--json", "--csv"), "Choose one."),
        (("--coordinates",), "Add --json."),
        (("--kinds", "x"), "--kind"),
    ],
)
def test_bad_usage_exits_2_and_says_what_would_do(
    options: tuple[object, ...], message: str, lossatlas: Call, run: Path
) -> None:
    answer = lossatlas("points", run, *options)
    assert answer.code == 2
    assert message in answer.err
    assert not answer.out
