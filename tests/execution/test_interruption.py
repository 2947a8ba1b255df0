"""Runs that are killed or stopped, for real, and what the next run makes of them."""

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lossatlas.catalogue import MemoryStore, SqliteStore
from lossatlas.execution import open_run, rehearsal_tasks, run_tasks

TASKS = 80
PAUSE = 0.03
FOR_EVER = 3600
_PATIENCE = 120
_PROGRAM = f"""
import sys
from lossatlas.execution import open_run, rehearsal_tasks, run_tasks
if __name__ == "__main__":
    pause = float(sys.argv[2])
    run = open_run(sys.argv[1], {{"seed": 0, "pause": pause}})
    print("ready", flush=True)
    with run.store() as store:
        try:
            run_tasks(rehearsal_tasks({TASKS}, pause=pause), store, workers=2, progress=len(sys.argv) > 3)
        except KeyboardInterrupt:
            sys.exit(130)
"""

Until = Callable[..., bool]


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "program.py"
    path.write_text(_PROGRAM)
    return path


def _start(
    script: Path, folder: Path, *more: str, pause: float = PAUSE, **kwargs: object
) -> subprocess.Popen[str]:
    child: subprocess.Popen[str] = subprocess.Popen(
        [sys.executable, script, folder, str(pause), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **kwargs,  # type: ignore[call-overload]
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def _done(folder: Path) -> int:
    """How many tasks are in the catalogue, seen from outside while the run goes on."""
    file = folder / "atlas.db"
    # empty until its tables are committed
    if not file.exists() or file.stat().st_size == 0:
        return 0
    with SqliteStore(file, read_only=True) as store:
        return len(store.completed())


def _finish(folder: Path) -> tuple[int, str]:
    """Run the same again, to the end: how many tasks were skipped, and the digest."""
    run = open_run(folder, {"seed": 0, "pause": PAUSE})
    with run.store() as store:
        tasks = rehearsal_tasks(TASKS, pause=PAUSE)
        summary = run_tasks(tasks, store, workers=1, progress=False)
        return summary.skipped, store.digest()


def _ended(child: subprocess.Popen[str]) -> tuple[str, str]:
    try:
        output, errors = child.communicate(timeout=_PATIENCE)
    finally:
        child.kill()  # where it did not end; its workers go with it
    return output, errors


def test_a_run_killed_at_several_moments_ends_with_the_digest_of_one_that_was_not(
    script: Path,
    tmp_path: Path,
    expected: Callable[..., MemoryStore],
    until: Until,
    children: Callable[[int], list[int]],
    alive: Callable[[int], bool],
) -> None:
    folder, reached = tmp_path / "run", 0
    for goal in (1, 9, 22):
        child = _start(script, folder)
        assert until(lambda goal=goal: _done(folder) >= goal)
        workers = children(child.pid)
        child.send_signal(signal.SIGKILL)
        _ended(child)
        assert child.returncode == -signal.SIGKILL
        assert workers
        # Workers must not outlive a parent that had no time to say goodbye.
        assert until(lambda workers=workers: not any(map(alive, workers)))
        assert goal <= _done(folder) < TASKS
        assert _done(folder) >= reached
        reached = _done(folder)
    skipped, digest = _finish(folder)
    assert skipped == reached
    assert digest == expected(TASKS, pause=PAUSE).digest()


def test_a_run_killed_before_its_first_task_can_be_begun_again(
    script: Path, tmp_path: Path, expected: Callable[..., MemoryStore]
) -> None:
    for delay in (0.0, 0.02, 0.1):
        child = _start(script, tmp_path / "run")
        time.sleep(delay)
        child.kill()
        _ended(child)
    assert _finish(tmp_path / "run")[1] == expected(TASKS, pause=PAUSE).digest()


@pytest.mark.parametrize("progress", [[], ["progress"]])
def test_ctrl_c_says_one_line_and_leaves_the_run_resumable(
    script: Path,
    tmp_path: Path,
    progress: list[str],
    expected: Callable[..., MemoryStore],
    until: Until,
    children: Callable[[int], list[int]],
    alive: Callable[[int], bool],
) -> None:
    folder = tmp_path / "run"
    # As from a terminal: the signal goes to the whole group, workers and all.
    child = _start(script, folder, *progress, start_new_session=True)
    assert until(lambda: _done(folder) >= 5)
    workers = children(child.pid)
    os.killpg(child.pid, signal.SIGINT)
    _, errors = _ended(child)
    assert child.returncode == 130
    assert "Traceback" not in errors
    lines = errors.splitlines()
    if progress:
        assert lines[-1].startswith("Stopped after ")
        assert lines[-1].endswith(f" of {TASKS} tasks. Run it again to resume.")
    else:
        assert lines == []
    assert not any(map(alive, workers))
    assert 5 <= _done(folder) < TASKS
    assert _finish(folder)[1] == expected(TASKS, pause=PAUSE).digest()


@pytest.mark.parametrize("started", [0, 1, 2])
def test_ctrl_c_while_workers_start_says_one_line_too_and_waits_for_no_task(
    started: int, script: Path, tmp_path: Path, until: Until, children: Callable[[int], list[int]]
) -> None:
    child = _start(script, tmp_path / "run", "progress", pause=FOR_EVER, start_new_session=True)
    assert child.stderr is not None
    assert child.stderr.readline().startswith(f"0 of {TASKS} tasks")  # from here on it is a run
    assert until(lambda: len(children(child.pid)) >= started)
    os.killpg(child.pid, signal.SIGINT)
    _, errors = _ended(child)
    assert child.returncode == 130
    assert "Traceback" not in errors
    assert errors.splitlines()[-1].startswith(f"Stopped after 0 of {TASKS} tasks.")


def test_on_a_terminal_progress_is_a_bar_and_output_stays_clean(
    script: Path, tmp_path: Path
) -> None:
    leader, follower = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, script, tmp_path / "run", str(PAUSE), "progress"],
        stdout=subprocess.PIPE,
        stderr=follower,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    )
    os.close(follower)
    shown = b""
    while child.poll() is None or shown.endswith(b"\x1b"):
        try:
            shown += os.read(leader, 65536)
        except OSError:
            break
    output, _ = child.communicate(timeout=_PATIENCE)
    os.close(leader)
    assert output == b"ready\n"
    assert f"{TASKS}/{TASKS}".encode() in shown
    assert b"\x1b[" in shown


def test_two_runs_at_once_on_one_folder_keep_every_task_once(
    script: Path, tmp_path: Path, expected: Callable[..., MemoryStore]
) -> None:
    folder = tmp_path / "run"
    both = [_start(script, folder), _start(script, folder)]
    for child in both:
        _, errors = _ended(child)
        assert (child.returncode, errors) == (0, "")
    with SqliteStore(folder / "atlas.db") as store:
        assert store.digest() == expected(TASKS, pause=PAUSE).digest()
