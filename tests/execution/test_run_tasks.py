"""Tasks in real processes: what is done is skipped, what fails is named, what is lost is rerun."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path

import pytest

from lossatlas.catalogue import MemoryStore, SqliteStore
from lossatlas.errors import LossatlasError, RunError
from lossatlas.execution import ProgressReport, Task, _run_tasks, rehearsal_tasks, run_tasks
from lossatlas.execution._pool import LocalPool
from lossatlas.execution._worker import Done

Expected = Callable[..., MemoryStore]
Children = Callable[[int], list[int]]


def test_one_worker_two_workers_and_no_worker_give_the_same_bits(expected: Expected) -> None:
    digests = {expected(12, size=40).digest()}
    for workers in (1, 2):
        store = MemoryStore()
        summary = run_tasks(rehearsal_tasks(12, size=40), store, workers=workers, progress=False)
        assert (summary.total, summary.done, summary.skipped) == (12, 12, 0)
        digests.add(store.digest())
    assert len(digests) == 1


def test_completed_tasks_are_not_run_again(tmp_path: Path, expected: Expected) -> None:
    with SqliteStore(tmp_path / "a.db") as store:
        run_tasks(rehearsal_tasks(10)[3:7], store, workers=1, progress=False)
        began = dict(store.provenance())
        summary = run_tasks(rehearsal_tasks(10), store, workers=2, progress=False)
        assert (summary.total, summary.done, summary.skipped) == (10, 6, 4)
        assert store.digest() == expected(10).digest()
        after = dict(store.provenance())
        assert all(after[key] == facts for key, facts in began.items())


def test_when_nothing_is_left_no_process_is_started(
    expected: Expected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_run_tasks, "LocalPool", lambda _: pytest.fail("there is nothing to do"))
    store = expected(3)
    summary = run_tasks(rehearsal_tasks(3), store, workers=2, progress=False)
    assert (summary.done, summary.skipped) == (0, 3)


def test_a_task_named_twice_is_run_once() -> None:
    store = MemoryStore()
    summary = run_tasks(rehearsal_tasks(3) * 2, store, workers=1, progress=False)
    assert summary.total == summary.done == store.count() / 2 == 3


def test_the_store_knows_where_and_how_long_each_task_ran() -> None:
    store, tasks = MemoryStore(), rehearsal_tasks(2, pause=0.05)
    run_tasks(tasks, store, workers=1, progress=False)
    facts = dict(store.provenance())[tasks[0].key]
    assert facts["seed"] == list(tasks[0].seed)
    assert facts["seconds"] >= 0.05
    assert abs(facts["started"] - time.time()) < 60
    assert facts["cpu"]
    assert facts["numpy"]


def test_a_task_that_raises_is_named_at_the_end_and_the_others_are_kept(
    expected: Expected,
) -> None:
    store = MemoryStore()
    failing = rehearsal_tasks(2, end="error")
    with pytest.raises(RunError) as caught:
        run_tasks([*failing, *rehearsal_tasks(6)], store, workers=2, progress=False)
    message = str(caught.value)
    assert message.startswith("2 of 8 tasks failed; the others are kept.")
    assert "lossatlas.execution._rehearsal:rehearse" in message
    assert '"end":"error"' in message
    assert "ArithmeticError: rehearsed failure of task" in message
    assert any(task.key[:12] in message for task in failing)
    assert "\n" not in message
    assert "rehearse" in str(caught.value.__cause__.__cause__)
    assert store.digest() == expected(6).digest()


def test_a_failed_task_is_tried_again_by_the_next_call() -> None:
    store, tasks = MemoryStore(), rehearsal_tasks(1, end="error")
    for _ in range(2):
        with pytest.raises(RunError, match="1 of 1 tasks failed"):
            run_tasks(tasks, store, workers=1, progress=False)


@pytest.mark.parametrize(
    "path",
    ["lossatlas.execution._rehearsal:absent", "lossatlas.execution._rehearsal:rehearsal_tasks"],
)
def test_a_function_that_is_no_task_function_is_named(path: str) -> None:
    with pytest.raises(RunError, match=f"The first is {path}"):
        run_tasks([Task(path, {}, (1,))], MemoryStore(), workers=1, progress=False)


def test_a_task_that_kills_its_worker_is_named_and_the_others_are_kept(expected: Expected) -> None:
    store = MemoryStore()
    deadly = rehearsal_tasks(1, end="death")
    with pytest.raises(
        RunError, match=r"1 of 9 tasks failed.*\"end\":\"death\".*worker process died"
    ):
        run_tasks(
            [*rehearsal_tasks(3), *deadly, *rehearsal_tasks(8)], store, workers=2, progress=False
        )
    assert store.digest() == expected(8).digest()


def test_tasks_of_a_worker_that_is_killed_are_run_again(
    expected: Expected, children: Children, own_pid: int
) -> None:
    store, killed = MemoryStore(), []

    def kill(report: ProgressReport) -> None:
        if report.done in (3, 9) and len(killed) < 2:
            killed.append(children(own_pid)[0])
            os.kill(killed[-1], signal.SIGKILL)

    summary = run_tasks(rehearsal_tasks(20, pause=0.02), store, workers=2, progress=kill)
    assert len(killed) == 2
    assert summary.done == 20
    assert store.digest() == expected(20, pause=0.02).digest()


def test_no_process_is_left_behind(children: Children, own_pid: int) -> None:
    run_tasks(rehearsal_tasks(4), MemoryStore(), workers=2, progress=False)
    with pytest.raises(RunError):
        run_tasks(rehearsal_tasks(4, end="death"), MemoryStore(), workers=2, progress=False)
    assert children(own_pid) == []


def test_each_worker_has_one_thread_whatever_the_parent_has(
    children: Children, own_pid: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    seen: list[bytes] = []

    def look(report: ProgressReport) -> None:
        if report.done == 1:
            seen.extend(Path(f"/proc/{pid}/environ").read_bytes() for pid in children(own_pid))

    run_tasks(rehearsal_tasks(4, pause=0.1), MemoryStore(), workers=2, progress=look)
    assert len(seen) == 2
    for environment in seen:
        for name in (b"OMP", b"MKL", b"OPENBLAS"):
            assert name + b"_NUM_THREADS=1\0" in environment + b"\0"
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ


def test_only_this_process_writes_the_store() -> None:
    store = MemoryStore()
    commit = MemoryStore.commit
    seen: list[tuple[int, int]] = []

    def watched(self: MemoryStore, *args: object, **kwargs: object) -> bool:
        seen.append((os.getpid(), threading.get_ident()))
        return commit(self, *args, **kwargs)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MemoryStore, "commit", watched)
        run_tasks(rehearsal_tasks(4), store, workers=2, progress=False)
    assert set(seen) == {(os.getpid(), threading.get_ident())}


def test_progress_reports_every_task_and_what_was_done_before(expected: Expected) -> None:
    store, reports = expected(3), list[ProgressReport]()
    run_tasks(rehearsal_tasks(8), store, workers=2, progress=reports.append)
    assert [report.done for report in reports] == [0, 1, 2, 3, 4, 5]
    assert {(report.total, report.skipped) for report in reports} == {(5, 3)}


def test_a_full_disk_ends_the_run_at_once_and_the_next_call_resumes(
    tmp_path: Path, expected: Expected, children: Children, own_pid: int
) -> None:
    tasks = rehearsal_tasks(30, size=30)
    with SqliteStore(tmp_path / "a.db") as store:
        store._connection.execute("PRAGMA max_page_count = 40")
        with pytest.raises(LossatlasError, match=r"disk is full.*run the same command again"):
            run_tasks(tasks, store, workers=2, progress=False)
        assert 0 < len(store.completed()) < 30
    assert children(own_pid) == []
    with SqliteStore(tmp_path / "a.db") as store:
        summary = run_tasks(tasks, store, workers=2, progress=False)
        assert summary.skipped > 0
        assert store.digest() == expected(30, size=30).digest()


@pytest.mark.parametrize("workers", [0, -1])
def test_less_than_one_worker_is_refused(workers: int) -> None:
    with pytest.raises(ValueError, match="`workers` should be at least 1"):
        run_tasks(rehearsal_tasks(1), MemoryStore(), workers=workers, progress=False)


def test_a_script_needs_no_main_guard_and_is_run_once(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from lossatlas.catalogue import MemoryStore\n"
        "from lossatlas.execution import rehearsal_tasks, run_tasks\n"
        "print('begun')\n"
        "print(run_tasks(rehearsal_tasks(4), MemoryStore(), workers=2, progress=False).done)\n"
        "print(__name__, __import__('sys').modules['__main__'].__name__, __file__)\n"
    )
    told = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=False, timeout=60
    )
    assert told.stderr == ""
    assert told.stdout == f"begun\n4\n__main__ __main__ {script}\n"


def test_workers_that_cannot_start_are_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "")
    monkeypatch.setattr("multiprocessing.spawn._python_exe", b"/bin/false")
    with pytest.raises(RunError, match="end as soon as they start"):
        run_tasks(rehearsal_tasks(3), MemoryStore(), workers=2, progress=False)


def test_workers_that_are_lost_for_ever_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    restarts: list[int] = []

    def submit(_: LocalPool, task: Task) -> Future[Done]:
        raise BrokenExecutor(task.key)

    monkeypatch.setattr(LocalPool, "submit", submit)
    monkeypatch.setattr(LocalPool, "restart", lambda _: restarts.append(1))
    with pytest.raises(RunError, match="lost 6 times in a row"):
        run_tasks(rehearsal_tasks(3), MemoryStore(), workers=2, progress=False)
    assert len(restarts) == 5
