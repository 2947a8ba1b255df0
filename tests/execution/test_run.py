"""The folder of a run: frozen settings, refused when it is something else, nothing outside it."""

import math
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from lossatlas.errors import CatalogueError, RunError
from lossatlas.execution import Run, open_run, read_run

SETTINGS: dict[str, Any] = {
    "preset": "quick",
    "seed": 0,
    "studies": ["kawaguchi"],
    "kawaguchi": {"widths": (64, 8, 4, 10), "rate": 0.1, "limit": None},
}


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_new_run_is_a_folder_with_its_settings_and_a_store(tmp_path: Path) -> None:
    run = open_run(tmp_path / "deep" / "run", SETTINGS)
    with run.store() as store:
        store.commit("k", "{}", [])
    assert sorted(_contents(run.path)) == ["atlas.db", "settings.toml"]
    stored = tomllib.loads((run.path / "settings.toml").read_text())
    assert stored["settings"]["kawaguchi"] == {"widths": [64, 8, 4, 10], "rate": 0.1}
    assert stored["lossatlas"]["format"] == 1
    assert (run.database, run.report, run.figures) == tuple(
        run.path / name for name in ("atlas.db", "report.html", "figures")
    )


def test_the_same_settings_take_up_the_run_and_change_nothing(tmp_path: Path) -> None:
    open_run(tmp_path / "run", SETTINGS)
    before = _contents(tmp_path / "run")
    again = open_run(tmp_path / "run", dict(reversed(SETTINGS.items())))
    assert again.settings == read_run(tmp_path / "run").settings
    assert _contents(tmp_path / "run") == before


def test_an_empty_folder_becomes_a_run(tmp_path: Path) -> None:
    assert open_run(tmp_path, SETTINGS).path == tmp_path


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        ({"preset": "paper"}, 'preset is "quick" there and "paper" here'),
        ({"seed": 1}, "seed is 0 there and 1 here"),
        ({"seed": 0.0}, "seed is 0 there and 0.0 here"),
        ({"seed": None}, "seed is 0 there and not given here"),
        ({"more": True}, "more is not given there and true here"),
        ({"studies": []}, 'studies is ["kawaguchi"] there and [] here'),
        (
            {"kawaguchi": {"widths": (64, 8, 4, 10), "rate": 0.2}},
            "kawaguchi.rate is 0.1 there and 0.2",
        ),
        ({"kawaguchi": {"widths": (64, 8), "rate": 0.1}}, "kawaguchi.widths is [64,8,4,10] there"),
        ({"kawaguchi": 3}, "kawaguchi is {"),
    ],
)
def test_other_settings_are_refused_with_the_difference(
    tmp_path: Path, changed: dict[str, Any], shown: str
) -> None:
    open_run(tmp_path / "run", SETTINGS)
    before = _contents(tmp_path / "run")
    with pytest.raises(RunError) as caught:
        open_run(tmp_path / "run", {**SETTINGS, **changed})
    assert shown in str(caught.value)
    assert str(caught.value).count(" there and ") == 1
    assert "\n" not in str(caught.value)
    assert _contents(tmp_path / "run") == before


def test_every_difference_is_shown(tmp_path: Path) -> None:
    open_run(tmp_path / "run", {"a": 1, "b": 2, "c": 3})
    with pytest.raises(RunError, match=r"a is 1 there and 9 here; b is 2 there and not given here"):
        open_run(tmp_path / "run", {"a": 9, "c": 3})


def test_settings_that_are_not_a_number_are_the_same_when_they_are(tmp_path: Path) -> None:
    odd = {"a": math.nan, "b": [math.inf, -math.inf], "c": {"d": ""}}
    open_run(tmp_path / "run", odd)
    open_run(tmp_path / "run", odd)
    with pytest.raises(RunError, match=r"a is NaN there and 1\.0 here"):
        open_run(tmp_path / "run", {**odd, "a": 1.0})


_SCALARS = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
)
_TABLES = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
    st.none() | _SCALARS | st.lists(_SCALARS, max_size=3) | st.dictionaries(st.just("x"), _SCALARS),
    max_size=4,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=_TABLES)
def test_whatever_was_asked_can_be_asked_again(table: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        first = open_run(Path(folder, "run"), table)
        again = open_run(Path(folder, "run"), table)
        assert repr(first.settings) == repr(again.settings)


def _notes(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine")


def _project(folder: Path) -> None:
    (folder / "settings.toml").write_text('[tool]\nname = "mine"\n')


def _other_format(folder: Path) -> None:
    (folder / "settings.toml").write_text("[lossatlas]\nformat = 2\n[settings]\n")


def _no_table(folder: Path) -> None:
    (folder / "settings.toml").write_text("settings = 3\n[lossatlas]\nformat = 1\n")


def _date(folder: Path) -> None:
    (folder / "settings.toml").write_text("[lossatlas]\nformat = 1\n[settings]\na = 2020-01-01\n")


def _broken(folder: Path) -> None:
    (folder / "settings.toml").write_bytes(b"[lossatlas\n\xff")


def _deep(folder: Path) -> None:
    (folder / "settings.toml").write_text("a = " + "[" * 100_000)


def _database_alone(folder: Path) -> None:
    (folder / "atlas.db").write_bytes(b"")


def _settings_folder(folder: Path) -> None:
    (folder / "settings.toml").mkdir()


FOREIGN = [
    _notes,
    _project,
    _other_format,
    _no_table,
    _date,
    _broken,
    _deep,
    _database_alone,
    _settings_folder,
]


@pytest.mark.parametrize("make", FOREIGN, ids=lambda f: f.__name__)
def test_a_folder_that_is_something_else_is_refused_and_left_as_it_is(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    make(tmp_path)
    before = _contents(tmp_path)
    for act in (lambda: open_run(tmp_path, {}), lambda: read_run(tmp_path)):
        with pytest.raises(RunError) as caught:
            act()
        assert str(tmp_path) in str(caught.value)
        assert len(str(caught.value)) < 700
        assert "\n" not in str(caught.value)
    assert _contents(tmp_path) == before


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for path in (tmp_path / "file", tmp_path / "file" / "run"):
        with pytest.raises(RunError):
            open_run(path, {})
        with pytest.raises(RunError, match="not a run of lossatlas"):
            read_run(path)
    assert (tmp_path / "file").read_text() == "mine"


def test_what_a_killed_start_left_behind_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / ".partial-abc").write_text("[lossat")
    assert open_run(tmp_path, SETTINGS).path == tmp_path


def test_a_folder_that_cannot_be_written_is_one_clear_error() -> None:
    program = (
        "import os, sys\nimport numpy as np\nfrom lossatlas.execution import open_run\n"
        "from lossatlas.errors import RunError\n"
        "if os.geteuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "for path in sys.argv[1:]:\n"
        "    try: open_run(path, {'a': 1})\n"
        "    except RunError as error: print(error)\n"
    )
    with TemporaryDirectory() as name:
        Path(name, "locked").mkdir(mode=0o555)
        Path(name).chmod(0o555)
        told = subprocess.run(
            [sys.executable, "-c", program, f"{name}/locked", f"{name}/locked/new"],
            capture_output=True,
            text=True,
            check=False,
        )
        Path(name).chmod(0o755)
        assert list(Path(name, "locked").iterdir()) == []
    assert told.stderr == ""
    one, other = told.stdout.splitlines()
    assert "cannot be written (Permission denied)" in one
    assert "cannot be made (Permission denied)" in other


def test_a_catalogue_of_another_program_in_the_folder_is_refused(tmp_path: Path) -> None:
    run = open_run(tmp_path / "run", {})
    (run.path / "atlas.db").write_text("my notes, " * 100)
    with pytest.raises(CatalogueError, match="no SQLite file"):
        run.store()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return open_run(tmp_path / "run", {})


def test_files_of_a_run_are_written_inside_it(run: Run) -> None:
    assert run.write("figures/K1.svg", "<svg/>").read_text() == "<svg/>"
    assert run.write("report.html", b"one").read_bytes() == b"one"
    assert run.write("report.html", "two ä").read_text(encoding="utf-8") == "two ä"
    assert sorted(_contents(run.path)) == ["figures/K1.svg", "report.html", "settings.toml"]


@pytest.mark.parametrize(
    "name", ["../out.html", "figures/../../out.html", "/tmp/out.html", "..", "."]
)
def test_names_that_lead_out_are_refused(run: Run, name: str) -> None:
    with pytest.raises(RunError):
        run.write(name, "x")
    assert not (run.path.parent / "out.html").exists()


@pytest.mark.parametrize(
    "name",
    ["report.html", "figures", "atlas.db", "atlas.db-wal", "atlas.db-shm", "atlas.db-journal"],
)
def test_links_in_someone_elses_run_are_not_followed(run: Run, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("mine")
    (run.path / name).symlink_to(outside if name == "figures" else outside / "file")
    acts: dict[str, Callable[[], object]] = {
        "report.html": lambda: (run.report, run.write("report.html", "x")),
        "figures": lambda: (run.figures, run.write("figures/file", "x")),
    }
    with pytest.raises(RunError, match="link or leads out"):
        acts.get(name, run.store)()
    if name in acts:
        with pytest.raises(RunError, match="link or leads out"):
            run.write("figures/file" if name == "figures" else name, "x")
    assert _contents(outside) == {"file": b"mine"}


def test_links_inside_the_figures_folder_are_not_followed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    run.figures.mkdir()
    (run.figures / "K1.svg").symlink_to(tmp_path / "mine")
    with pytest.raises(RunError, match="link or leads out"):
        run.write("figures/K1.svg", "x")
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_link_for_the_settings_is_not_followed(tmp_path: Path) -> None:
    open_run(tmp_path / "run", {})
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "settings.toml").symlink_to(tmp_path / "run" / "settings.toml")
    with pytest.raises(RunError, match="link or leads out"):
        read_run(tmp_path / "other")


def test_a_run_folder_that_is_itself_a_link_is_the_users_own_choice(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "disk")
    run = open_run(tmp_path / "run", {})
    with run.store() as store:
        store.commit("k", "{}", [])
    assert os.listdir(tmp_path / "disk") == sorted(os.listdir(tmp_path / "run"))


def test_reading_a_run_needs_no_catalogue_and_makes_none(run: Run) -> None:
    again = read_run(run.path)
    with pytest.raises(CatalogueError, match="not a catalogue file"):
        again.store(read_only=True)
    assert sorted(_contents(run.path)) == ["settings.toml"]
