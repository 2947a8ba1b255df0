"""A file that someone else made: refused in one line, never overwritten, nothing in it executed."""

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lossatlas.catalogue import Record, SqliteStore
from lossatlas.errors import CatalogueError, LossatlasError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A sound catalogue, to be spoilt by the test."""
    path = tmp_path / "atlas.db"
    with SqliteStore(path) as store:
        store.commit(
            "k", "{}", [Record("s", "x", {"i": i, "b": True}, np.ones(3)) for i in range(3)]
        )
        store.commit("l", "{}", [], provenance={"cpu": "some"})
        store.save_outcome("s", [{"id": "K1"}], [])
    return path


def _read_everything(path: Path, *, read_only: bool) -> None:
    with SqliteStore(path, read_only=read_only) as store:
        for _ in store.records():
            pass
        store.digest()
        list(store.provenance())
        store.kinds()


def _sql(*statements: str) -> Callable[[Path], None]:
    def spoil(path: Path) -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        for statement in statements:
            connection.execute(statement)
        connection.close()

    return spoil


def _other_program(path: Path) -> None:
    path.unlink()
    _sql("CREATE TABLE notes (text)", "INSERT INTO notes VALUES ('mine')")(path)


FOREIGN: dict[str, tuple[Callable[[Path], object], str]] = {
    "text": (lambda p: p.write_text("these are my notes, " * 20), "no SQLite file"),
    "one byte": (lambda p: p.write_bytes(b"S"), "no SQLite file"),
    "a header only": (lambda p: p.write_bytes(p.read_bytes()[:60]), "no SQLite file"),
    "another program's": (_other_program, "another program"),
    "another schema": (_sql("PRAGMA user_version = 2"), "schema 2; this lossatlas reads schema 1"),
    "a trigger": (
        _sql("CREATE TRIGGER t AFTER INSERT ON tasks BEGIN DELETE FROM records; END"),
        "does not have the tables of a catalogue",
    ),
    "a view": (_sql("CREATE VIEW v AS SELECT 1"), "does not have the tables of a catalogue"),
    "a table more": (_sql("CREATE TABLE more (x)"), "does not have the tables of a catalogue"),
    "a table less": (_sql("DROP TABLE outcomes"), "does not have the tables of a catalogue"),
    "another column": (_sql("ALTER TABLE tasks ADD COLUMN x"), "does not have the tables"),
    "another table's name": (
        _sql("ALTER TABLE tasks RENAME TO jobs", "CREATE VIEW tasks AS SELECT * FROM jobs"),
        "does not have the tables",
    ),
}


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize("what", FOREIGN)
def test_a_foreign_file_is_refused_and_left_as_it_is(
    file: Path, what: str, read_only: bool
) -> None:
    spoil, message = FOREIGN[what]
    spoil(file)
    before = file.read_bytes()
    with pytest.raises(CatalogueError, match=message) as caught:
        SqliteStore(file, read_only=read_only)
    assert "\n" not in str(caught.value)
    assert file.read_bytes() == before
    assert [f.name for f in file.parent.iterdir()] == [file.name]


SPOILT_ROWS = {
    "a point too short": "UPDATE records SET point = x'00' WHERE ordinal = 1",
    "a point too long": "UPDATE records SET dimension = 2",
    "a point that is text": "UPDATE records SET point = 'abcdefghabcdefghabcdefgh'",
    "a dimension without a point": "UPDATE records SET point = NULL",
    "a point without a dimension": "UPDATE records SET dimension = NULL",
    "a dimension that is text": "UPDATE records SET dimension = 'three'",
    "a negative dimension": "UPDATE records SET dimension = -3",
    "an ordinal that is text": "UPDATE records SET ordinal = 'first' WHERE ordinal = 1",
    "a study that is a blob": "UPDATE records SET study = x'ff'",
    "a study that is no text": "UPDATE records SET study = CAST(x'ff' AS TEXT)",
    "an unknown type": "UPDATE attributes SET type = 'pickle'",
    "a value of another type": "UPDATE attributes SET value = 'word' WHERE type = 'integer'",
    "a boolean of 2": "UPDATE attributes SET value = 2 WHERE type = 'boolean'",
    "a none with a value": "UPDATE attributes SET type = 'none'",
    "a value that is a blob": "UPDATE attributes SET value = x'00'",
    "a name that is none": "UPDATE attributes SET name = 'a b' WHERE name = 'i'",
    "a name that is a number": "UPDATE attributes SET name = 7.5 WHERE name = 'i'",
    "a reserved name": "UPDATE attributes SET name = 'task' WHERE name = 'i'",
    "an attribute twice": "UPDATE attributes SET name = 'i'",
    "a task key that is a blob": "UPDATE tasks SET key = x'6b' WHERE key = 'k'",
    "a task that is a blob": "UPDATE tasks SET task = x'6b' WHERE key = 'k'",
    "a task that is no text": "UPDATE tasks SET task = CAST(x'ff' AS TEXT)",
    "verdicts that are no JSON": "UPDATE outcomes SET verdicts = '['",
    "verdicts that are a blob": "UPDATE outcomes SET verdicts = x'5b5d'",
    "verdicts that are no list": "UPDATE outcomes SET verdicts = '7'",
    "verdicts that are no tables": "UPDATE outcomes SET verdicts = '[1]'",
    "verdicts that are too deep": f"UPDATE outcomes SET figures = '{'[' * 100_000}'",
    "provenance that is no table": "UPDATE provenance SET facts = '[]'",
    "provenance that is no JSON": "UPDATE provenance SET facts = 'cpu'",
    "a study's name that is a blob": "UPDATE outcomes SET study = x'00'",
}


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize("what", SPOILT_ROWS)
def test_a_row_that_cannot_be_is_refused_with_the_file_named(
    file: Path, what: str, read_only: bool
) -> None:
    _sql(SPOILT_ROWS[what])(file)
    with pytest.raises(CatalogueError, match="damaged or") as caught:
        _read_everything(file, read_only=read_only)
    assert str(file) in str(caught.value)
    assert len(str(caught.value)) < 600


def test_a_file_with_bits_flipped_gives_one_clear_error_or_reads(
    tmp_path: Path, file: Path
) -> None:
    """Random damage: whatever happens, it is said in our words."""
    sound, rng = file.read_bytes(), random.Random(0)
    refused: list[str] = []
    for trial in range(150):
        data = bytearray(sound)
        for _ in range(rng.choice([1, 5, 200])):
            data[rng.randrange(len(data))] = rng.randrange(256)
        path = tmp_path / f"{trial}.db"
        path.write_bytes(data)
        try:
            _read_everything(path, read_only=trial % 2 == 0)
        except LossatlasError as error:
            refused.append(str(error))
    assert len(refused) > 30
    assert not any("\n" in message for message in refused)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_file_cut_short_is_refused_before_it_is_written_to(file: Path, share: float) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * share)])
    before = file.read_bytes()
    with pytest.raises(CatalogueError, match="damaged"):
        SqliteStore(file)
    assert file.read_bytes() == before


def test_a_path_that_holds_no_file_is_refused_for_reading(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.db"):
        with pytest.raises(CatalogueError, match="not a catalogue file"):
            SqliteStore(path, read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(LossatlasError, match="cannot be opened"):
        SqliteStore(tmp_path / "absent" / "a.db")


def test_names_with_marks_of_their_own_are_only_names(tmp_path: Path) -> None:
    path = tmp_path / "what?mode=memory#is %41 this.db"
    with SqliteStore(path) as store:
        store.commit("k", "{}", [])
    assert path.is_file()
    with SqliteStore(path, read_only=True) as store:
        assert store.completed() == {"k"}
