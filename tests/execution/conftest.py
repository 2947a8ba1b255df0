"""What the tests of runs share: processes looked at from outside, and a run done without a stop."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lossatlas.catalogue import MemoryStore
from lossatlas.execution import rehearsal_tasks, rehearse


def _children(pid: int) -> list[int]:
    """The worker processes of a process: its children that run multiprocessing's spawn."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            command = (entry / "cmdline").read_bytes()
        except (OSError, ValueError, IndexError):
            continue
        if parent == pid and b"spawn_main" in command:
            found.append(int(entry.name))
    return found


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _until(condition: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


@pytest.fixture(scope="session")
def children() -> Callable[[int], list[int]]:
    return _children


@pytest.fixture(scope="session")
def alive() -> Callable[[int], bool]:
    return _alive


@pytest.fixture(scope="session")
def until() -> Callable[..., bool]:
    return _until


@pytest.fixture(scope="session")
def expected() -> Callable[..., MemoryStore]:
    """What a rehearsal gives when its tasks are called one after the other, right here."""

    def run(number: int, **settings: object) -> MemoryStore:
        store = MemoryStore()
        for task in rehearsal_tasks(number, **settings):  # type: ignore[arg-type]
            plain = {**task.settings, "pause": 0}
            store.commit(task.key, task.json, rehearse(plain, task.seed))
        return store

    return run


@pytest.fixture(scope="session")
def own_pid() -> int:
    return os.getpid()
