"""The same tasks on a real Dask cluster of processes, with workers lost on the way."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from lossatlas.catalogue import MemoryStore, SqliteStore
from lossatlas.errors import RunError
from lossatlas.execution import ProgressReport, _cluster, rehearsal_tasks, run_tasks

Expected = Callable[..., MemoryStore]

pytestmark = [
    pytest.mark.distributed,
    pytest.mark.filterwarnings("default"),
]
needs_dask = pytest.mark.skipif(find_spec("distributed") is None, reason="needs lossatlas[cluster]")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A scheduler with two worker processes of one thread, which nannies replace when they die."""
    distributed: Any = pytest.importorskip("distributed")
    made = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    )
    yield made
    made.close()


@needs_dask
def test_a_cluster_gives_the_bits_of_this_process(cluster: Any, expected: Expected) -> None:
    store = MemoryStore()
    address = cluster.scheduler_address
    summary = run_tasks(rehearsal_tasks(12, size=40), store, scheduler=address, progress=False)
    assert summary.done == 12
    assert store.digest() == expected(12, size=40).digest()
    assert run_tasks(rehearsal_tasks(12, size=40), store, scheduler=address).skipped == 12


@needs_dask
def test_tasks_of_a_lost_worker_are_run_again_elsewhere(cluster: Any, expected: Expected) -> None:
    store, killed = MemoryStore(), []

    def kill(report: ProgressReport) -> None:
        if report.done == 5 and not killed:
            worker = next(iter(cluster.workers.values()))
            killed.append(worker.pid)
            os.kill(worker.pid, signal.SIGKILL)

    tasks = rehearsal_tasks(30, pause=0.05)
    summary = run_tasks(tasks, store, scheduler=cluster.scheduler_address, progress=kill)
    assert len(killed) == 1
    assert summary.done == 30
    assert store.digest() == expected(30, pause=0.05).digest()


@needs_dask
def test_a_task_that_raises_on_a_cluster_is_named(cluster: Any, expected: Expected) -> None:
    store = MemoryStore()
    tasks = [*rehearsal_tasks(1, end="error"), *rehearsal_tasks(4)]
    with pytest.raises(RunError, match=r"1 of 5 tasks failed.*ArithmeticError: rehearsed failure"):
        run_tasks(tasks, store, scheduler=cluster.scheduler_address, progress=False)
    assert store.digest() == expected(4).digest()


@needs_dask
@pytest.mark.slow
def test_a_task_that_kills_every_worker_is_given_up_and_named(
    cluster: Any, expected: Expected
) -> None:
    store = MemoryStore()
    tasks = [*rehearsal_tasks(1, end="death"), *rehearsal_tasks(4)]
    with pytest.raises(RunError, match=r"1 of 5 tasks failed.*KilledWorker"):
        run_tasks(tasks, store, scheduler=cluster.scheduler_address, progress=False)
    assert store.digest() == expected(4).digest()


@needs_dask
def test_a_scheduler_that_does_not_answer_is_one_clear_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_cluster, "_PATIENCE", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(RunError, match=r"does not answer.*dask scheduler"):
        run_tasks(rehearsal_tasks(1), MemoryStore(), scheduler=address, progress=False)


@needs_dask
def test_a_scheduler_without_workers_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    distributed: Any = pytest.importorskip("distributed")
    monkeypatch.setattr(_cluster, "_PATIENCE", 5.0)  # enough to find the scheduler
    made = distributed.LocalCluster(n_workers=0, processes=True, dashboard_address=":0")
    address, tasks = made.scheduler_address, rehearsal_tasks(1)
    with made, pytest.raises(RunError, match=r"has no workers.*dask worker"):
        run_tasks(tasks, MemoryStore(), scheduler=address, progress=False)


_PROGRAM = """
import sys
from lossatlas.catalogue import SqliteStore
from lossatlas.execution import rehearsal_tasks, run_tasks
with SqliteStore(sys.argv[1]) as store:
    try:
        run_tasks(rehearsal_tasks(60, pause=0.05), store, scheduler=sys.argv[2])
    except KeyboardInterrupt:
        sys.exit(130)
"""


@needs_dask
def test_ctrl_c_takes_the_tasks_back_from_the_cluster(
    cluster: Any, tmp_path: Path, expected: Expected, until: Callable[..., bool]
) -> None:
    path = tmp_path / "a.db"
    child = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, path, cluster.scheduler_address],
        stderr=subprocess.PIPE,
        text=True,
    )

    def done() -> int:
        if not path.exists() or not path.stat().st_size:
            return 0
        with SqliteStore(path, read_only=True) as store:
            return len(store.completed())

    assert until(lambda: done() >= 5)
    child.send_signal(signal.SIGINT)
    _, errors = child.communicate(timeout=120)
    assert child.returncode == 130
    assert "Traceback" not in errors
    assert errors.splitlines()[-1].startswith("Stopped after ")
    with SqliteStore(path) as store:
        tasks = rehearsal_tasks(60, pause=0.05)
        run_tasks(tasks, store, scheduler=cluster.scheduler_address, progress=False)
        assert store.digest() == expected(60, pause=0.05).digest()


@needs_dask
@pytest.mark.slow
def test_a_scheduler_that_goes_away_leaves_the_run_resumable(expected: Expected) -> None:
    distributed: Any = pytest.importorskip("distributed")
    store = MemoryStore()
    made = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    )

    def end(report: ProgressReport) -> None:
        if report.done == 3:
            made.close()

    with pytest.raises(RunError, match=r"went away.*run the same command again"):
        run_tasks(
            rehearsal_tasks(40, pause=0.1), store, scheduler=made.scheduler_address, progress=end
        )
    assert 3 <= len(store.completed()) < 40
    run_tasks(rehearsal_tasks(40, pause=0.1), store, workers=2, progress=False)
    assert store.digest() == expected(40, pause=0.1).digest()


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RunError, match=r"pip install \"lossatlas\[cluster\]\""):
        run_tasks(rehearsal_tasks(1), MemoryStore(), scheduler="tcp://x:1", progress=False)
