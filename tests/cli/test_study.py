"""`lossatlas study` as a real process: run, refused, interrupted, killed, out of disk, resumed."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests._processes import until

from lossatlas.errors import CatalogueError
from lossatlas.execution import read_run
from lossatlas.studies import STUDIES

Call = Callable[..., Any]
COMMAND = [sys.executable, str(Path(__file__).with_name("rehearsal_command.py")), "study"]


def _file(folder: Path, text: str) -> Path:
    file = folder / "asked.toml"
    file.write_text(text)
    return file


def _arguments(out: Path, settings: Path | None = None, *more: str) -> list[str]:
    own = [] if settings is None else ["--settings", str(settings)]
    return [*COMMAND, "rehearsal", "--out", str(out), "--workers", "1", *own, *more]


def _done(arguments: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, capture_output=True, text=True, timeout=120, **options)


def _digest(out: Path) -> str:
    with read_run(out).store(read_only=True) as store:
        return store.digest()


def _records(out: Path) -> int:
    """How many records there are so far; none while there is no catalogue yet."""
    if not (out / "atlas.db").is_file():
        return 0
    try:
        with read_run(out).store(read_only=True) as store:
            return store.count()
    except CatalogueError:  # the tables are just being made
        return 0


def _begin(arguments: list[str], out: Path) -> "subprocess.Popen[str]":
    """Start, and come back when something but not everything is done."""
    process = subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert until(lambda: _records(out) > 0 or process.poll() is not None)
    assert process.poll() is None, process.communicate()
    return process


@pytest.fixture(scope="module")
def whole(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, str, subprocess.CompletedProcess[str]]:
    """A run that nothing disturbs: six tasks that wait a little each."""
    folder = tmp_path_factory.mktemp("whole")
    settings = _file(folder, "pause = 0.5")
    done = _done(_arguments(folder / "run", settings))
    return folder / "run", _digest(folder / "run"), done


def test_a_run_prints_forecast_ledger_and_report_and_a_failed_claim_exits_0(
    whole: tuple[Path, str, subprocess.CompletedProcess[str]],
) -> None:
    run, _, done = whole
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("rehearsal, quick: 6 tasks on 1 process;")
    assert "R1" in done.stdout
    assert "fails" in done.stdout
    assert done.stdout.endswith(f"Report: {run / 'report.html'}\n")
    assert (run / "report.html").stat().st_size > 1000


def test_the_same_command_again_runs_nothing_and_changes_nothing(
    whole: tuple[Path, str, subprocess.CompletedProcess[str]],
) -> None:
    run, digest, _ = whole
    done = _done(_arguments(run, run.parent / "asked.toml", "--quiet", "--json"))
    assert (done.returncode, done.stderr) == (0, "")
    assert [row["id"] for row in json.loads(done.stdout)] == ["R1"]
    assert _digest(run) == digest


def test_other_settings_are_refused_with_the_difference(
    whole: tuple[Path, str, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    run, digest, _ = whole
    done = _done(_arguments(run, _file(tmp_path, "pause = 0.5\nsize = 5"), "--quiet"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "size is 4 there and 5 here" in done.stderr
    assert done.stderr.count("\n") == 1
    assert _digest(run) == digest


@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\0" + b"x" * 500])
def test_a_run_whose_catalogue_is_corrupt_is_refused_and_left_as_it_is(
    content: bytes,
    whole: tuple[Path, str, subprocess.CompletedProcess[str]],
    tmp_path: Path,
) -> None:
    shutil.copytree(whole[0], tmp_path / "run")
    (tmp_path / "run" / "atlas.db").write_bytes(content)
    done = _done(_arguments(tmp_path / "run", whole[0].parent / "asked.toml", "--quiet"))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert (tmp_path / "run" / "atlas.db").read_bytes() == content


def test_ctrl_c_exits_130_with_one_line_and_the_same_command_resumes(
    whole: tuple[Path, str, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    _, digest, _ = whole
    arguments = _arguments(tmp_path / "run", _file(tmp_path, "pause = 0.5"))
    process = _begin(arguments, tmp_path / "run")
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to every process of the group
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert len([line for line in err.splitlines() if "resume" in line]) == 1
    assert _done(arguments).returncode == 0
    assert _digest(tmp_path / "run") == digest


def test_ctrl_c_is_said_in_one_line_even_when_quiet(tmp_path: Path) -> None:
    settings = _file(tmp_path, "pause = 0.5")
    process = _begin(_arguments(tmp_path / "run", settings, "--quiet"), tmp_path / "run")
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err == f"Interrupted. The same command continues the run in {tmp_path / 'run'}.\n"


def test_kill_9_in_the_middle_and_the_same_command_give_the_catalogue_of_a_whole_run(
    whole: tuple[Path, str, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    _, digest, _ = whole
    arguments = _arguments(tmp_path / "run", _file(tmp_path, "pause = 0.5"))
    process = _begin(arguments, tmp_path / "run")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert 0 < _records(tmp_path / "run") < 12
    assert _done(arguments).returncode == 0
    assert _digest(tmp_path / "run") == digest


def test_a_full_disk_is_one_line_and_the_run_resumes_when_there_is_space(tmp_path: Path) -> None:
    arguments = _arguments(tmp_path / "run", _file(tmp_path, "size = 128"), "--quiet")
    limit = 600_000

    def no_space() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = _done(arguments, preexec_fn=no_space)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1
    assert "same command again" in done.stderr
    assert _done(arguments).returncode == 0
    assert _records(tmp_path / "run") == 12


def test_a_task_that_fails_is_named_in_one_line(tmp_path: Path) -> None:
    done = _done(_arguments(tmp_path / "run", _file(tmp_path, 'end = "error"'), "--quiet"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "6 of 6 tasks failed" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("kawaguchi",), "Did you mean 'kawaguchi2016'?"),
        (("nothing",), f"Known: {', '.join(sorted(['all', *STUDIES]))}."),
        (("all", "kawaguchi2017"), "Did you mean 'kawaguchi2016'?"),
        (("all", "--preset", "quik"), "'quick', 'standard', 'paper'"),
        (("all", "--workers", "0"), "--workers"),
        (("all", "--seed", "-1"), "--seed"),
        (("all", "--settings", "nowhere.toml"), "nowhere.toml"),
        (("all", "--scheduler", "nonsense"), "Write it as tcp://host:8786."),
        (("all", "--scheduler", "http://host:8786"), "Write it as tcp://host:8786."),
        (("all", "--scheduler", "tcp://host"), "Write it as tcp://host:8786."),
        ((), "NAME"),
    ],
)
def test_bad_usage_exits_2_before_anything_is_touched(
    names: tuple[str, ...], message: str, lossatlas: Call, tmp_path: Path
) -> None:
    answer = lossatlas("study", *names, "--out", tmp_path / "run")
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("searches = -1", "`searches`"),
        ("searches = nan", "`searches`"),
        ('searches = "many"', "`searches`"),
        ("serches = 3", "`serches`"),
        ("networks = []", "`networks`"),
        ('networks = [{data = "digits", hidden = [4, 0]}]', "`networks.0.hidden.1`"),
        ('networks = [{data = "digits", hidden = []}]', "`networks.0.hidden`"),
        ('networks = [{data = "faces", hidden = [4]}]', "faces"),
        ('data = {digits = {source = "cifar"}}', "`data.digits.source`"),
        ('data = {digits = {source = "digits", classes = [0, 11]}}', "`data.digits.classes.1`"),
        ("[kawaguchi2016]\nsearches = -1", "`searches`"),
        ("[kawaguchi2016]\nsearches = 1\n[other]\nx = 1", "there is no study asked for 'other'"),
        ("searches = ", "is not TOML"),
        ("\x00", "is not TOML"),
    ],
)
def test_a_setting_that_cannot_be_exits_2_and_names_the_field(
    text: str, message: str, lossatlas: Call, tmp_path: Path
) -> None:
    settings = _file(tmp_path, text)
    answer = lossatlas("study", "kawaguchi2016", "--settings", settings, "--out", tmp_path / "run")
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("there", ["a file", "a folder of something else"])
def test_a_place_that_is_taken_is_refused_in_one_line(
    there: str, lossatlas: Call, tmp_path: Path
) -> None:
    place = tmp_path / "run"
    if there == "a file":
        place.write_text("mine")
    else:
        place.mkdir()
        (place / "thesis.tex").write_text("mine")
    answer = lossatlas("study", "all", "--quiet", "--out", place)
    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
