"""The real study on real digits, killed and interrupted in its middle: nothing is lost or doubled."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests._processes import until

from lossatlas.errors import CatalogueError
from lossatlas.execution import read_run

pytestmark = pytest.mark.unhooked

SETTINGS = """
searches = 16
descents = 16
batch = 4
draws = 1
subsets = 4
rational_instances = 2
escapes = 1
slice_cells = 5
cross_entropy_descents = 2
networks = [{data = "digits", hidden = [2, 2]}]

[data.digits]
source = "digits"
classes = [0, 1, 2]
components = 3
"""


def _command(folder: Path, name: str) -> list[str]:
    settings = folder / "asked.toml"
    settings.write_text(SETTINGS)
    asked = ["--settings", str(settings), "--out", str(folder / name), "--quiet"]
    return [sys.executable, "-m", "lossatlas", "study", "kawaguchi2016", *asked]


def _tasks_done(run: Path) -> int:
    if not (run / "atlas.db").is_file():
        return 0
    try:
        with read_run(run).store(read_only=True) as store:
            return len(store.completed())
    except CatalogueError:  # the tables are just being made
        return 0


def _digest(run: Path) -> str:
    with read_run(run).store(read_only=True) as store:
        return store.digest()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    subprocess.run(_command(folder, "run"), check=True, capture_output=True)
    return folder / "run"


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_a_study_that_was_ended_and_continued_equals_one_that_was_not(
    ending: signal.Signals, whole: Path, tmp_path: Path
) -> None:
    command, run = _command(tmp_path, "run"), tmp_path / "run"
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert until(lambda: _tasks_done(run) >= 3 or process.poll() is not None)
    os.killpg(process.pid, ending)
    _, err = process.communicate(timeout=60)
    assert process.returncode == (-signal.SIGKILL if ending is signal.SIGKILL else 130)
    assert "Traceback" not in err
    assert 3 <= _tasks_done(run) < _tasks_done(whole)

    again = subprocess.run(command, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert _tasks_done(run) == _tasks_done(whole)
    assert _digest(run) == _digest(whole)
