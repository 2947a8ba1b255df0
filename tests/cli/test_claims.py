"""`lossatlas claims`: the ledger as a table and as JSON."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lossatlas.execution import open_run

Call = Callable[..., Any]
KEYS = {
    "id",
    "statement",
    "study",
    "verdict",
    "strength",
    "predicted",
    "measured",
    "tolerance",
    "sample_size",
    "seed",
    "reason",
    "headline",
}


def test_json_is_a_list_with_the_promised_keys(lossatlas: Call, run: Path) -> None:
    answer = lossatlas("claims", run, "--json")
    rows = json.loads(answer.out)
    assert answer.code == 0
    assert [set(row) for row in rows] == [KEYS] * 3
    assert [(row["id"], row["verdict"]) for row in rows] == [
        ("K1", "holds"),
        ("K2", "fails"),
        ("K5", "undecided"),
    ]
    assert rows[1]["measured"].endswith("7 of 9")
    assert (rows[1]["seed"], rows[1]["sample_size"], rows[1]["tolerance"]) == (7, 9, 1e-8)


def test_the_table_shows_every_verdict_and_one_sentence_on_all(lossatlas: Call, run: Path) -> None:
    answer = lossatlas("claims", run)
    assert answer.code == 0
    for text in ("K1", "holds", "K2", "fails", "K5", "undecided", "Of 3 claims"):
        assert text in answer.out


def test_a_result_in_words_stands_between_the_statement_and_what_decided_it(
    lossatlas: Call, run: Path
) -> None:
    told = lossatlas("claims", run, "--claim", "K1").out
    places = [told.index(t) for t in ("Statement K1.", "9 of 9 [i]in all[/i].", "all 9 do.")]
    assert places == sorted(places)


def test_a_failed_claim_is_no_failure_of_the_command(lossatlas: Call, run: Path) -> None:
    assert lossatlas("claims", run, "--claim", "K2").code == 0


def test_text_from_a_catalogue_is_not_markup(lossatlas: Call, run: Path) -> None:
    assert "[b]are[/b]" in lossatlas("claims", run).out


def test_one_claim_can_be_asked_for(lossatlas: Call, run: Path) -> None:
    rows = json.loads(lossatlas("claims", run, "--claim", "K2", "--json").out)
    assert [row["id"] for row in rows] == ["K2"]


def test_an_unknown_claim_is_bad_usage_and_names_those_known(lossatlas: Call, run: Path) -> None:
    answer = lossatlas("claims", run, "--claim", "Q9")
    assert answer.code == 2
    assert "there is no claim 'Q9'. Known: K1, K2, K5." in answer.err


@pytest.mark.parametrize("command", ["claims", "points", "report"])
def test_a_folder_that_is_no_run_is_refused_and_left_alone(
    command: str, lossatlas: Call, tmp_path: Path
) -> None:
    answer = lossatlas(command, tmp_path)
    assert answer.code == 1
    assert "is not a run of lossatlas" in answer.err
    assert answer.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["claims", "points", "report"])
def test_a_folder_that_is_not_there_is_refused(
    command: str, lossatlas: Call, tmp_path: Path
) -> None:
    answer = lossatlas(command, tmp_path / "nowhere")
    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert "does not exist" in answer.err
    assert not (tmp_path / "nowhere").exists()


def _refused(lossatlas: Call, command: str, run: Path) -> None:
    """In one line, and without touching the file."""
    before = (run / "atlas.db").read_bytes()
    answer = lossatlas(command, run)
    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
    assert answer.err.startswith("Error: ")
    assert (run / "atlas.db").read_bytes() == before


@pytest.mark.parametrize("command", ["claims", "points", "report"])
def test_a_foreign_database_is_refused(command: str, lossatlas: Call, run: Path) -> None:
    (run / "atlas.db").unlink()
    with closing(sqlite3.connect(run / "atlas.db")) as connection:
        connection.execute("CREATE TABLE people (name TEXT)")
    _refused(lossatlas, command, run)


@pytest.mark.parametrize("command", ["claims", "points", "report"])
@pytest.mark.parametrize(
    "content", [b"", b"not a database at all", b"SQLite format 3\0" + b"x" * 500]
)
def test_a_corrupt_catalogue_is_refused(
    command: str, content: bytes, lossatlas: Call, run: Path
) -> None:
    (run / "atlas.db").write_bytes(content)
    _refused(lossatlas, command, run)


def test_a_torn_catalogue_is_refused(lossatlas: Call, run: Path) -> None:
    content = (run / "atlas.db").read_bytes()
    (run / "atlas.db").write_bytes(content[: len(content) // 2])
    _refused(lossatlas, "points", run)


@pytest.mark.parametrize("command", ["claims", "points", "report"])
@pytest.mark.parametrize("text", ["", "x = ", "[lossatlas]\nformat = 99\n[settings]\n"])
def test_settings_of_another_program_are_refused(
    command: str, text: str, lossatlas: Call, run: Path
) -> None:
    (run / "settings.toml").write_text(text)
    _refused(lossatlas, command, run)


def test_before_any_judgement_the_ledger_is_empty_and_says_why(
    lossatlas: Call, tmp_path: Path
) -> None:
    open_run(tmp_path, {}).store().close()
    table, as_json = lossatlas("claims", tmp_path), lossatlas("claims", tmp_path, "--json")
    assert (table.code, as_json.code) == (0, 0)
    assert "No claim has been judged" in table.err
    assert json.loads(as_json.out) == []


def test_the_report_is_written_again_from_the_catalogue(lossatlas: Call, run: Path) -> None:
    first = lossatlas("report", run)
    assert (first.code, first.out) == (0, f"{run / 'report.html'}\n")
    page = (run / "report.html").read_text()
    assert "minima [b]are[/b] global" in page
    (run / "report.html").unlink()
    assert lossatlas("report", run).code == 0
    assert (run / "report.html").read_text() == page
