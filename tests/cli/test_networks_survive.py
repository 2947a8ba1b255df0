"""The studies that train networks, on real digits: killed, cut off from their folder, out of disk.

Each time the same command goes on, and its catalogue is that of a run that nothing disturbed.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests._processes import is_alive, until, worker_processes

from lossatlas.errors import CatalogueError
from lossatlas.execution import read_run

pytestmark = pytest.mark.unhooked

STUDIES = ("choromanska2015-networks", "width", "depth")
_DROP_PRIVILEGE, _WRITE_ANYWHERE = 24, 1  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE of Linux
NETWORKS = {"choromanska2015-networks": 16, "width": 20, "depth": 6}
SETTINGS = """
[choromanska2015-networks]
rates = [0.1, 0.5]
few_values = [3, 5]
further_epochs = 2
settling = 4
resamples = 100
annealings = [{width = 3, samples = 30, networks = 2, budgets = [2], group = 2, few = false}]
widths = [
    {width = 3, networks = 12, group = 2, indexed = 2, index_group = 2, rounded = 2},
    {width = 5, networks = 4, group = 2, continued = 2},
]

[choromanska2015-networks.protocol]
data = "digits"
side = 4
train = 60
test = 40
epochs = 20
records = 3

[width]
families = [
    {hidden_layers = 1, widths = [4, 8], networks = 5, curvatures = 2, lines = 2},
    {hidden_layers = 2, widths = [4, 8], networks = 5, curvatures = 2, lines = 2},
]
line_points = 9
bands = [{hidden_layers = 1, widths = [2], pairs = 2, images = 7, max_steps = 40, newton_steps = 10}]
data = {source = "digits", train = 100, test = 60}
training = {epochs = 3, engine = "torch"}
band_training = {epochs = 3, engine = "torch"}

[depth]
training = {epochs = 3, engine = "torch"}

[depth.families.three]
parameters = 40
depths = [1, 2]
descents = 12
batch = 3
proofs = 1
networks = 3
curvatures = 1
data = {source = "digits", classes = [0, 1, 2], components = 4, train = 60, test = 30}
"""


@dataclass(frozen=True)
class Told:
    """What is in a catalogue: its digest, how many tasks, the networks' seeds by study."""

    digest: str
    tasks: int
    networks: dict[str, list[int]]


def _command(run: Path, settings: Path) -> list[str]:
    asked = ["--settings", str(settings), "--out", str(run), "--quiet"]
    return [sys.executable, "-m", "lossatlas", "study", *STUDIES, *asked]


def _done(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def _begin(command: list[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def _tasks_done(run: Path) -> int:
    """Seen from outside while the run goes on; none while its tables are being made."""
    if not (run / "atlas.db").is_file():
        return 0
    try:
        with read_run(run).store(read_only=True) as store:
            return len(store.completed())
    except CatalogueError:
        return 0


def _told(run: Path) -> Told:
    with read_run(run).store(read_only=True) as store:
        networks = {
            study: [record.attributes["seed"] for record in store.records(study, "network")]
            for study in STUDIES
        }
        return Told(store.digest(), len(store.completed()), networks)


def _reach(process: "subprocess.Popen[str]", run: Path, goal: int) -> None:
    assert until(lambda: _tasks_done(run) >= goal or process.poll() is not None, 300)
    assert process.poll() is None, process.communicate()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("asked") / "asked.toml"
    file.write_text(SETTINGS)
    return file


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, settings: Path) -> Told:
    """What a run holds that nothing disturbed."""
    run = tmp_path_factory.mktemp("whole") / "run"
    done = _done(_command(run, settings))
    assert done.returncode == 0, done.stderr
    return _told(run)


def _kill_when(run: Path, settings: Path, goal: int) -> None:
    """Begin or go on, and kill everything at once when so many tasks are done."""
    process = _begin(_command(run, settings))
    _reach(process, run, goal)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, settings: Path) -> Path:
    """A run that was killed in its middle."""
    run = tmp_path_factory.mktemp("begun") / "run"
    _kill_when(run, settings, 4)
    return run


def test_every_network_stands_once_in_the_catalogue(whole: Told) -> None:
    for study, seeds in whole.networks.items():
        assert Counter(seeds) == dict.fromkeys(seeds, 1)
        assert len(seeds) == NETWORKS[study]


def test_killed_early_and_late_it_goes_on_to_the_same_bits(
    begun: Path, whole: Told, settings: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    shutil.copytree(begun, run)
    goal = whole.tasks - 6
    assert _tasks_done(run) < goal
    _kill_when(run, settings, goal)
    assert goal <= _tasks_done(run) < whole.tasks
    done = _done(_command(run, settings))
    assert done.returncode == 0, done.stderr
    assert _told(run) == whole


@pytest.mark.slow
def test_its_workers_killed_it_loses_nothing_and_ends_as_if_nothing_had_been(
    whole: Told, settings: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    process = _begin(_command(run, settings))
    for goal in (2, whole.tasks // 2):
        _reach(process, run, goal)
        victim = worker_processes(process.pid)[0]
        os.kill(victim, signal.SIGKILL)
        assert until(lambda victim=victim: not is_alive(victim))
    _, errors = process.communicate(timeout=300)
    assert (process.returncode, errors) == (0, "")
    assert _told(run) == whole


def _as_a_user() -> None:
    """Root may write anywhere; without this privilege it may do what its files' modes say."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(_DROP_PRIVILEGE, _WRITE_ANYWHERE, 0, 0, 0)


def test_a_folder_that_cannot_be_written_is_one_line_and_nothing_is_changed(
    begun: Path, settings: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    shutil.copytree(begun, run)
    before = _told(run)
    things = [run, *run.iterdir()]
    for path in things:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for place in (run, run / "new"):
        done = _done(_command(place, settings), preexec_fn=_as_a_user)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("Error: ")
        assert done.stderr.count("\n") == 1
    for path in things:
        path.chmod(0o755 if path.is_dir() else 0o644)
    # As before to the bit, so the same command goes on from it: that is tested above.
    assert _told(run) == before
    assert set(run.iterdir()) == set(things[1:])


@contextmanager
def _small_disk(disk: Path, size: str) -> Iterator[Callable[[str], None]]:
    """A disk of its own, and how to give it another size."""
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this system does not let us mount a small disk")

    def resize(size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)

    try:
        yield resize
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_is_one_line_wherever_it_comes_and_the_run_goes_on_when_there_is_space(
    whole: Told, settings: Path, tmp_path: Path
) -> None:
    with _small_disk(tmp_path / "disk", "320k") as resize:
        run = tmp_path / "disk" / "run"
        command = _command(run, settings)
        full = _done(command)
        assert 0 < _tasks_done(run) < whole.tasks
        resize("4m")  # enough for the catalogue, and too little for the page
        pageless = _done(command)
        assert _told(run) == whole
        for done in (full, pageless):
            assert (done.returncode, done.stdout) == (1, "")
            assert done.stderr.startswith("Error: ")
            assert done.stderr.count("\n") == 1
        assert "same command again" in full.stderr
        assert "Free space" in pageless.stderr
        assert not (run / "report.html").exists()
        resize("64m")
        again = _done(command)
        assert again.returncode == 0, again.stderr
        assert (run / "report.html").stat().st_size > 1e6
        assert _told(run) == whole
